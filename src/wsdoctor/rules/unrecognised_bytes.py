"""Bytes that belong to no known protocol."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request


def match(first_bytes: bytes, speaks: str, handshake: tuple[str, ...] | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not first_bytes or handshake is not None:
        return None
    kind = (
        "are no whole request yet"
        if speaks == "http/1"
        else f"look like {speaks}"
        if speaks != "unknown"
        else "fit no known protocol"
    )
    return (
        f"The first {len(first_bytes)} bytes ({first_bytes[:16].hex(' ')}) {kind}; more bytes or the peer's "
        f"address would settle it."
    )


RULE = Rule(
    id="unrecognised-bytes",
    title="Bytes that are no HTTP and that nobody recognises",
    cls="unknown",
    level="note",
    confidence=0.3,
    match=match,
    why="A WebSocket begins with an HTTP request. These bytes are none, and they fit no protocol that is known "
    "here. Mostly such bytes are a "
    "scanner's, or a program's that was given the wrong port.",
    remedy=Remedy(
        "See which machine has the peer's address; if it is one of yours, look for a program that was given this port."
    ),
    references=(Reference("RFC 9112 section 2", "https://www.rfc-editor.org/rfc/rfc9112#section-2"),),
    cases=(),
    near_misses=(Case("a request", request("GET / HTTP/1.1", "Host: a")),),
)
