"""nginx passes Upgrade on but not Connection."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import NGINX_WEBSOCKET, RFC9110_UPGRADE


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product not in {"nginx", "cloudflare", "firewall"} or not loss.only_connection:
        return None
    who = 'nginx since 1.29.7, or with Connection ""' if not loss.connection_value else "nginx before 1.29.7"
    return f"{loss.seen}; {who} sends this when proxy_set_header Connection is missing"


RULE = Rule(
    id="nginx-connection-not-forwarded",
    title="Upgrade is passed on, but Connection does not name it",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.92,
    match=match,
    why=(
        "Upgrade holds for one hop only and counts only where Connection names it (RFC 9110 section 7.8). The first "
        "was forwarded, the second was not, so the server must ignore the wish for a WebSocket. nginx writes its own "
        "Connection field unless a line says otherwise; Privoxy does the same with plain ws:// addresses."
    ),
    remedy=Remedy(
        "Forward both fields, or neither.",
        {
            "nginx": "proxy_set_header Connection $connection_upgrade; with the map of $http_upgrade",
            "Privoxy": "let the browser use CONNECT: wss:// instead of ws://",
        },
    ),
    references=(
        NGINX_WEBSOCKET,
        RFC9110_UPGRADE,
    ),
    cases=(
        Case(
            "Connection: close of the old default",
            request(
                "GET /ws HTTP/1.1",
                "Upgrade: websocket",
                "Host: 127.0.0.1:8080",
                "Connection: close",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
        Case(
            "no Connection at all",
            request(
                "GET /ws HTTP/1.1",
                "Upgrade: websocket",
                "Host: ws_servers",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
    ),
    near_misses=(
        Case(
            "close, upgrade of lighttpd is right",
            request("GET /ws HTTP/1.1", "Host: app", "Upgrade: websocket", KEY, VERSION, "Connection: close, upgrade"),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
