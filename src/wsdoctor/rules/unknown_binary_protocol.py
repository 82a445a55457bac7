"""Bytes of no protocol that is known here."""

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._remedies import RFC6455_REQUEST


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "unknown" or not first_bytes:
        return None
    return (
        f"the first {len(first_bytes)} bytes, {first_bytes[:16].hex(' ')} …, are neither HTTP nor any "
        "protocol that is known here"
    )


RULE = Rule(
    id="unknown-binary-protocol",
    title="Bytes of an unknown protocol",
    cls="other-protocol",
    level="note",
    confidence=0.5,
    match=match,
    why=(
        "What arrived cannot be read as text and fits no known protocol. A program with a protocol of its own was "
        "given this port, a proxy encrypts or wraps towards it, or somebody sends random bytes."
    ),
    remedy=Remedy("Look which program on the sender's side was given this port; from the internet it can be ignored."),
    references=(RFC6455_REQUEST,),
    cases=(Case("random bytes", bytes.fromhex("9f00ff13c7a5d1e2fbfa")),),
    near_misses=(
        Case("text", b"hello"),
        Case("TLS", bytes.fromhex("16030300")),
    ),
)
