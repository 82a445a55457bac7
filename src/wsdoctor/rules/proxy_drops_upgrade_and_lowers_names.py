"""A proxy that writes lower-case names lost both fields."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import HAPROXY_MANUAL, RFC8441, RFC9110_CONNECTION, directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "haproxy" or not loss.both:
        return None
    return (
        f"{loss.seen}; all names are lower-case, as HAProxy, Envoy and Node.js proxies write them, or as "
        "HTTP/2 leaves them"
    )


RULE = Rule(
    id="proxy-drops-upgrade-and-lowers-names",
    title="A proxy that writes field names in lower case loses Upgrade and Connection",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.88,
    match=match,
    why=(
        "Upgrade and Connection are meant for the next machine only, so a proxy must send them anew. This one did "
        "not. Names in lower case mean HAProxy, Envoy, a proxy in Node.js, or a hop that turned HTTP/2 into HTTP/1.1,"
        " where these two fields do not exist."
    ),
    remedy=Remedy(
        (
            "Find the proxy and switch WebSockets on in it; if its clients come by HTTP/2, offer HTTP/1.1 by ALPN as "
            "well."
        ),
        directives("HAProxy", "Envoy", "http-proxy, http-proxy-middleware", "Vite", "webpack-dev-server"),
    ),
    references=(
        RFC9110_CONNECTION,
        HAPROXY_MANUAL,
        RFC8441,
    ),
    cases=(
        Case(
            "neither field",
            request(
                "GET /ws HTTP/1.1",
                "host: app.example.com",
                "user-agent: Mozilla/5.0",
                "sec-websocket-version: 13",
                "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==",
            ),
        ),
        Case(
            "Connection: close",
            request(
                "GET /ws HTTP/1.1",
                "host: app.example.com",
                "sec-websocket-version: 13",
                "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==",
                "connection: close",
            ),
        ),
    ),
    near_misses=(
        Case(
            "curl over HTTP/2 has done so itself",
            request(
                "GET /ws HTTP/1.1",
                "host: app",
                "user-agent: curl/8.5.0",
                "sec-websocket-version: 13",
                "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==",
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
