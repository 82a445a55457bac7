"""a Flash socket policy request instead of HTTP."""

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "flash-policy":
        return None
    return f"the first {len(first_bytes)} bytes are a Flash socket policy request"


RULE = Rule(
    id="flash-policy-request",
    title="A Flash player asks for a socket policy file",
    cls="other-protocol",
    level="note",
    confidence=0.93,
    match=match,
    why=(
        "Before Flash opened a socket it asked the port for a policy file, in XML and with a zero byte. Flash ended "
        "in 2020; old WebSocket replacements for browsers without WebSockets still send it."
    ),
    remedy=Remedy("Remove the Flash fallback from the client; all browsers have WebSockets."),
    references=(Reference("web-socket-js", "https://github.com/gimite/web-socket-js"),),
    cases=(Case("a Flash socket policy request", b"<policy-file-request/>\0"),),
    near_misses=(Case("a good handshake", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),),
)
