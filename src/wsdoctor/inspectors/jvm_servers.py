"""Servers in Java, Kotlin and Scala: Java-WebSocket, Jetty, Undertow, Netty, Vert.x, Tyrus, Ktor and others."""

from __future__ import annotations

import re

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._text.servers import Judge, Start, keyed, listeners, nth, project_text
from wsdoctor.inspectors._text.sources import Source
from wsdoctor.model.traffic import Declared, Speaks

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "jvm servers"
PATTERNS = ("*.java", "*.kt", "*.scala")
NEEDLES = (
    "java_websocket", "org.eclipse.jetty", "io.undertow", "io.netty", "io.vertx", "tyrus", "embeddedServer", "Javalin",
    "com.sun.net.httpserver", "akka.http", "pekko.http", "reactor.netty", "org.http4s",
)  # fmt: skip

_LANGUAGES = {"java": "java", "kt": "kotlin", "scala": "scala"}


def _judge(upgrades: str, serves: str, word: str, otherwise: Speaks = "http") -> Judge:
    """Return what tells a server by the words for upgrading and for serving plain HTTP in its project."""

    def judge(source: Source, at: int, repository: Repository) -> tuple[Speaks, tuple[str, ...]]:
        text = source.text + project_text(source, word, repository)
        if not re.search(upgrades, text):
            return otherwise, ()
        return ("both" if re.search(serves, text) else "websocket"), ()

    return judge


_JETTY = _judge(
    r"WebSocketHandler|WebSocketServlet|JettyWebSocket|WebSocketUpgradeHandler|(?:Javax|Jakarta)WebSocket|"
    r"WebSocketUpgradeFilter",
    r"extends HttpServlet|\bdoGet\b|DefaultServlet|ResourceHandler|AbstractHandler|Handler\.Abstract|"
    r"HandlerList|ServletContainer|WebAppContext|addFilter",
    "jetty",
)
_UNDERTOW = _judge(
    r"\bwebsocket\(|WebSocketProtocolHandshakeHandler|WebSocketDeploymentInfo|WebSocketConnectionCallback",
    r"ResourceHandler|\bresource\(|getResponseSender|RoutingHandler|\.(?:get|post|add)\(\s*\"|Servlets\.",
    "undertow",
)
_NETTY = _judge(
    r"WebSocketServerProtocolHandler|WebSocketServerHandshakerFactory",
    r"\bOK\b|HttpStaticFileServer|ChunkedWriteHandler|HttpStatus",
    "netty",
    "tcp",
)
_VERTX = _judge(r"\bweb[sS]ocketHandler\(|\btoWebSocket\(", r"\brequestHandler\(|Router\.router\(", "vertx")
_KTOR = _judge(
    r"\bwebSocket(?:Raw)?\b\s*[({]",
    r"\b(?:get|post|put|delete|static\w*|singlePage\w*|route)\s*\(\s*\"?[^)]*\)\s*\{",
    "ktor",
)
_JAVALIN = _judge(r"\.ws\(", r"\.(?:get|post|put|delete)\(|staticFiles|addStatic", "javalin")
_REACTOR = _judge(r"\.ws\(", r"\.(?:get|post|put|delete|route|file|directory)\(|handle\(", "reactor")
_AKKA = _judge(r"handleWebSocketMessages|UpgradeToWebSocket|WebSocketUpgrade", r".", "http")


def _extended(source: Source, at: int, repository: Repository) -> tuple[Speaks, tuple[str, ...]] | None:
    """Return that the class speaks WebSocket whose constructor stands there, if it extends Java-WebSocket's server."""
    owner = re.escape(source.owner(at))
    server = re.search(rf"\bclass\s+{owner}\b[^{{]*?\bextends\s+WebSocketServer\b", source.bare)
    return ("websocket", ()) if owner and server is not None else None


_OURS = r"org\.java_websocket"
_STARTS = (
    Start(r"\bsuper\s*\(", "java-websocket", _extended, nth(0), rf"{_OURS}[\s\S]*\bextends\s+WebSocketServer\b", 80),
    Start(r"\bclass\s+\w+[^{]*?\)\s*:\s*WebSocketServer\s*\(", "java-websocket", "websocket", nth(0), _OURS, 80),
    Start(r"\bextends\s+WebSocketServer\s*\(", "java-websocket", "websocket", nth(0), _OURS, 80),
    Start(r"(?:\bnew|\bobject\s*:)\s+WebSocketServer\s*\(", "java-websocket", "websocket", nth(0), _OURS, 80),
    Start(r"\bnew\s+Server\s*\((?=[^()]*,)", "tyrus", "websocket", nth(1), r"org\.glassfish\.tyrus"),
    Start(r"(?:\bnew\s+|=\s*)Server\s*\((?=\s*[^)\s])", "jetty", _JETTY, nth(0), r"org\.eclipse\.jetty"),
    Start(r"\.setPort\s*\(", "jetty", _JETTY, nth(0), r"org\.eclipse\.jetty[\s\S]*ServerConnector"),
    Start(r"\.addHttps?Listener\s*\(", "undertow", _UNDERTOW, nth(0), r"io\.undertow"),
    Start(r"\.bind\s*\((?=\s*[^)\s])", "netty", _NETTY, nth(-1), r"\bServerBootstrap\b"),
    Start(r"\.localAddress\s*\(", "netty", _NETTY, nth(-1), r"\bServerBootstrap\b"),
    Start(r"\bHttpServerOptions\s*\(\s*\)[^;]*?\.setPort\s*\(", "vertx", _VERTX, nth(0), r"io\.vertx"),
    Start(r"\.(?:rxListen|listenAwait|listen)\s*\((?=\s*[^)\s])", "vertx", _VERTX, nth(0), r"io\.vertx"),
    Start(r"\bembeddedServer\s*\(", "ktor", _KTOR, keyed("port", position=1), default=80),
    Start(r"\.start\s*\((?=\s*[^)\s])", "javalin", _JAVALIN, nth(-1), r"\bJavalin\b"),
    Start(r"\bHttps?Server\.create\s*\((?=\s*[^)\s])", "jdk-httpserver", "http", nth(0), r"com\.sun\.net\.httpserver"),
    Start(r"\.newServerAt\s*\(", "akka-http", _AKKA, nth(1)),
    Start(r"\.bindAndHandle\s*\(", "akka-http", _AKKA, keyed("port", position=2)),
    Start(r"\bHttpServer\.create\s*\(\s*\)[^;]*?\.port\s*\(", "reactor-netty", _REACTOR, nth(0), r"reactor\.netty"),
)


def inspect(path: str, repository: Repository) -> Declared:
    """Return the servers that a file starts."""
    language = _LANGUAGES[path.rpartition(".")[2]]
    return Declared(listeners=listeners(path, language, _STARTS, repository))
