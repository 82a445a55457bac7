"""HAProxy, or another proxy that writes lower-case names, removed Upgrade."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule, request
from wsdoctor.rules._declared import hops
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import HAPROXY_MANUAL, RFC6455_REQUEST, directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product not in {"haproxy", "undici"} or not loss.only_upgrade:
        return None
    return f"{loss.seen}; names in lower case are HAProxy's, Envoy's and Node.js proxies' hand"


RULE = Rule(
    id="haproxy-removes-upgrade",
    title="HAProxy or a like proxy removes Upgrade",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.9,
    match=match,
    declared=hops(products={"haproxy"}, loses=True),
    why=(
        "Connection: upgrade says that the request wants another protocol, and Upgrade says which; without it the "
        "server must treat the request as plain HTTP. HAProxy passes both on by itself, so a rule in its "
        "configuration removes one."
    ),
    remedy=Remedy(
        "Take away the rule that deletes or overwrites Upgrade; HAProxy needs none for WebSockets.",
        directives("HAProxy", "Envoy", "http-proxy, http-proxy-middleware"),
    ),
    references=(
        HAPROXY_MANUAL,
        RFC6455_REQUEST,
    ),
    cases=(
        Case(
            "http-request del-header Upgrade",
            request(
                "GET /ws HTTP/1.1",
                "host: app.example.com",
                "connection: Upgrade",
                "user-agent: Mozilla/5.0",
                "sec-websocket-version: 13",
                "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==",
            ),
        ),
    ),
    near_misses=(
        Case(
            "both there",
            request(
                "GET /ws HTTP/1.1",
                "host: app",
                "connection: Upgrade",
                "upgrade: websocket",
                "sec-websocket-version: 13",
                "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==",
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
