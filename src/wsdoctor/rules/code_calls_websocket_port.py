"""Code in play calls the port of a WebSocket server with plain HTTP."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._files import unseen
from wsdoctor.rules._pages import rfc6455
from wsdoctor.rules._snippets import meets_websocket_port

_CALL = re.compile(
    r"\b(?:fetch|axios(?:\.\w+)?|\$\.(?:get|post|ajax)|requests\.\w+|httpx\.\w+|urlopen|http\.(?:Get|Post|get|request))\(\s*"
    r"[f`'\"{url: ]{0,12}http://[^\s/'\"`:]{1,255}:(\d{2,5})[^\s'\"`)]{0,200}"
)


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    return meets_websocket_port(files, _CALL) if unseen(headers, first_bytes, outcome, log) else None


RULE = Rule(
    id="code-calls-websocket-port",
    title="The application's code calls the WebSocket port with plain HTTP",
    cls="http-client-code",
    level="warning",
    confidence=0.8,
    match=match,
    why="The port belongs to a server that speaks WebSocket and nothing else, and the code sends it a plain request. "
    "The "
    "server refuses each one and may log an error, while WebSocket clients are served.",
    remedy=Remedy(
        "Give the call the port of the HTTP server, or open a WebSocket.",
        {"JavaScript": "new WebSocket('ws://host:port/')", "Python": "websockets.connect('ws://host:port/')"},
    ),
    references=(rfc6455("4.2.1"),),
    cases=(
        Case(
            "fetch",
            facts={
                "files": (
                    SourceFile("page.js", "fetch('http://localhost:8080/status')"),
                    SourceFile("server.js", "new WebSocketServer({ port: 8080 })"),
                )
            },
        ),
        Case(
            "requests",
            facts={
                "files": (
                    SourceFile("client.py", "requests.get('http://localhost:8765/status')"),
                    SourceFile("server.py", "async with websockets.serve(handler, 'localhost', 8765):"),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "another port",
            facts={
                "files": (
                    SourceFile("page.js", "fetch('http://localhost:5000/status')"),
                    SourceFile("server.js", "new WebSocketServer({ port: 8080 })"),
                )
            },
        ),
    ),
    supersedes=("handshake-answered-as-page",),
)
