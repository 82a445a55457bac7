"""nginx is set up rightly, but Upgrade was lost before it: its map wrote Connection: close."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import NGINX_WEBSOCKET, RFC9110_CONNECTION, directives


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
    if "host" not in order or order.index("connection") > order.index("host") or "Connection" not in headers.names:
        return None
    return (
        f"{loss.seen}; Connection comes before Host, so a proxy_set_header Connection line ran and its map "
        "found no Upgrade to pass on"
    )


RULE = Rule(
    id="upgrade-lost-before-nginx",
    title="Upgrade was lost before it reached an nginx that is set up rightly",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.92,
    match=match,
    why=(
        "An nginx with the usual map writes Connection: upgrade where the request in front of it had Upgrade, and "
        "close where it had none. Its own lines come before Host, so it was the map that wrote close. The field had "
        "been lost at an earlier hop: another nginx, a load balancer, an ingress or a firewall."
    ),
    remedy=Remedy(
        ("Look at the proxy in front of this nginx: it needs the WebSocket lines too. This one is right."), directives()
    ),
    references=(
        NGINX_WEBSOCKET,
        RFC9110_CONNECTION,
    ),
    cases=(
        Case(
            "two hops, the outer one by default",
            request(
                "GET /ws HTTP/1.1",
                "Connection: close",
                "Host: 127.0.0.1:8081",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
    ),
    near_misses=(
        Case(
            "Connection behind Host proves nothing",
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
    supersedes=("upgrade-stripped",),
)
