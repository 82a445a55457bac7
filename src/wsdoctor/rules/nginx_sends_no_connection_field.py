"""nginx 1.29.7 and later by default, or any nginx with the keep-alive recipe: neither Connection nor Upgrade."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, KEY, VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import NGINX_HTTP_VERSION, NGINX_WEBSOCKET, directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "nginx" or not loss.both or loss.http10 or loss.connection_value:
        return None
    return (
        f"{loss.seen}; so does nginx since 1.29.7 where a location has no WebSocket lines, "
        'and any nginx with proxy_set_header Connection ""'
    )


RULE = Rule(
    id="nginx-sends-no-connection-field",
    title="nginx passes the handshake on without Connection and Upgrade",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.88,
    match=match,
    why=(
        "Since 1.29.7 nginx speaks HTTP/1.1 to servers by default and sends no Connection field at all; before, "
        'people wrote proxy_set_header Connection "" for the same, to keep connections open. Either way it removes '
        "Upgrade, since that field is meant for the next hop only. The key of the WebSocket client still arrives."
    ),
    remedy=Remedy(
        (
            "Give the path of the WebSocket a location of its own with the lines for Upgrade and Connection; the keep-"
            "alive recipe stays for the rest."
        ),
        directives("nginx", "nginx 1.29.7 and later"),
    ),
    references=(
        NGINX_WEBSOCKET,
        NGINX_HTTP_VERSION,
        Reference("nginx: changes", "https://nginx.org/en/CHANGES"),
    ),
    cases=(
        Case(
            "bare proxy_pass of nginx 1.29.7",
            request(
                "GET /ws HTTP/1.1",
                "Host: 127.0.0.1:8080",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
        Case(
            "keep-alive recipe with a header block",
            request(
                "GET /ws HTTP/1.1",
                "Host: app",
                "X-Real-IP: 203.0.113.7",
                "X-Forwarded-For: 203.0.113.7",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
    ),
    near_misses=(
        Case("a good handshake", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),
        Case("Varnish names itself", request("GET /ws HTTP/1.1", "Host: app", KEY, VERSION, "X-Varnish: 32770")),
    ),
    supersedes=("upgrade-stripped",),
)
