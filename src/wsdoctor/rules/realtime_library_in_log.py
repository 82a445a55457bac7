"""A log shows the address of a real-time library with a protocol of its own."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_fields import plain_fields_in
from wsdoctor.rules._log_requests import LoggedRequest, requests_in
from wsdoctor.rules._log_text import LIMIT, answered, names_cause, quote, refusal, says_accepted
from wsdoctor.rules._realtime import library_of

_ADDRESS = re.compile(
    r"(?:wss?|https?)://[^\s/'\"]+(/[^\s'\"]*)"
    r"|(?:\b(?:GET|POST|WebSocket) |\bFailed to load resource: [^\s/]{0,255})(/[^\s'\"]*)"
)
_TRANSPORT = "transport=websocket"
_WORDS = (
    ("a Socket.IO server", re.compile(r"destroying non-socket\.io upgrade", re.IGNORECASE)),
    ("a SockJS server", re.compile(r"invalid SockJS path\b", re.IGNORECASE)),
    (
        "a SignalR client",
        re.compile(
            r"failed to complete negotiation with the server|negotiation can only be skipped|it is not a SignalR "
            r"endpoint",
            re.IGNORECASE,
        ),
    ),
    (
        "a Socket.IO client",
        re.compile(
            r"OPEN packet not returned by (?:the )?server|\bno OPEN packet\b"
            r"|(?:engineio|socketio)\S*Error: unexpected (?:status code"
            r"|response)",
            re.IGNORECASE,
        ),
    ),
    ("an EventSource", re.compile(r"EventSource's response has a (?:MIME type|status)", re.IGNORECASE)),
    (
        "a SockJS client",
        re.compile(
            r"scheme must be either 'http:' or 'https:'\. 'wss?:' is not allowed"
            r"|XMLHttpRequest cannot load wss?://\S{1,300}/info\b"
        ),
    ),
    ("a Socket.IO client", re.compile(r"Tried to do polling request when not supposed to")),
    ("a STOMP or SockJS client", re.compile(r"whoops! lost connection to (?:https?|undefined)", re.IGNORECASE)),
)
"""What such a server says of a client without the library, or such a client of another server."""
_OPENED = re.compile(r"\b0\{\\?\"sid\\?\":")
_CODE = (
    ("Socket.IO", re.compile(r"\bio(?:\.connect)?\(\s*['\"]wss?://|require\(['\"]socket\.io-client['\"]\)|from "
    r"['\"]socket\.io-client['\"]")),
    ("SockJS", re.compile(r"\bnew SockJS\(")),
    ("SignalR", re.compile(r"\bHubConnectionBuilder\(")),
    ("Socket.IO", re.compile(r"\bwss?://[^\s'\"]{1,300}/socket\.io/\?[^\s'\"]{0,300}\btransport=polling\b")),
)  # fmt: skip


def match(log: str, first_bytes: bytes | None = None, files: tuple[SourceFile, ...] | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if first_bytes is not None or names_cause(log) or (_TRANSPORT in log and answered(None, log) in {200, 500}):
        return None
    text = log[:LIMIT]
    if _OPENED.search(text) is not None:
        return "The log shows the first packet of a Socket.IO server, which a plain WebSocket client cannot read."
    for who, words in _WORDS:
        if (said := words.search(text)) is not None:
            return f"The log says “{quote(said[0])}”, the words of {who} that met another protocol."
    fields = plain_fields_in(log)
    if fields is not None and "text/event-stream" in (fields.get("accept") or ""):
        return "The log shows the fields of a request that accepts text/event-stream: an EventSource."
    seen = requests_in(log)
    if says_accepted(log) and all(each.status < 400 for each in seen):
        return None
    opened = {_target(each) for each in seen if _is_open(each)}
    for address in (*(found[1] or found[2] for found in _ADDRESS.finditer(text)), *map(_target, seen)):
        if address not in opened and (library := library_of(address)) not in {None, "Pusher"}:
            return f"The log shows {quote(address, 80)}, an address of {library}."
    if refusal(None, None, log) is None:
        return None
    for file in files or ():
        for library, pattern in _CODE:
            if pattern.search(file.text) is not None:
                return f"{file.name[:60]} uses the client of {library}, and the log says “{quote(text)}”."
    return None


def _target(seen: LoggedRequest) -> str:
    return f"{seen.path}?{seen.query}" if seen.query else seen.path


def _is_open(seen: LoggedRequest) -> bool:
    """Say whether a WebSocket was opened: servers log 101, and those of WSGI 200 once it is closed again."""
    return seen.status == 101 or (seen.status == 200 and _TRANSPORT in seen.query)


RULE = Rule(
    id="realtime-library-in-log",
    title="A client of a real-time library with its own protocol is refused",
    cls="wrong-realtime-protocol",
    level="warning",
    confidence=0.7,
    match=match,
    why="Socket.IO, SockJS, SignalR, SocketCluster and similar libraries have addresses and messages of their "
    "own. Their clients work "
    "with servers of the same library alone, not with a plain WebSocket server, and the other way round.",
    remedy=Remedy("Use the server side that belongs to the library, or new WebSocket(url) in the client."),
    references=(Reference("Socket.IO: what Socket.IO is not", "https://socket.io/docs/v4/#what-socketio-is-not"),),
    cases=(
        Case(
            "an EventSource, whose fields Spring dumps",
            None,
            {
                "log": """Invalid 'Upgrade' header: [Host:"a:8080", Connection:"close", Accept:"text/event-stream","""
                """ User-Agent:"Mozilla/5.0", Origin:"http://localhost:4200", Sec-Fetch-Mode:"cors"]"""
            },
        ),
        Case(
            "code that opens a WebSocket where Socket.IO is asked to poll",
            None,
            {
                "log": "Not a WebSocket handshake response.\n",
                "files": (SourceFile("a.cs", 'new WebSocket("wss://app/socket.io/?EIO=4&transport=polling")'),),
            },
        ),
        Case(
            "an access log",
            None,
            {"log": '127.0.0.1 - - [x] "GET /socket.io/?EIO=4&transport=polling HTTP/1.1" 426 32 "-" "-"\n'},
        ),
        Case(
            "a browser console", None, {"log": "WebSocket connection to 'ws://localhost:8080/socketcluster/' failed\n"}
        ),
        Case(
            "the code is known",
            None,
            {
                "log": "WebSocket connection failed: Unexpected response code: 400\n",
                "files": (SourceFile("client.js", "const socket = io('wss://ws.example.com/');"),),
            },
        ),
        Case("a Socket.IO server", None, {"log": "debug - destroying non-socket.io upgrade\n"}),
        Case(
            "a SockJS client that was given the address of a WebSocket",
            None,
            {"log": "SyntaxError: The URL's scheme must be either 'http:' or 'https:'. 'ws:' is not allowed.\n"},
        ),
        Case("a SockJS server", None, {"log": "Invalid SockJS path '/chat' - required to have 3 path segments\n"}),
        Case(
            "what a plain client receives", None, {"log": 'SyntaxError: Unexpected token: 0{"sid":"x","upgrades":[]}\n'}
        ),
    ),
    near_misses=(
        Case(
            "a server of Socket.IO opened it",
            None,
            {"log": '127.0.0.1 - - [x] "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1" 101 264 "-" "-"\n'},
        ),
        Case(
            "one of SockJS did, and something else was not found",
            None,
            {"log": '"GET /ws/544/11857f5d/websocket HTTP/1.1" 101 0 "-" "-"\n"GET /x HTTP/1.1" 404 0 "-" "-"\n'},
        ),
        Case(
            "Werkzeug logs it once it is closed",
            None,
            {"log": '127.0.0.1 - - [x] "GET /socket.io/?EIO=4&transport=websocket&sid=a HTTP/1.1" 200 -\n'},
        ),
        Case(
            "a Pusher client, which only servers of its kind are given",
            None,
            {"log": "WebSocket connection to 'ws://a/app/key?protocol=7&client=js' failed\n"},
        ),
        Case("a plain WebSocket", None, {"log": "WebSocket connection to 'ws://localhost:8080/chat' failed\n"}),
    ),
    supersedes=(
        "plain-request-in-log",
        "handshake-forbidden",
        "origin-rejected",
        "no-websocket-route",
        "asgi-served-websocket-path-as-http",
    ),
)
