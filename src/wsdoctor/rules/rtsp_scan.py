"""Somebody asks the WebSocket port for a video stream."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._knocks import CLOSE_PORT, knock_text


def match(speaks: str, first_bytes: bytes, peer: str | None = None) -> str | None:
    """Hold for first bytes of that protocol."""
    return None if speaks != "rtsp" else f"{knock_text(speaks, first_bytes, peer)}."


RULE = Rule(
    id="rtsp-scan",
    title="A scanner for cameras (RTSP) knocked",
    cls="scanner",
    level="note",
    confidence=0.88,
    match=match,
    why="Programs that scan the Internet try one protocol after the other on every open port, "
    "whatever it is meant for. This one hoped for a camera; Nmap and surveys send OPTIONS / "
    "RTSP/1.0 to every port. A WebSocket server cannot read it, closes the connection and may "
    "log an error; no real client is affected.",
    remedy=Remedy("Nothing is broken. Close the port to those who need not reach it.", CLOSE_PORT),
    references=(Reference("RFC 7826 section 7: RTSP requests", "https://www.rfc-editor.org/rfc/rfc7826#section-7"),),
    cases=(Case("the probe of Nmap", b"OPTIONS / RTSP/1.0\r\n\r\n"),),
    near_misses=(Case("a check by HAProxy", b"OPTIONS / HTTP/1.0\r\n\r\n"),),
)
