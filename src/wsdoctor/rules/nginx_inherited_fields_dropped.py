"""nginx discards the proxy_set_header lines of the server block, since the location has some of its own."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import lacks_host_line, lost
from wsdoctor.rules._remedies import NGINX_WEBSOCKET, directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "nginx" or not loss.both or not loss.closes:
        return None
    if not lacks_host_line(headers):
        return None
    return (
        f"{loss.seen}; {headers.names[0]} comes before Host, so nginx was given fields of its own but no "
        "Host, Upgrade or Connection line"
    )


RULE = Rule(
    id="nginx-inherited-fields-dropped",
    title="A proxy_set_header in the location discards all those of the server block",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.93,
    match=match,
    why=(
        "In nginx the proxy_set_header lines of an outer block hold only where the inner block has none. One line in "
        "the location, say X-Real-IP, discards Upgrade, Connection and Host of the server block. That the forwarded "
        "fields come first and Host later, as nginx's own, shows it."
    ),
    remedy=Remedy(
        ("Repeat all proxy_set_header lines in the location, or put them into one file that each location includes."),
        directives("nginx", "nginx 1.29.7 and later"),
    ),
    references=(
        NGINX_WEBSOCKET,
        Reference(
            "nginx: proxy_set_header", "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header"
        ),
    ),
    cases=(
        Case(
            "HTTP/1.1",
            request(
                "GET /ws HTTP/1.1",
                "X-Real-IP: 203.0.113.7",
                "X-Forwarded-For: 203.0.113.7",
                "Host: 127.0.0.1:8080",
                "Connection: close",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
        Case(
            "HTTP/1.0",
            request(
                "GET /ws HTTP/1.0",
                "X-Forwarded-Proto: https",
                "Host: 127.0.0.1:8080",
                "Connection: close",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
    ),
    near_misses=(
        Case(
            "a Host line behind the others",
            request(
                "GET /ws HTTP/1.0",
                "X-Real-IP: 203.0.113.7",
                "Host: app.example.com",
                "Connection: close",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
        Case(
            "Host first",
            request(
                "GET /ws HTTP/1.0",
                "Host: app.example.com",
                "X-Real-IP: 203.0.113.7",
                "Connection: close",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
