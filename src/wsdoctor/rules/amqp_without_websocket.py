"""the AMQP protocol header instead of HTTP."""

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "amqp":
        return None
    return f"the first {len(first_bytes)} bytes are the AMQP protocol header"


RULE = Rule(
    id="amqp-without-websocket",
    title="An AMQP client speaks to the WebSocket port",
    cls="other-protocol",
    level="warning",
    confidence=0.93,
    match=match,
    why=(
        "AMQP begins with the letters AMQP and a version, not with an HTTP request. A message queue client was given "
        "this port, or the broker's WebSocket listener instead of its plain one."
    ),
    remedy=Remedy(
        "Give the client the broker's AMQP port (5672).",
        {"RabbitMQ": "amqp://host:5672; port 15674 is Web STOMP, 15675 is Web MQTT"},
    ),
    references=(Reference("AMQP 0-9-1 reference", "https://www.rabbitmq.com/amqp-0-9-1-reference.html"),),
    cases=(Case("the AMQP protocol header", b"AMQP\x00\x00\x09\x01"),),
    near_misses=(Case("a good handshake", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),),
)
