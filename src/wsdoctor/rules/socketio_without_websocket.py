"""A Socket.IO server answers its WebSocket transport as a plain request."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import answered

_TRANSPORT = re.compile(r"[?&]transport=websocket\b")


def match(
    status: int | None = None,
    log: str | None = None,
    target: str | None = None,
    handshake: tuple[str, ...] | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or (log is None and status not in {200, 500}):
        return None
    if _TRANSPORT.search(target if target is not None else log or "") is None:
        return None
    code = answered(status, log, lines=handshake == ())
    if code not in {200, 500}:
        return None
    return f"A handshake for transport=websocket was answered {code}: the Socket.IO server took it for a plain request."


RULE = Rule(
    id="socketio-without-websocket",
    title="The Socket.IO server runs without support for WebSockets",
    cls="server-fault",
    level="error",
    confidence=0.8,
    match=match,
    why="A Socket.IO server that runs on a plain WSGI or development server can do long polling alone. It "
    "answers the WebSocket transport "
    "like any request, with 200 and a page or with an error, and the client falls back to polling or gives up.",
    remedy=Remedy(
        "Run the server where WebSockets are supported.",
        {
            "Flask-SocketIO": "socketio.run(app) with simple-websocket, eventlet or gevent installed, instead "
            "of flask run or plain gunicorn",
            "gunicorn": "gunicorn -k eventlet -w 1 app:app, or -k gevent with gevent-websocket",
        },
    ),
    references=(
        Reference("Flask-SocketIO: deployment", "https://flask-socketio.readthedocs.io/en/latest/deployment.html"),
    ),
    cases=(
        Case(
            "a browser console",
            None,
            {
                "log": "WebSocket connection to 'ws://localhost:5000/socket.io/?EIO=4&transport=websocket' "
                "failed: Error during WebSocket handshake: Unexpected response code: 200\n"
            },
        ),
        Case("with the request", good_handshake("/socket.io/?EIO=4&transport=websocket"), {"status": 200}),
    ),
    near_misses=(
        Case("no such path", good_handshake("/socket.io/?EIO=4&transport=websocket"), {"status": 404}),
        Case("polling", None, {"log": '"GET /socket.io/?EIO=4&transport=polling HTTP/1.1" 200 32\n'}),
    ),
    supersedes=(
        "socketio-client",
        "server-rejects-good-handshake",
        "server-crashes-on-handshake",
        "realtime-library-in-log",
    ),
)
