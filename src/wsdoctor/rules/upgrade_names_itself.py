"""nginx's variables are mixed up: Upgrade says upgrade."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import NGINX_WEBSOCKET


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if (
        loss is None
        or loss.upgrade
        or loss.upgrade_value.lower() not in {"upgrade", "close", "$http_upgrade", "$connection_upgrade"}
    ):
        return None
    return f"{loss.seen}; Upgrade got the value that belongs into Connection"


RULE = Rule(
    id="upgrade-names-itself",
    title="Upgrade says “upgrade”: two nginx variables are mixed up",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.95,
    match=match,
    why=(
        "Upgrade must name the protocol, websocket; Connection must name the field, upgrade. Here Upgrade holds what "
        "the map makes for Connection, so the variable $connection_upgrade stands in both lines, or a variable was "
        "not expanded."
    ),
    remedy=Remedy(
        "Set Upgrade from $http_upgrade, Connection from $connection_upgrade.",
        {"nginx": "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;"},
    ),
    references=(NGINX_WEBSOCKET,),
    cases=(
        Case(
            "the map's value in both lines",
            request(
                "GET /ws HTTP/1.1",
                "Host: app",
                "Upgrade: upgrade",
                "Connection: upgrade",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
    ),
    near_misses=(
        Case(
            "right", request("GET /ws HTTP/1.1", "Host: app", "Upgrade: websocket", "Connection: upgrade", KEY, VERSION)
        ),
    ),
)
