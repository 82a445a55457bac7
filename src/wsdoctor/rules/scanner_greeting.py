"""A scanner's own greeting, which no program that serves anybody sends."""

from __future__ import annotations

from wsdoctor.model.redact import redact_head
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._knocks import CLOSE_PORT

_GREETINGS = (b"MGLNDD_", b"Gh0st")


def match(first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not first_bytes.startswith(_GREETINGS):
        return None
    shown = redact_head(first_bytes[:40].decode("latin-1")).rstrip("\r\n")
    return f"The first bytes are “{shown}”, by which scanners ask every port what listens there."


RULE = Rule(
    id="scanner-greeting",
    title="A scanner asks what listens here",
    cls="scanner",
    level="note",
    confidence=0.88,
    match=match,
    why="Surveys of the Internet and service detection send words of their own and look at the answer: MGLNDD with the "
    "address that they scan, or the name of a known back door. A WebSocket server cannot read them and may log "
    "an "
    "error; no real client is affected.",
    remedy=Remedy("Nothing is broken. Close the port to those who need not reach it.", CLOSE_PORT),
    references=(Reference("SANS: MGLNDD scans", "https://isc.sans.edu/diary/28458"),),
    cases=(Case("Magellan", b"MGLNDD_203.0.113.80_8080\n"),),
    near_misses=(Case("a message", b"hello from the page"),),
    supersedes=("bare-text-instead-of-request", "service-scan"),
)
