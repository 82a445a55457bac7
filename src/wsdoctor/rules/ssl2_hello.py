"""a ClientHello of SSL 2.0 instead of HTTP."""

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "ssl2":
        return None
    return f"the first {len(first_bytes)} bytes are a ClientHello of SSL 2.0"


RULE = Rule(
    id="ssl2-hello",
    title="SSL 2.0, forbidden since 2011, spoken to the port",
    cls="other-protocol",
    level="note",
    confidence=0.85,
    match=match,
    why=(
        "Only scanners and very old programs still send the hello of SSL 2.0. The port speaks plain HTTP, so it could"
        " not be answered in any version."
    ),
    remedy=Remedy("Ignore it from the internet; update the program if it is yours."),
    references=(Reference("RFC 6176: prohibiting SSL 2.0", "https://www.rfc-editor.org/rfc/rfc6176.html"),),
    cases=(
        Case(
            "a ClientHello of SSL 2.0",
            bytes.fromhex("802e0100020015000000100100800200800300800400800500800600400700c0") + bytes(16),
        ),
    ),
    near_misses=(Case("a good handshake", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),),
)
