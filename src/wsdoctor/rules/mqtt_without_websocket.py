"""an MQTT CONNECT packet instead of HTTP."""

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "mqtt":
        return None
    return f"the first {len(first_bytes)} bytes are an MQTT CONNECT packet"


RULE = Rule(
    id="mqtt-without-websocket",
    title="An MQTT client speaks plain MQTT to the WebSocket port",
    cls="other-protocol",
    level="warning",
    confidence=0.93,
    match=match,
    why=(
        "MQTT can run over TCP by itself or inside a WebSocket. This client uses plain TCP, and the port expects the "
        "HTTP request that opens a WebSocket. Brokers have separate listeners for both."
    ),
    remedy=Remedy(
        "Give the client the broker's plain port (1883), or let it use WebSockets.",
        {
            "Paho (Python)": 'mqtt.Client(transport="websockets")',
            "MQTT.js": 'connect("ws://host:9001") instead of mqtt://',
            "Mosquitto": "listener 9001 and protocol websockets",
        },
    ),
    references=(
        Reference(
            "MQTT 5.0 section 6: using WebSocket",
            "https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901285",
        ),
    ),
    cases=(Case("an MQTT CONNECT packet", bytes.fromhex("100f00044d5154540402003c000361626364")[:17]),),
    near_misses=(Case("a good handshake", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),),
)
