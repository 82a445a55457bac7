"""nginx before 1.29.7 without WebSocket directives: HTTP/1.0, Connection: close, no Upgrade."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Remedy, Rule, request
from wsdoctor.rules._declared import hops
from wsdoctor.rules._intermediary import lacks_host_line, lost
from wsdoctor.rules._remedies import NGINX_HTTP_VERSION, NGINX_WEBSOCKET, RFC9110_UPGRADE, directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "nginx" or not loss.both or not loss.http10:
        return None
    if lacks_host_line(headers):
        return None
    return f"{loss.seen}; this is what nginx before 1.29.7 sends when a location has no WebSocket lines"


RULE = Rule(
    id="nginx-drops-upgrade",
    title="nginx passes the handshake on with its old default: HTTP/1.0 and Connection: close",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.96,
    match=match,
    declared=hops(products={"nginx"}, loses=True),
    why=(
        "nginx passes on only what it is told to: without proxy_set_header lines for Upgrade and Connection it "
        "removes both. Before version 1.29.7 it also lowers the version to HTTP/1.0, in which no WebSocket can be "
        "opened (RFC 9110 section 7.8). The client asked rightly; the server cannot see it any more. The same bytes "
        "come from a location that another one takes precedence over, and from a hop in front that has no such lines."
    ),
    remedy=Remedy(
        (
            "Add the WebSocket lines to the location that handles this path, in every nginx on the way; "
            "look with nginx "
            "-T which location really takes it."
        ),
        directives("nginx", "nginx 1.29.7 and later"),
    ),
    references=(
        NGINX_WEBSOCKET,
        NGINX_HTTP_VERSION,
        RFC9110_UPGRADE,
    ),
    cases=(
        Case(
            "no proxy_set_header at all",
            request(
                "GET /ws HTTP/1.0",
                "Host: 127.0.0.1:8080",
                "Connection: close",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
        Case(
            "the usual header block",
            request(
                "GET /chat HTTP/1.0",
                "Host: app.example.com",
                "X-Real-IP: 203.0.113.7",
                "X-Forwarded-For: 203.0.113.7",
                "X-Forwarded-Proto: https",
                "Connection: close",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
        Case(
            "both set by hand, as new versions need it",
            request(
                "GET /ws HTTP/1.0",
                "Connection: close",
                "Host: 127.0.0.1:8080",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
        Case(
            "behind Caddy",
            request(
                "GET /ws HTTP/1.0",
                "Host: app",
                "Connection: close",
                "User-Agent: x",
                KEY,
                VERSION,
                "Via: 1.1 Caddy",
                "X-Forwarded-For: 203.0.113.7",
            ),
        ),
    ),
    near_misses=(
        Case(
            "a page through the same proxy",
            request("GET /ws HTTP/1.0", "Host: app.example.com", "Connection: close", "User-Agent: Mozilla/5.0"),
        ),
        Case(
            "only the version is wrong",
            request("GET /ws HTTP/1.0", "Upgrade: websocket", "Connection: upgrade", "Host: app", KEY, VERSION),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
