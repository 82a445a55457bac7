"""Somebody speaks SIP to the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._knocks import CLOSE_PORT, knock_text


def match(speaks: str, first_bytes: bytes, peer: str | None = None) -> str | None:
    """Hold for first bytes of that protocol."""
    return None if speaks != "sip" else f"{knock_text(speaks, first_bytes, peer)}."


RULE = Rule(
    id="sip-scan",
    title="A scanner for telephone servers (SIP) knocked",
    cls="scanner",
    level="note",
    confidence=0.85,
    match=match,
    why="Programs that scan the Internet try one protocol after the other on every open port, "
    "whatever it is meant for. This one hoped for a telephone server. A telephone that speaks "
    "SIP over WebSocket would open a WebSocket first (RFC 7118), so it may also be a "
    "telephone set to the wrong transport. A WebSocket server cannot read it, closes the "
    "connection and may log an error; no real client is affected.",
    remedy=Remedy(
        "Nothing is broken. Close the port to those who need not reach it.",
        {"own telephones": "Set the transport to ws or wss, with the path of the server.", **CLOSE_PORT},
    ),
    references=(
        Reference("RFC 7118: SIP over WebSocket", "https://www.rfc-editor.org/rfc/rfc7118"),
        Reference("RFC 3261 section 7.1: SIP requests", "https://www.rfc-editor.org/rfc/rfc3261#section-7.1"),
    ),
    cases=(
        Case(
            "the probe of Nmap",
            b"OPTIONS sip:nm SIP/2.0\r\nVia: SIP/2.0/TCP nm;branch=foo\r\nFrom: <sip:nm@nm>;tag=root\r\nTo: "
            b"<sip:nm2@nm2>\r\n\r\n",
        ),
    ),
    near_misses=(Case("plain HTTP", b"GET / HTTP/1.1\r\nHost: chat:8080\r\n\r\n"),),
)
