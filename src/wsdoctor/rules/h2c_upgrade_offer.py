"""An HTTP client offers to change to HTTP/2 (Upgrade: h2c), which is no WebSocket."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import shown


def match(method: str, headers: Headers, user_agent: str | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    offered = "h2c" in headers.tokens("upgrade")
    if "http2-settings" not in headers and not offered:
        return None
    agent = f", User-Agent “{user_agent[:80]}”" if user_agent else ""
    return (
        f"{method[:20]} with {shown('Upgrade', headers)} and {shown('HTTP2-Settings', headers)}{agent}: an "
        "offer of HTTP/2, no opening handshake"
    )


RULE = Rule(
    id="h2c-upgrade-offer",
    title="The request offers HTTP/2, not a WebSocket: Upgrade: h2c",
    cls="http2-to-ws",
    level="warning",
    confidence=0.93,
    match=match,
    why=(
        "Some HTTP clients add Upgrade: h2c and HTTP2-Settings to a plain http:// request, to change to HTTP/2 if the"
        " server can. It has nothing to do with WebSockets, but servers that see an Upgrade field complain of an "
        "unsupported upgrade or a missing WebSocket library. A proxy may have taken one of the fields away."
    ),
    remedy=Remedy(
        "Tell the client to use HTTP/1.1, or let the proxy pass only websocket on.",
        {"curl": "--http1.1", "nginx": "map $http_upgrade $connection_upgrade { default close; websocket upgrade; }"},
    ),
    references=(
        Reference(
            "RFC 7540 section 3.2: starting HTTP/2 for http URIs",
            "https://www.rfc-editor.org/rfc/rfc7540.html#section-3.2",
        ),
        Reference("uvicorn: issue 1967", "https://github.com/Kludex/uvicorn/issues/1967"),
    ),
    cases=(
        Case(
            "an HTTP library",
            request(
                "GET /items HTTP/1.1",
                "Host: app:8080",
                "Connection: Upgrade, HTTP2-Settings",
                "Upgrade: h2c",
                "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA",
                "User-Agent: fetcher/1.0",
            ),
        ),
        Case(
            "only HTTP2-Settings left by nginx",
            request(
                "GET /ws HTTP/1.0",
                "Host: app",
                "Connection: close",
                "User-Agent: fetcher/1.0",
                "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA",
            ),
        ),
    ),
    near_misses=(Case("a WebSocket", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),),
)
