"""Code in play: the client of a real-time library, and a server of another kind, or the other way round."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import FILE_LIMIT, found_in, unseen

_CLIENTS = (
    ("Socket.IO", re.compile(
        r"\bio(?:\.connect)?\(\s*['\"`]wss?://|from ['\"]socket\.io-client['\"]|require\(['\"]socket\.io-client['\"]\)"
        r"|\bsocketio\.(?:Async)?(?:Simple)?Client\(|\bIO\.socket\("
    )),
    ("SockJS", re.compile(r"\bnew SockJS\(")),
    ("SignalR", re.compile(r"\bHubConnectionBuilder\(")),
)  # fmt: skip
_OTHERS = re.compile(
    r"\bnew (?:WebSocket\.Server|WebSocketServer|WebSocket\.WebSocketServer)\(|\bwebsockets\.serve\("
    r"|\bregistry?\.addHandler\("
    r"|\b\w+\.addHandler\([^\n]{0,80}\"/|@ServerEndpoint\b|\bwebsocket\.Upgrader\b|\.Upgrade\(w, r|@(?:app"
    r"|router)\.websocket\("
    r"|\bIoServer::factory\(|\bWsServer\(|\bWebSocketHandler\)|\bws\.Server\(|AsyncWebsocketConsumer\b"
)
_LIBRARY_SERVERS = (
    ("SockJS", re.compile(r"\.withSockJS\(\)|\bsockjs\.createServer\(|\bSockJS prefix\b")),
    ("Socket.IO", re.compile(
        r"require\(['\"]socket\.io['\"]\)|from ['\"]socket\.io['\"]|\bsocketio\.(?:Async)?Server\(|\bSocketIO\(app\b"
    )),
    ("SignalR", re.compile(r"\.MapHub<")),
)  # fmt: skip
_RAW = re.compile(
    r"\bnew WebSocket\(\s*['\"`](?![^'\"`\n]*/(?:websocket|socket\.io))|\bwebsocket\.create_connection\("
    r"|\bStomp\.over\(\s*(?:WebSocket\.class|Stomp\.ConnectionProvider\.\w+)\s*,\s*\"wss?://(?![^\"\n]*/websocket)"
    r"|\b(?:Stomp\.client\(|brokerURL\s*[:=]|StompConfig\(\s*url:)\s*['\"`]wss?://(?![^'\"`\n]*/websocket)"
    r"|\bwebsockets\.connect\(|\bWebSocketApp\(|\bwebsocat\s|\bwscat\s+-c|\bWebSocketChannel\.connect\("
)


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome, log):
        return None
    text = "\n".join(file.text[:FILE_LIMIT] for file in files)
    for library, pattern in _CLIENTS:
        if (client := found_in(files, pattern)) is not None and (server := found_in(files, _OTHERS)) is not None:
            return f"{client}, the client of {library}, and {server}, a plain WebSocket server"
    for library, pattern in _LIBRARY_SERVERS:
        if pattern.search(text) is not None and (client := found_in(files, _RAW)) is not None:
            return f"{client}, a plain WebSocket client, and the server is one of {library}"
    return None


RULE = Rule(
    id="realtime-client-in-code",
    title="Client and server are of different real-time libraries",
    cls="wrong-realtime-protocol",
    level="error",
    confidence=0.75,
    match=match,
    why="Socket.IO, SockJS and SignalR have addresses and messages of their own. Their clients work with servers of "
    "the "
    "same library alone, and their servers refuse a plain WebSocket at the base address.",
    remedy=Remedy(
        "Use new WebSocket(url) with a plain server, or the library on both sides.",
        {"SockJS": "a plain client connects to /prefix/websocket, or drop .withSockJS() from the endpoint"},
    ),
    references=(
        Reference("Socket.IO: what Socket.IO is not", "https://socket.io/docs/v4/#what-socketio-is-not"),
        Reference("SockJS protocol", "https://sockjs.github.io/sockjs-protocol/sockjs-protocol-0.3.3.html"),
    ),
    cases=(
        Case(
            "a Socket.IO client and ws",
            facts={
                "files": (
                    SourceFile("client.js", "const socket = io('ws://localhost:8080');"),
                    SourceFile("server.js", "const wss = new WebSocketServer({ port: 8080 });"),
                )
            },
        ),
        Case(
            "a plain client and SockJS",
            facts={
                "files": (
                    SourceFile("client.js", "const ws = new WebSocket('ws://localhost:8080/chat');"),
                    SourceFile("Config.java", 'registry.addEndpoint("/chat").withSockJS();'),
                )
            },
        ),
        Case(
            "a STOMP client for Android and SockJS",
            facts={
                "files": (
                    SourceFile("Main.java", 'client = Stomp.over(WebSocket.class, "ws://10.0.2.2:8080/chat");'),
                    SourceFile("Config.java", 'registry.addEndpoint("/chat").withSockJS();'),
                ),
                "log": "java.net.ProtocolException: Expected HTTP 101 response but was '200 OK'\n",
            },
        ),
        Case(
            "a STOMP client for browsers and SockJS",
            facts={
                "files": (
                    SourceFile("app.js", "new Client({ brokerURL: 'ws://localhost:8080/chat' });"),
                    SourceFile("Config.java", 'registry.addEndpoint("/chat").withSockJS();'),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "a STOMP client at the address for plain clients",
            facts={
                "files": (
                    SourceFile("app.js", "new Client({ brokerURL: 'ws://localhost:8080/chat/websocket' });"),
                    SourceFile("Config.java", 'registry.addEndpoint("/chat").withSockJS();'),
                )
            },
        ),
        Case(
            "a STOMP client over SockJS",
            facts={
                "files": (
                    SourceFile("app.js", "const client = Stomp.over(new SockJS('/chat'));"),
                    SourceFile("Config.java", 'registry.addEndpoint("/chat").withSockJS();'),
                )
            },
        ),
        Case(
            "the address for plain clients",
            facts={
                "files": (
                    SourceFile("client.js", "const ws = new WebSocket('ws://localhost:8080/chat/websocket');"),
                    SourceFile("Config.java", 'registry.addEndpoint("/chat").withSockJS();'),
                )
            },
        ),
        Case(
            "one library on both sides",
            facts={
                "files": (
                    SourceFile("client.js", "const socket = io('ws://localhost:8080');"),
                    SourceFile("server.js", "const io = require('socket.io')(8080);"),
                )
            },
        ),
    ),
)
