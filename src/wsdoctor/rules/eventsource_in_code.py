"""A page in play opens an EventSource on the port of a WebSocket server."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import unseen
from wsdoctor.rules._snippets import meets_websocket_port

_SOURCE = re.compile(r"\bnew EventSource\(\s*['\"`]https?://[^\s/'\"`:]{1,255}:(\d{2,5})[^\s'\"`)]{0,200}")


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    return meets_websocket_port(files, _SOURCE) if unseen(headers, first_bytes, outcome, log) else None


RULE = Rule(
    id="eventsource-in-code",
    title="A page opens an EventSource on a WebSocket port",
    cls="wrong-realtime-protocol",
    level="error",
    confidence=0.85,
    match=match,
    why="EventSource asks by plain HTTP for a stream of events and comes back every few seconds. A WebSocket server "
    "refuses that: the two have nothing in common but that both push messages.",
    remedy=Remedy("Use new WebSocket(url) in the page, or a server that sends text/event-stream."),
    references=(Reference("MDN: EventSource", "https://developer.mozilla.org/en-US/docs/Web/API/EventSource"),),
    cases=(
        Case(
            "a page and ws",
            facts={
                "files": (
                    SourceFile("page.html", "<script>new EventSource('http://localhost:8080/')</script>"),
                    SourceFile("server.js", "new WebSocketServer({ port: 8080 })"),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "another server",
            facts={
                "files": (
                    SourceFile("page.html", "<script>new EventSource('http://localhost:5000/')</script>"),
                    SourceFile("server.js", "new WebSocketServer({ port: 8080 })"),
                )
            },
        ),
    ),
)
