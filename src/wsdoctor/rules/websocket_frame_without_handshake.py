"""a WebSocket frame instead of HTTP."""

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "websocket-frame":
        return None
    return f"the first {len(first_bytes)} bytes are a WebSocket frame"


RULE = Rule(
    id="websocket-frame-without-handshake",
    title="A WebSocket frame comes without an opening handshake",
    cls="other-protocol",
    level="warning",
    confidence=0.93,
    match=match,
    why=(
        "The peer sends a frame as if the WebSocket were open already. It did not wait for the answer to its "
        "handshake on another connection, or a load balancer moved the connection to another server, or a relay "
        "dropped the handshake."
    ),
    remedy=Remedy("Send the handshake on each new connection and wait for 101 before the first frame."),
    references=(
        Reference("RFC 6455 section 5.2: base framing", "https://www.rfc-editor.org/rfc/rfc6455.html#section-5.2"),
    ),
    cases=(Case("a WebSocket frame", bytes.fromhex("818537fa213d7f9f4d5158")),),
    near_misses=(Case("a good handshake", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),),
)
