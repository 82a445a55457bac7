"""Somebody speaks the protocol of another kind of server to the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._knocks import CLOSE_PORT, knock_text

_SPOKEN = frozenset(("smtp", "ftp", "irc", "pop3", "imap", "x11", "ldap", "iso-tsap", "stratum"))


def match(speaks: str, first_bytes: bytes, peer: str | None = None) -> str | None:
    """Hold for first bytes of that protocol."""
    return None if speaks not in _SPOKEN else f"{knock_text(speaks, first_bytes, peer)}."


RULE = Rule(
    id="service-scan",
    title="A scanner for other kinds of server knocked",
    cls="scanner",
    level="note",
    confidence=0.82,
    match=match,
    why="Programs that scan the Internet try one protocol after the other on every open port, "
    "whatever it is meant for. This one hoped for a mail, file, chat, directory or terminal "
    "server, or for a machine controller. A WebSocket server cannot read it, closes the "
    "connection and may log an error; no real client is affected.",
    remedy=Remedy(
        "Nothing is broken. Close the port to those who need not reach it.",
        {
            "own programs": "If it comes from your own network, look for a client that was given the WebSocket "
            "server's port.",
            **CLOSE_PORT,
        },
    ),
    references=(Reference("Nmap: service and version detection", "https://nmap.org/book/vscan.html"),),
    cases=(
        Case("FTP", b"USER anonymous\r\n"),
        Case("mail", b"EHLO scan.example.com\r\n"),
        Case("LDAP", b"0\x0c\x02\x01\x01`\x07\x02\x01\x03\x04\x00\x80\x00"),
    ),
    near_misses=(Case("plain HTTP", b"GET / HTTP/1.1\r\nHost: chat:8080\r\n\r\n"),),
)
