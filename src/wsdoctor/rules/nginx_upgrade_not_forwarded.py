"""nginx sets Connection: upgrade but no Upgrade."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import NGINX_WEBSOCKET, RFC6455_REQUEST


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product not in {"nginx", "cloudflare", "firewall"} or not loss.only_upgrade:
        return None
    return f"{loss.seen}; the line proxy_set_header Upgrade is missing"


RULE = Rule(
    id="nginx-upgrade-not-forwarded",
    title="nginx is told to send Connection: upgrade but not Upgrade",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.93,
    match=match,
    why=(
        "Connection: upgrade says that the request wants another protocol, and Upgrade says which. Only the first was"
        " forwarded, so the server must treat the request as plain HTTP. nginx forwards neither unless a line says "
        "so, and here only one of the two lines is there."
    ),
    remedy=Remedy(
        "Add the missing line for Upgrade beside the one for Connection.",
        {"nginx": "proxy_set_header Upgrade $http_upgrade;"},
    ),
    references=(
        NGINX_WEBSOCKET,
        RFC6455_REQUEST,
    ),
    cases=(
        Case(
            "only Connection is set",
            request(
                "GET /ws HTTP/1.1",
                "Connection: upgrade",
                "Host: 127.0.0.1:8080",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
        Case(
            "Connection $http_connection",
            request(
                "GET /ws HTTP/1.1",
                "Connection: keep-alive, Upgrade",
                "Host: 127.0.0.1:8080",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
    ),
    near_misses=(
        Case(
            "no key: a plain request",
            request("GET /ws HTTP/1.1", "Connection: upgrade", "Host: 127.0.0.1:8080", "User-Agent: Mozilla/5.0"),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
