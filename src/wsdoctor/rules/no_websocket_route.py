"""A server has no WebSocket at the path that was asked for."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._files import FILE_LIMIT, found_in
from wsdoctor.rules._log_text import CAUSES, LIMIT, answered, says
from wsdoctor.rules._pages import rfc9110
from wsdoctor.rules._plain import line_of

_OTHERS = tuple(each for each in CAUSES if each != "route")
_STARLETTE = re.compile(r"\b(?:FastAPI|Starlette)\(")
_CLOSED = re.compile(r"\"WebSocket /\S*\" 403\b")
_ROUTED = re.compile(r"\.websocket\(|[wW]eb_?[sS]ocket_?[rR]oute|\broutes\s*=|\.mount\(|\.include_router\(|ASGIApp\(")
"""How an application of Starlette gets a route for WebSockets; without one it answers 403."""


def match(
    handshake: tuple[str, ...] | None = None,
    target: str | None = None,
    status: int | None = None,
    log: str | None = None,
    outcome: str | None = None,
    files: tuple[SourceFile, ...] | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or outcome == "upgraded" or (log is None and status != 404):
        return None
    if (line := says(log, "route")) is not None:
        return f"The server says “{line}”."
    closed = log is not None and _CLOSED.search(log[:LIMIT]) is not None
    code = 403 if closed else answered(status, log, lines=handshake == ())
    if code not in {403, 404} or says(log, *_OTHERS) is not None:
        return None
    if code == 403:
        made = found_in(files or (), _STARLETTE)
        if made is None or any(_ROUTED.search(file.text[:FILE_LIMIT]) is not None for file in files or ()):
            return None
        return f"The handshake was answered 403, as Starlette does where no route is, and {made} without one."
    if handshake == ():
        return f"A right handshake for {line_of('GET', target or '/')} was answered 404."
    if handshake is None and status is None:
        return "The handshake was answered 404: nothing at that address takes WebSockets."
    return None


RULE = Rule(
    id="no-websocket-route",
    title="The server has no WebSocket at this path",
    cls="server-fault",
    level="error",
    confidence=0.72,
    match=match,
    why="The handshake is right, but the server has no route for it. The path may differ by a prefix or a slash at the "
    "end, the route may be registered for plain requests alone, or another application answers at this address.",
    remedy=Remedy(
        "Compare the path that arrived with the route, letter by letter; behind a proxy compare it with what "
        "the client asked for.",
        {
            "Django Channels": 're_path(r"ws/chat/$", ChatConsumer.as_asgi()) without a slash at the beginning',
            "FastAPI": '@app.websocket("/ws"), on the app or on a router that is included with its prefix',
            "Express": "server.on('upgrade', …) or new WebSocketServer({ server, path: '/ws' }); app.use() "
            "does not see handshakes",
            "nginx": "proxy_pass http://backend; without a path keeps the path, with a path replaces it",
        },
    ),
    references=(
        rfc9110("15.5.5"),
        Reference("Channels: routing", "https://channels.readthedocs.io/en/stable/topics/routing.html"),
    ),
    cases=(
        Case(
            "403 of an application that has no such route",
            None,
            {
                "log": "websockets.exceptions.InvalidStatus: server rejected WebSocket connection: HTTP 403\n",
                "files": (SourceFile("app.py", "app = FastAPI()\n\n@app.get('/')\ndef root(): ...\n"),),
            },
        ),
        Case(
            "what uvicorn says of it",
            None,
            {
                "log": 'INFO:     192.0.2.7:51234 - "WebSocket /ws/room" 403\n',
                "files": (SourceFile("app.py", "app = Starlette()\n"),),
            },
        ),
        Case("404", good_handshake("/wss"), {"status": 404}),
        Case("Channels", None, {"log": "ValueError: No route found for path 'ws/room/1'.\n"}),
        Case(
            "a browser console",
            None,
            {
                "log": "WebSocket connection to 'ws://localhost:8000/11' failed: Error during WebSocket "
                "handshake: Unexpected response code: 404\n"
            },
        ),
    ),
    near_misses=(
        Case(
            "403 of an application that has a route",
            None,
            {
                "log": "websockets.exceptions.InvalidStatus: server rejected WebSocket connection: HTTP 403\n",
                "files": (SourceFile("app.py", "app = FastAPI()\n\n@app.websocket('/ws')\nasync def ws(w): ...\n"),),
            },
        ),
        Case("refused for another reason", good_handshake("/ws"), {"status": 400}),
        Case("a plain request", None, {"log": '192.0.2.7 - - [x] "GET /nothing HTTP/1.1" 404 150\n'}),
    ),
    supersedes=("server-rejects-good-handshake", "handshake-forbidden"),
)
