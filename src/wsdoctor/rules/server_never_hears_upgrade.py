"""Code in play: the WebSocket routes exist, and the server that listens does not know them."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import text_of, unseen

_ATTACHED = re.compile(r"\b(?:WebSocketServer|WebSocket\.Server|ws\.Server|Server)\(\s*\{?\s*(?:server|httpServer)\b")
_APP_LISTENS = re.compile(r"\bapp\.listen\(")
_SERVER_LISTENS = re.compile(r"\b(?:server|httpServer|http|srv)\.listen\(")
_ASGI = re.compile(r"(?m)^\s*application\s*=\s*(?:get_asgi_application|get_wsgi_application)\(\)")
_ROUTER = re.compile(r"\bProtocolTypeRouter\b")
_ROUTES = re.compile(r"\bwebsocket_urlpatterns\b|\b(?:Async)?(?:Json)?Websocket(?:Json)?Consumer\b|\.as_asgi\(\)")
_RATCHET = re.compile(r"\bIoServer::factory\(|new IoServer\(")
_RATCHET_LAYER = re.compile(r"\bWsServer\b")
_WORKERMAN = re.compile(r"new Worker\(\s*['\"]ws://")
_SWOOLE = re.compile(r"(?i)(?:\bnew\s+\\?|^\s*use\s+)(?:Open)?Swoole\\Http\\Server\b", re.MULTILINE)
_SWOOLE_WEBSOCKET = re.compile(r"(?i)\bWebSocket\\Server\b|->upgrade\(")


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
    text = "\n".join(text_of(file) for file in files)
    if _ATTACHED.search(text) and _APP_LISTENS.search(text) and not _SERVER_LISTENS.search(text):
        return "the WebSocket server is attached to a server of its own, and app.listen() makes another that listens"
    if _ASGI.search(text) and _ROUTES.search(text) and not _ROUTER.search(text):
        return "application is Django's alone, and no ProtocolTypeRouter leads WebSockets to their routes"
    if _RATCHET.search(text) and not _RATCHET_LAYER.search(text):
        return "IoServer is given the application without HttpServer and WsServer around it, so it speaks plain TCP"
    if _WORKERMAN.search(text):
        return "the Worker listens on ws://, Workerman's client protocol; its WebSocket server is websocket://"
    if _SWOOLE.search(text) and not _SWOOLE_WEBSOCKET.search(text):
        return "the server is Swoole's HTTP server, which opens no WebSocket; WebSocket\\Server does"
    return None


RULE = Rule(
    id="server-never-hears-upgrade",
    title="The server that listens does not know the WebSocket routes",
    cls="server-fault",
    level="error",
    confidence=0.8,
    match=match,
    why="The code has a WebSocket server or routes, but the server that opens the port knows nothing of them. Pages "
    "work, "
    "and every handshake is answered 404, 400 or not at all.",
    remedy=Remedy(
        "Let the server listen to which the WebSockets are attached.",
        {
            "Express and ws": "const server = http.createServer(app); new WebSocketServer({ server }); "
            "server.listen(3000)",
            "Django Channels": 'application = ProtocolTypeRouter({"http": get_asgi_application(), "websocket": '
            "URLRouter(…)})",
        },
    ),
    references=(
        Reference("ws: external HTTP server", "https://github.com/websockets/ws#external-https-server"),
        Reference("Channels: routing", "https://channels.readthedocs.io/en/stable/topics/routing.html"),
    ),
    cases=(
        Case(
            "Ratchet",
            facts={"files": (SourceFile("server.php", "$s = IoServer::factory(new Chat(), 8080);\n"),)},
        ),
        Case(
            "Workerman",
            facts={"files": (SourceFile("server.php", "$w = new Worker('ws://0.0.0.0:2346');\n"),)},
        ),
        Case(
            "Swoole",
            facts={"files": (SourceFile("server.php", "$s = new OpenSwoole\\HTTP\\Server('0.0.0.0', 9501);\n"),)},
        ),
        Case(
            "Express",
            facts={
                "files": (
                    SourceFile(
                        "server.js",
                        "const server = http.createServer(app);\nconst wss = new WebSocketServer({ server });\n"
                        "app.listen(3000);\n",
                    ),
                )
            },
        ),
        Case(
            "Django",
            facts={
                "files": (
                    SourceFile("asgi.py", "application = get_asgi_application()\n"),
                    SourceFile("routing.py", "websocket_urlpatterns = []\n"),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "Swoole's server for WebSockets",
            facts={
                "files": (
                    SourceFile(
                        "server.php",
                        "use Swoole\\Http\\Server;\nuse Swoole\\WebSocket\\Server as WebSocketServer;\n",
                    ),
                )
            },
        ),
        Case(
            "Ratchet with its layers",
            facts={
                "files": (
                    SourceFile(
                        "server.php", "$s = IoServer::factory(new HttpServer(new WsServer(new Chat())), 8080);\n"
                    ),
                )
            },
        ),
        Case(
            "the right one listens",
            facts={
                "files": (
                    SourceFile(
                        "server.js",
                        "const server = http.createServer(app);\nconst wss = new WebSocketServer({ server });\n"
                        "server.listen(3000);\n",
                    ),
                )
            },
        ),
        Case(
            "with a router",
            facts={
                "files": (
                    SourceFile("asgi.py", "application = ProtocolTypeRouter({'websocket': URLRouter([])})\n"),
                    SourceFile("routing.py", "websocket_urlpatterns = []\n"),
                )
            },
        ),
    ),
)
