"""a STOMP CONNECT frame instead of HTTP."""

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "stomp":
        return None
    return f"the first {len(first_bytes)} bytes are a STOMP CONNECT frame"


RULE = Rule(
    id="stomp-without-websocket",
    title="A STOMP client speaks plain STOMP to the WebSocket port",
    cls="other-protocol",
    level="warning",
    confidence=0.93,
    match=match,
    why=(
        "STOMP can run over TCP by itself or inside a WebSocket. This client sends its CONNECT frame at once, without"
        " opening a WebSocket first."
    ),
    remedy=Remedy(
        "Give the client the plain STOMP port (61613), or a WebSocket transport.",
        {"stomp.js": 'new Client({ brokerURL: "ws://host:15674/ws" })'},
    ),
    references=(Reference("STOMP 1.2: connecting", "https://stomp.github.io/stomp-specification-1.2.html#Connecting"),),
    cases=(Case("a STOMP CONNECT frame", b"CONNECT\naccept-version:1.2\nhost:app\n\n\0"),),
    near_misses=(Case("a good handshake", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),),
)
