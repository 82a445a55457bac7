"""A Node.js proxy on undici, such as @fastify/http-proxy, without WebSocket support switched on."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import NODE_HTTP_PROXY, directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "undici" or not loss.both:
        return None
    return (
        f"{loss.seen}; names in lower case and keep-alive are how undici, the HTTP client of Node.js, sends requests on"
    )


RULE = Rule(
    id="undici-proxy-without-websocket",
    title="A Node.js proxy sends the handshake on as a plain request",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.85,
    match=match,
    why=(
        "Proxies that are built on an HTTP client send each request anew, and the client refuses to send Upgrade. The"
        " key, which is an ordinary field to it, goes through. In @fastify/http-proxy WebSockets must be switched on."
    ),
    remedy=Remedy(
        "Switch WebSockets on in the proxy, or handle the server's upgrade event.",
        directives("@fastify/http-proxy", "http-proxy, http-proxy-middleware"),
    ),
    references=(
        Reference("@fastify/http-proxy: websocket", "https://github.com/fastify/fastify-http-proxy#websocket"),
        NODE_HTTP_PROXY,
    ),
    cases=(
        Case(
            "no proxy fields, keep-alive",
            request(
                "GET /ws HTTP/1.1",
                "host: 127.0.0.1:8080",
                "connection: keep-alive",
                "sec-websocket-version: 13",
                "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==",
                "user-agent: Mozilla/5.0",
            ),
        ),
    ),
    near_misses=(
        Case(
            "node fetch is no WebSocket client",
            request(
                "GET /ws HTTP/1.1", "host: 127.0.0.1:8080", "connection: keep-alive", "accept: */*", "user-agent: node"
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
