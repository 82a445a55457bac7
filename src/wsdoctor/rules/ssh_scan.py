"""Somebody speaks SSH to the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._knocks import CLOSE_PORT, knock_text


def match(speaks: str, first_bytes: bytes, peer: str | None = None) -> str | None:
    """Hold for first bytes of that protocol."""
    return None if speaks != "ssh" else f"{knock_text(speaks, first_bytes, peer)}."


RULE = Rule(
    id="ssh-scan",
    title="An SSH client or scanner knocked",
    cls="scanner",
    level="note",
    confidence=0.9,
    match=match,
    why="Programs that scan the Internet try one protocol after the other on every open port, "
    "whatever it is meant for. This one hoped for SSH and said its version first. A WebSocket "
    "server cannot read it, closes the connection and may log an error; no real client is "
    "affected.",
    remedy=Remedy(
        "Nothing is broken. Close the port to those who need not reach it.",
        {
            "own ssh": "If it is your own: ssh -p takes the port of the SSH server, and ProxyJump or a tunnel "
            "may name the wrong one.",
            **CLOSE_PORT,
        },
    ),
    references=(
        Reference(
            "RFC 4253 section 4.2: protocol version exchange", "https://www.rfc-editor.org/rfc/rfc4253#section-4.2"
        ),
    ),
    cases=(
        Case("a scanner in Go", b"SSH-2.0-Go\r\n"),
        Case("from the own network", b"SSH-2.0-OpenSSH_9.6\r\n", {"peer": "10.0.4.2"}),
    ),
    near_misses=(Case("plain HTTP", b"GET / HTTP/1.1\r\nHost: chat:8080\r\n\r\n"),),
)
