import httpx

from .settings import settings


class Client:
    def __init__(self, base: str = settings.api_url) -> None:
        self._http = httpx.Client(base_url=base, timeout=5)

    def scores(self):
        return self._http.get("/scores").json()


def players():
    address = settings.socket_url.replace("ws://", "http://")
    return httpx.get(address + "/players").json()
