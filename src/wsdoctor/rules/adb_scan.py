"""Somebody speaks Android Debug Bridge to the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._knocks import CLOSE_PORT, knock_text


def match(speaks: str, first_bytes: bytes, peer: str | None = None) -> str | None:
    """Hold for first bytes of that protocol."""
    return None if speaks != "adb" else f"{knock_text(speaks, first_bytes, peer)}."


RULE = Rule(
    id="adb-scan",
    title="A scanner for open Android devices (adb) knocked",
    cls="scanner",
    level="note",
    confidence=0.94,
    match=match,
    why="Programs that scan the Internet try one protocol after the other on every open port, "
    "whatever it is meant for. This one looks for Android devices whose debug port is open, "
    "to install programs on them. A WebSocket server cannot read it, closes the connection "
    "and may log an error; no real client is affected.",
    remedy=Remedy("Nothing is broken. Close the port to those who need not reach it.", CLOSE_PORT),
    references=(
        Reference(
            "Android Debug Bridge: protocol",
            "https://android.googlesource.com/platform/packages/modules/adb/+/refs/heads/main/docs/dev/protocol.md",
        ),
    ),
    cases=(
        Case(
            "a connect message",
            b"CNXN\x00\x00\x00\x01\x00\x10\x00\x00\x07\x00\x00\x002\x02\x00\x00\xbc\xb1\xa7\xb1host::\x00",
        ),
    ),
    near_misses=(Case("plain HTTP", b"GET / HTTP/1.1\r\nHost: chat:8080\r\n\r\n"),),
)
