"""Upgrade and Connection are added to every request by a proxy, and this one is no handshake."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._intermediary import forwarded_by, shown
from wsdoctor.rules._remedies import NGINX_WEBSOCKET, directives


def match(headers: Headers, handshake: tuple[str, ...], path: str, sender: Sender | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake[:1] != ("key-present",) or headers.has_any(
        "sec-websocket-version", "sec-websocket-protocol", "sec-websocket-extensions"
    ):
        return None
    if sender is not None or headers.has_any(
        "sec-fetch-mode", "upgrade-insecure-requests", "origin", "sec-websocket-key1"
    ):
        return None
    order = headers.order
    written = (
        "host" in order
        and order.index("upgrade") < order.index("host")
        and order.index("connection") < order.index("host")
    )
    if not written and forwarded_by(headers) is None:
        return None
    how = "before Host, as nginx writes its own fields" if written else f"through {forwarded_by(headers)}"
    return (
        f"{shown('Upgrade', headers)} and {shown('Connection', headers)} {how}, but no other field of a "
        f"WebSocket client; path {path[:60]}"
    )


RULE = Rule(
    id="hard-coded-upgrade-fields",
    title="A proxy adds Upgrade: websocket to a request that is no handshake",
    cls="misroute",
    level="warning",
    confidence=0.55,
    match=match,
    why=(
        "A proxy was told to add Upgrade: websocket and Connection: upgrade to every request, not only to those that "
        "had them. So a plain request looks like a handshake that has lost its key, and servers answer 400 or 426. "
        "Real WebSockets work with it."
    ),
    remedy=Remedy(
        "Copy the client's Upgrade instead of a constant, and derive Connection from it.", directives("nginx", "Caddy")
    ),
    references=(
        NGINX_WEBSOCKET,
        Reference("arcane: issue 1216", "https://github.com/getarcaneapp/arcane/issues/1216"),
    ),
    cases=(
        Case(
            "nginx with constants",
            request(
                "GET /items HTTP/1.1",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Host: app",
                "User-Agent: importer/2.1",
                "Accept: application/json",
            ),
        ),
    ),
    near_misses=(
        Case(
            "a WebSocket",
            request("GET /ws HTTP/1.1", "Upgrade: websocket", "Connection: upgrade", "Host: app", KEY, VERSION),
        ),
        Case(
            "by the client itself",
            request(
                "GET /items HTTP/1.1",
                "Host: app",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "User-Agent: importer/2.1",
            ),
        ),
        Case(
            "a browser",
            request(
                "GET / HTTP/1.1",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Host: app",
                "Upgrade-Insecure-Requests: 1",
                "Accept: text/html",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
            ),
        ),
    ),
    supersedes=("unknown-client-sends-upgrade-without-key",),
)
