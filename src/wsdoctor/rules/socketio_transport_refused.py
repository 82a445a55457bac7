"""A Socket.IO client asks for a transport that its server has switched off, or reaches another instance."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import says


def match(log: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    line = says(log, "socketio-transport")
    return f"The server says “{line}”." if line is not None else None


RULE = Rule(
    id="socketio-transport-refused",
    title="The Socket.IO server refused the client's transport or session",
    cls="wrong-realtime-protocol",
    level="error",
    confidence=0.9,
    match=match,
    why="Socket.IO clients begin with long polling and upgrade later. A server that allows WebSockets alone "
    "calls that transport "
    "unknown; and where several instances run, a later request may reach one that never heard of the session.",
    remedy=Remedy(
        "Let client and server use the same transports, and with several instances switch on sticky sessions.",
        {"Socket.IO": "io(url, { transports: ['websocket'] }) where the server has transports: ['websocket']"},
    ),
    references=(
        Reference("Socket.IO: client options", "https://socket.io/docs/v4/client-options/#transports"),
        Reference("Socket.IO: using multiple nodes", "https://socket.io/docs/v4/using-multiple-nodes/"),
    ),
    cases=(
        Case("polling switched off", None, {"log": '400 {"code":0,"message":"Transport unknown"}\n'}),
        Case("another instance", None, {"log": '400 {"code":1,"message":"Session ID unknown"}\n'}),
    ),
    near_misses=(
        Case("an unsupported version", None, {"log": '{"code":5,"message":"Unsupported protocol version"}\n'}),
    ),
    supersedes=("socketio-client", "realtime-library-in-log"),
)
