"""Somebody speaks Windows file sharing to the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._knocks import CLOSE_PORT, knock_text


def match(speaks: str, first_bytes: bytes, peer: str | None = None) -> str | None:
    """Hold for first bytes of that protocol."""
    return None if speaks != "smb" else f"{knock_text(speaks, first_bytes, peer)}."


RULE = Rule(
    id="smb-scan",
    title="A scanner for Windows file sharing (SMB) knocked",
    cls="scanner",
    level="note",
    confidence=0.92,
    match=match,
    why="Programs that scan the Internet try one protocol after the other on every open port, "
    "whatever it is meant for. This one hoped for a Windows file server, the way that worms "
    "spread. A WebSocket server cannot read it, closes the connection and may log an error; "
    "no real client is affected.",
    remedy=Remedy("Nothing is broken. Close the port to those who need not reach it.", CLOSE_PORT),
    references=(
        Reference(
            "[MS-SMB2]: negotiate",
            "https://learn.microsoft.com/openspecs/windows_protocols/ms-smb2/e14db7ff-763a-4263-8b10-0c3944f52fc5",
        ),
    ),
    cases=(
        Case(
            "a negotiate request",
            b"\x00\x00\x00T\xffSMBr\x00\x00\x00\x00\x18\x01(\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00/K\x00\x00\xc5^",
        ),
    ),
    near_misses=(Case("plain HTTP", b"GET / HTTP/1.1\r\nHost: chat:8080\r\n\r\n"),),
)
