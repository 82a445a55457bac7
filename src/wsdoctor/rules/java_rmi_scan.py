"""Somebody speaks Java RMI to the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._knocks import CLOSE_PORT, knock_text


def match(speaks: str, first_bytes: bytes, peer: str | None = None) -> str | None:
    """Hold for first bytes of that protocol."""
    return None if speaks != "java-rmi" else f"{knock_text(speaks, first_bytes, peer)}."


RULE = Rule(
    id="java-rmi-scan",
    title="A scanner for Java RMI knocked",
    cls="scanner",
    level="note",
    confidence=0.92,
    match=match,
    why="Programs that scan the Internet try one protocol after the other on every open port, "
    "whatever it is meant for. This one hoped for a Java server that takes objects from "
    "strangers. A WebSocket server cannot read it, closes the connection and may log an "
    "error; no real client is affected.",
    remedy=Remedy("Nothing is broken. Close the port to those who need not reach it.", CLOSE_PORT),
    references=(
        Reference("Java RMI wire protocol", "https://docs.oracle.com/en/java/javase/21/docs/specs/rmi/protocol.html"),
    ),
    cases=(Case("the first bytes of a stream", b"JRMI\x00\x02K"),),
    near_misses=(Case("plain HTTP", b"GET / HTTP/1.1\r\nHost: chat:8080\r\n\r\n"),),
)
