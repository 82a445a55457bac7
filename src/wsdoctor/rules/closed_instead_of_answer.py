"""A client says that the server closed the connection instead of answering the handshake."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._log_text import names_cause, quote
from wsdoctor.rules._pages import rfc6455

_SAID = re.compile(
    r"(?i)[^\n]{0,80}(?:closed before receiving a handshake response|(?:socket hang up|ECONNRESET|connection reset)"
    r"[^\n]{0,60}web ?socket|web ?socket[^\n]{0,120}(?:socket hang up|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET"
    r"|ERR_CONNECTION_CLOSED))[^\n]{0,60}"
)
_DAPHNE = re.compile(
    r"WebSocket HANDSHAKING [^\n]{0,200}(?![\s\S]*WebSocket (?:CONNECT|REJECT)\b)(?=[\s\S]*WebSocket DISCONNECT\b)"
)


def match(log: str, first_bytes: bytes | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if first_bytes is not None or names_cause(log):
        return None
    if (found := _DAPHNE.search(log[:20_000])) is not None:
        return f"The log says “{quote(found[0])}”, then DISCONNECT: the application neither accepted nor refused."
    found = _SAID.search(log[:20_000])
    return None if found is None else f"The client says “{quote(found[0])}”."


RULE = Rule(
    id="closed-instead-of-answer",
    title="The server closed the connection instead of answering the handshake",
    cls="server-fault",
    level="error",
    confidence=0.45,
    match=match,
    why="The handshake was sent and the connection ended without an answer. The server crashed over it, does not know "
    "what to do with an upgrade, or expects TLS where plain HTTP came; a proxy or a firewall on the way may do the "
    "same.",
    remedy=Remedy(
        "Read the server's log at that moment, and send the handshake with curl from the server's own machine.",
        {"Node.js": "server.on('upgrade', …): without a listener Node destroys the socket"},
    ),
    references=(rfc6455("4.2.2"),),
    cases=(
        Case(
            "daphne",
            None,
            {"log": "WebSocket HANDSHAKING /ws/ [10.0.3.7:41850]\nWebSocket DISCONNECT /ws/ [10.0.3.7:41850]\n"},
        ),
        Case(
            "Chrome",
            None,
            {
                "log": "WebSocket connection to 'ws://a/' failed: Connection closed before receiving a handshake "
                "response\n"
            },
        ),
        Case("Node.js", None, {"log": "WebSocket error: Error: socket hang up\n"}),
    ),
    near_misses=(Case("an answer", None, {"log": "WebSocket connection failed: Unexpected response code: 400\n"}),),
)
