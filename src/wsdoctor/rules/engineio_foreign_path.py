"""A Socket.IO server for ASGI fails for WebSockets at paths that are not its own."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import says


def match(log: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    line = says(log, "foreign-path")
    return f"The server says “{line}”." if line is not None else None


RULE = Rule(
    id="engineio-foreign-path",
    title="The application answers a WebSocket with a plain HTTP response",
    cls="server-fault",
    level="error",
    confidence=0.88,
    match=match,
    why="The application got a handshake for a path that it has no WebSocket for, and answered as to a plain "
    "request. ASGI forbids "
    "that, so the server reports an error and answers 500. python-socketio does so for every path but its "
    "own, /socket.io/.",
    remedy=Remedy(
        "Let clients use the right path, and put a router in front that closes WebSockets for unknown paths.",
        {"python-socketio": "socketio.ASGIApp(sio, other_asgi_app=app) hands other paths to app"},
    ),
    references=(
        Reference(
            "python-socketio: ASGI",
            "https://python-socketio.readthedocs.io/en/latest/server.html#uvicorn-daphne-and-other-asgi-servers",
        ),
        Reference("ASGI: WebSocket", "https://asgi.readthedocs.io/en/latest/specs/www.html#websocket"),
    ),
    cases=(
        Case(
            "python-socketio under uvicorn",
            good_handshake("/chat"),
            {
                "log": "Expected ASGI message 'websocket.accept', 'websocket.close' or "
                "'websocket.http.response.start' but got 'http.response.start'\n",
                "status": 500,
            },
        ),
    ),
    near_misses=(
        Case(
            "another error",
            good_handshake("/chat"),
            {"log": "ERROR: Exception in ASGI application\nKeyError: 'x'\n", "status": 500},
        ),
    ),
    supersedes=("server-crashes-on-handshake", "server-rejects-good-handshake"),
)
