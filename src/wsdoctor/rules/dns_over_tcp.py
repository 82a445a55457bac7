"""a DNS query over TCP instead of HTTP."""

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "dns":
        return None
    return f"the first {len(first_bytes)} bytes are a DNS query over TCP"


RULE = Rule(
    id="dns-over-tcp",
    title="A DNS client asks the WebSocket port",
    cls="other-protocol",
    level="note",
    confidence=0.93,
    match=match,
    why=(
        "The bytes are a DNS message with its length in front, as over TCP. A resolver was given this port, or "
        "somebody looks for open resolvers."
    ),
    remedy=Remedy("Ignore it from the internet; else correct the address of the resolver."),
    references=(
        Reference("RFC 1035 section 4.2.2: TCP usage", "https://www.rfc-editor.org/rfc/rfc1035.html#section-4.2.2"),
    ),
    cases=(
        Case("a DNS query over TCP", bytes.fromhex("001d123401000001000000000000076578616d706c6503636f6d0000010001")),
    ),
    near_misses=(Case("a good handshake", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),),
)
