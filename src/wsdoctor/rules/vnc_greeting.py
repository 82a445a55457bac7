"""the greeting of VNC instead of HTTP."""

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "vnc":
        return None
    return f"the first {len(first_bytes)} bytes are the greeting of VNC"


RULE = Rule(
    id="vnc-greeting",
    title="VNC speaks to the WebSocket port",
    cls="other-protocol",
    level="warning",
    confidence=0.93,
    match=match,
    why=(
        "RFB is the protocol of VNC, and its server greets first. A VNC program and a WebSocket were put onto the "
        "same port, or a proxy such as websockify has its two addresses swapped."
    ),
    remedy=Remedy(
        ("Let websockify listen on the WebSocket port and connect to the VNC port, not the other way round."),
        {"websockify": "websockify 6080 localhost:5900", "noVNC": "connect to the port of websockify, not to 5900"},
    ),
    references=(
        Reference(
            "RFC 6143 section 7.1.1: ProtocolVersion", "https://www.rfc-editor.org/rfc/rfc6143.html#section-7.1.1"
        ),
    ),
    cases=(Case("the greeting of VNC", b"RFB 003.008\n"),),
    near_misses=(Case("a good handshake", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),),
)
