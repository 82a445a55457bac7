"""Somebody tries to use the WebSocket port as a SOCKS proxy."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._knocks import CLOSE_PORT, knock_text

_SPOKEN = frozenset(("socks4", "socks5"))


def match(speaks: str, first_bytes: bytes, peer: str | None = None) -> str | None:
    """Hold for first bytes of that protocol."""
    return None if speaks not in _SPOKEN else f"{knock_text(speaks, first_bytes, peer)}."


RULE = Rule(
    id="socks-proxy-probe",
    title="Somebody looks for an open SOCKS proxy",
    cls="scanner",
    level="note",
    confidence=0.85,
    match=match,
    why="Programs that scan the Internet try one protocol after the other on every open port, "
    "whatever it is meant for. This one looks for a proxy through which it can reach others "
    "unseen. If it is a program of your own, its proxy setting names this port. A WebSocket "
    "server cannot read it, closes the connection and may log an error; no real client is "
    "affected.",
    remedy=Remedy(
        "Nothing is broken. Close the port to those who need not reach it.",
        {"own programs": "Check ALL_PROXY and the browser's proxy settings.", **CLOSE_PORT},
    ),
    references=(Reference("RFC 1928: SOCKS 5", "https://www.rfc-editor.org/rfc/rfc1928"),),
    cases=(
        Case("SOCKS 5", b"\x05\x01\x00"),
        Case("SOCKS 4", b"\x04\x01\x01\xbb\xc63d\x07\x00"),
    ),
    near_misses=(Case("plain HTTP", b"GET / HTTP/1.1\r\nHost: chat:8080\r\n\r\n"),),
)
