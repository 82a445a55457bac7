"""Somebody speaks Oracle WebLogic's T3 to the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._knocks import CLOSE_PORT, knock_text


def match(speaks: str, first_bytes: bytes, peer: str | None = None) -> str | None:
    """Hold for first bytes of that protocol."""
    return None if speaks != "weblogic-t3" else f"{knock_text(speaks, first_bytes, peer)}."


RULE = Rule(
    id="weblogic-t3-scan",
    title="A scanner for Oracle WebLogic (T3) knocked",
    cls="scanner",
    level="note",
    confidence=0.95,
    match=match,
    why="Programs that scan the Internet try one protocol after the other on every open port, "
    "whatever it is meant for. This one looks for Oracle WebLogic, whose T3 protocol had "
    "grave holes. A WebSocket server cannot read it, closes the connection and may log an "
    "error; no real client is affected.",
    remedy=Remedy("Nothing is broken. Close the port to those who need not reach it.", CLOSE_PORT),
    references=(
        Reference(
            "Oracle: T3 protocol",
            "https://docs.oracle.com/en/middleware/standalone/weblogic-server/14.1.1.0/wlrmi/t3.html",
        ),
    ),
    cases=(Case("a hello", b"t3 12.2.1\nAS:255\nHL:19\nMS:10000000\n\n"),),
    near_misses=(Case("plain HTTP", b"GET / HTTP/1.1\r\nHost: chat:8080\r\n\r\n"),),
)
