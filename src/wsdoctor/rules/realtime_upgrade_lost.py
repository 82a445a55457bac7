"""A real-time library polls well, and its upgrade to WebSocket fails."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import LIMIT, answered, quote, says
from wsdoctor.rules._remedies import directives

_UPGRADING = re.compile(
    r"/(?:socket|engine)\.io/\?(?=[^\s'\"]*transport=websocket)(?=[^\s'\"]*sid=)[^\s'\"]*"
    r"|/\d{3}/[A-Za-z0-9_-]{4,40}/websocket(?=[\s'\"?])",
    re.IGNORECASE,
)
_SIGNALR = re.compile(
    r"(?i)failed to start the transport 'WebSockets'[^\n]{0,200}|the connection could not be found on the server, "
    r"either "
    r"the endpoint may not be a SignalR endpoint"
)
_MISSED = re.compile(r"(?i)\bInvalid websocket upgrade\b|\bunexpected transport without upgrade\b")
"""What Engine.IO says of transport=websocket without Upgrade: websocket, in Python and in Node.js."""


def match(log: str, first_bytes: bytes | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if first_bytes is not None or says(log, "socketio-version", "socketio-transport", "origin") is not None:
        return None
    if (said := _SIGNALR.search(log[:LIMIT])) is not None and answered(None, log) not in {401, 403}:
        return f"The client says “{quote(said[0])}”, after it had negotiated by plain HTTP."
    if (missed := _MISSED.search(log[:LIMIT])) is not None:
        return f"The server says “{missed[0]}”: a request for the WebSocket transport came without its Upgrade."
    found = _UPGRADING.search(log[:LIMIT])
    if found is None or answered(None, log, lines=True) != 400:
        return None
    return f"The client has asked by plain HTTP before, and its upgrade {quote(found[0], 90)} was answered 400."


RULE = Rule(
    id="realtime-upgrade-lost",
    title="A real-time library polls, but its upgrade to WebSocket gets lost",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.7,
    match=match,
    why="Clients of Socket.IO, SockJS and SignalR first ask by plain HTTP, and try a WebSocket once that was answered. "
    "Plain HTTP passes every proxy; the WebSocket needs Upgrade and Connection. Where it is refused after the rest "
    "went "
    "well, the two fields were most likely lost on the way; behind several servers without sticky sessions it looks "
    "the "
    "same.",
    remedy=Remedy(
        "Let every proxy on the way pass Upgrade and Connection on, and keep a session on one server.",
        directives("nginx", "Apache httpd 2.4.47 and later"),
    ),
    references=(
        Reference("Socket.IO: behind a reverse proxy", "https://socket.io/docs/v4/reverse-proxy/"),
        Reference("Socket.IO: several nodes", "https://socket.io/docs/v4/using-multiple-nodes/"),
    ),
    cases=(
        Case(
            "SignalR",
            None,
            {"log": "Error: Failed to start the transport 'WebSockets': Error: WebSocket failed to connect.\n"},
        ),
        Case(
            "Engine.IO in Python", None, {"log": "engineio.server - WARNING - Invalid websocket upgrade (further …)\n"}
        ),
        Case("SockJS", None, {"log": '"GET /ws/544/11857f5d/websocket HTTP/1.1" 400 34 "-" "-"\n'}),
        Case(
            "a browser",
            None,
            {
                "log": "WebSocket connection to 'wss://a.example/socket.io/?EIO=4&transport=websocket&sid=abc' failed: "
                "Error during WebSocket handshake: Unexpected response code: 400\n"
            },
        ),
    ),
    near_misses=(
        Case(
            "SignalR, refused for credentials",
            None,
            {"log": "Failed to start the transport 'WebSockets': Unexpected response code: 401\n"},
        ),
        Case(
            "no session yet",
            None,
            {
                "log": "WebSocket connection to 'wss://a.example/socket.io/?EIO=4&transport=websocket' failed: "
                "Error during WebSocket handshake: Unexpected response code: 400\n"
            },
        ),
    ),
    supersedes=("realtime-library-in-log", "handshake-answered-as-page", "websocket-path-refused-in-log"),
)
