"""nginx before 1.29.7 with proxy_http_version 1.1 and nothing else."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Remedy, Rule, request
from wsdoctor.rules._intermediary import lacks_host_line, lost
from wsdoctor.rules._remedies import NGINX_WEBSOCKET, RFC9110_UPGRADE, directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if (
        loss is None
        or loss.by.product not in {"nginx", "cloudflare"}
        or not loss.both
        or loss.http10
        or not loss.closes
    ):
        return None
    order = headers.order
    if "host" not in order or order.index("connection") < order.index("host") or lacks_host_line(headers):
        return None
    return (
        f"{loss.seen}; nginx before 1.29.7 does so when proxy_http_version 1.1 is set without the lines for "
        "Upgrade and Connection"
    )


RULE = Rule(
    id="nginx-http11-without-upgrade",
    title="nginx speaks HTTP/1.1 to the server but sends Connection: close and no Upgrade",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.92,
    match=match,
    why=(
        "nginx passes on only what it is told to: without proxy_set_header lines for Upgrade and Connection it "
        "removes both. The line proxy_http_version 1.1 alone is one of three that it needs. With a map of "
        "$http_upgrade, the same comes out where a hop in front of this nginx had lost Upgrade already."
    ),
    remedy=Remedy(
        (
            "Add proxy_set_header Upgrade and Connection beside proxy_http_version; if they are there, look "
            "at the proxy "
            "in front."
        ),
        directives("nginx", "nginx 1.29.7 and later"),
    ),
    references=(
        NGINX_WEBSOCKET,
        RFC9110_UPGRADE,
    ),
    cases=(
        Case(
            "Host, then Connection: close",
            request(
                "GET /ws HTTP/1.1",
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
            "Connection set first, by a map",
            request(
                "GET /ws HTTP/1.1",
                "Connection: close",
                "Host: app.example.com",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
