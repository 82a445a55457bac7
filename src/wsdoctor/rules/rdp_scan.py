"""Somebody speaks Remote Desktop to the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._knocks import CLOSE_PORT, knock_text


def match(speaks: str, first_bytes: bytes, peer: str | None = None) -> str | None:
    """Hold for first bytes of that protocol."""
    return None if speaks != "rdp" else f"{knock_text(speaks, first_bytes, peer)}."


RULE = Rule(
    id="rdp-scan",
    title="A Remote Desktop scanner knocked",
    cls="scanner",
    level="note",
    confidence=0.93,
    match=match,
    why="Programs that scan the Internet try one protocol after the other on every open port, "
    "whatever it is meant for. This one hoped for a Windows desktop (RDP); the cookie "
    "mstshash is the user name that it tries. A WebSocket server cannot read it, closes the "
    "connection and may log an error; no real client is affected.",
    remedy=Remedy("Nothing is broken. Close the port to those who need not reach it.", CLOSE_PORT),
    references=(
        Reference(
            "[MS-RDPBCGR]: X.224 connection request",
            "https://learn.microsoft.com/openspecs/windows_protocols/ms-rdpbcgr/18a27ef9-6f9a-4501-b000-94b1fe3c2c10",
        ),
    ),
    cases=(
        Case(
            "with a user name",
            b"\x03\x00\x00/*\xe0\x00\x00\x00\x00\x00Cookie: mstshash=Administr\r\n\x01\x00\x08\x00\x03\x00\x00\x00",
        ),
    ),
    near_misses=(Case("plain HTTP", b"GET / HTTP/1.1\r\nHost: chat:8080\r\n\r\n"),),
)
