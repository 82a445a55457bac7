"""HAProxy, or another proxy that writes lower-case names, removed or overwrote Connection."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import HAPROXY_MANUAL, RFC9110_UPGRADE, directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product not in {"haproxy", "undici"} or not loss.only_connection:
        return None
    return f"{loss.seen}; names in lower case are HAProxy's, Envoy's and Node.js proxies' hand"


RULE = Rule(
    id="haproxy-overwrites-connection",
    title="HAProxy or a like proxy removes or overwrites Connection",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.9,
    match=match,
    why=(
        "Upgrade counts only where Connection names it (RFC 9110 section 7.8). HAProxy passes both on by itself, so a"
        " rule in its configuration deletes Connection or sets it to something else."
    ),
    remedy=Remedy(
        "Take away the rule that deletes or sets Connection; HAProxy needs none for WebSockets.",
        directives("HAProxy", "Envoy", "http-proxy, http-proxy-middleware"),
    ),
    references=(
        HAPROXY_MANUAL,
        RFC9110_UPGRADE,
    ),
    cases=(
        Case(
            "http-request set-header Connection close",
            request(
                "GET /ws HTTP/1.1",
                "host: app.example.com",
                "upgrade: websocket",
                "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==",
                "sec-websocket-version: 13",
                "connection: close",
            ),
        ),
        Case(
            "http-request del-header Connection",
            request(
                "GET /ws HTTP/1.1",
                "host: app.example.com",
                "upgrade: websocket",
                "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==",
                "sec-websocket-version: 13",
            ),
        ),
    ),
    near_misses=(
        Case(
            "a list that names upgrade",
            request(
                "GET /ws HTTP/1.1",
                "host: app",
                "connection: keep-alive, Upgrade",
                "upgrade: websocket",
                "sec-websocket-version: 13",
                "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==",
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
