"""Calls that start a server in Python: by the name of what is called, where its port stands and what it speaks.

`python_servers` looks for these calls and follows their ports.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass

from wsdoctor.inspectors._python import apps, calls
from wsdoctor.inspectors._python.model import External, FunctionOf, InstanceOf
from wsdoctor.inspectors._python.values import Reader
from wsdoctor.model.traffic import Speaks

__all__ = ["NAMES", "WEBSOCKETS", "Start", "own_answers", "paths_alone", "start_of"]

_WITH_ENGINE = frozenset(
    ("uvicorn", "hypercorn", "granian", "gevent", "eventlet", "aiohttp", "flask-socketio", "werkzeug")
)
"""Servers that a Socket.IO application runs on."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a call starts a server.

    Attributes:
        framework: name for the reader.
        speaks: what it speaks, or a function that finds out.
        position: of the port among the arguments.
        names: of the argument that is the port.
        default: port without that argument, None = there is none.
        address: position and name of an argument that is ``(host, port)``, ``"host:port"`` or a URL.

    """

    framework: str
    speaks: Speaks | Callable[[Reader, ast.Call, External], tuple[Speaks, tuple[str, ...]]]
    position: int | None = 1
    names: tuple[str, ...] = ("port",)
    default: int | None = None
    address: tuple[int | None, str] | None = None


def _of_app(reader: Reader, call: ast.Call, function: External) -> tuple[Speaks, tuple[str, ...]]:
    """Return what the application speaks that a server is given, or that it is a method of."""
    return _of_app_at(reader, call, function, 0)


def _of_app_at(reader: Reader, call: ast.Call, function: External, position: int) -> tuple[Speaks, tuple[str, ...]]:
    node = calls.argument(call, position, "app", "application", "target") if "()" not in function.name else None
    path = _app_path(reader, node, call, function)
    return apps.speaks(path, reader.repository), apps.websocket_paths(path, reader.repository)


def own_answers(reader: Reader, call: ast.Call, function: External, start: Start) -> tuple[str, ...]:
    """Return what an application answers of its own accord that has no route but for WebSockets."""
    if start.speaks is not _of_app:
        return ()
    node = calls.argument(call, 0, "app", "application", "target") if "()" not in function.name else None
    return apps.answers(_app_path(reader, node, call, function), reader.repository) or ()


def paths_alone(reader: Reader, call: ast.Call, function: External, start: Start) -> tuple[str, ...]:
    """Return what a server of Socket.IO alone answers over HTTP, where nothing is beside it."""
    if start.framework not in _WITH_ENGINE:
        return ()
    given = start.speaks is _of_app and "()" not in function.name
    path = _app_path(reader, calls.argument(call, 0, "app", "application", "target") if given else None, call, function)
    return apps.paths_alone(path, reader.repository)


def _app_path(reader: Reader, node: ast.expr | None, call: ast.Call, function: External) -> str | None:
    if node is None:
        owner = function.frame.file.path if function.frame is not None else reader.file.path
        return owner if owner == reader.file.path else reader.file.path
    value = reader.first(node)
    if value is not None and isinstance(value.data, str):
        return apps.app_file(value.data, reader.file.path, reader.repository)
    return reader.file.path


def _of_aiohttp(reader: Reader, call: ast.Call, function: External) -> tuple[Speaks, tuple[str, ...]]:
    return apps.aiohttp_speaks(reader)


def _of_tornado(reader: Reader, call: ast.Call, function: External) -> tuple[Speaks, tuple[str, ...]]:
    if isinstance(call.func, ast.Attribute):
        owner = reader.first(call.func.value)
        if owner is not None and isinstance(owner.data, External) and owner.data.name.endswith("HTTPServer()"):
            made = owner.data.call
            owner = (
                reader.first(calls.argument(made, 0, "request_callback"), owner.data.frame)
                if made is not None
                else None
            )
        if owner is not None and isinstance(owner.data, InstanceOf):
            return apps.speaks(reader.file.path, reader.repository), ()
        return apps.tornado_speaks(reader, owner)
    return apps.speaks(reader.file.path, reader.repository), ()


def _of_handler(reader: Reader, call: ast.Call, function: External) -> tuple[Speaks, tuple[str, ...]]:
    """Return ``http`` for a socket server with a handler for HTTP, else ``tcp``."""
    node = calls.argument(call, 1, "RequestHandlerClass")
    handler = reader.first(node)
    bases = getattr(getattr(handler.data, "node", None), "bases", ()) if handler is not None else ()
    names = [handler.data.name] if handler is not None and isinstance(handler.data, External) else []
    return (
        "http" if any("HTTP" in ast.unparse(base) for base in bases) or any("HTTP" in name for name in names) else "tcp"
    ), ()


def _of_gevent(reader: Reader, call: ast.Call, function: External) -> tuple[Speaks, tuple[str, ...]]:
    handler = calls.argument(call, None, "handler_class")
    if handler is not None and "WebSocket" in ast.unparse(handler):
        return "both", ()
    return _of_app_at(reader, call, function, 1)


def _of_picows(reader: Reader, call: ast.Call, function: External) -> tuple[Speaks, tuple[str, ...]]:
    """Return ``both`` where the factory of listeners answers some requests itself."""
    factory = reader.first(call.args[0]) if call.args else None
    node = factory.data.node if factory is not None and isinstance(factory.data, FunctionOf) else None
    return ("both" if node is not None and "WSUpgradeResponse" in ast.dump(node) else "websocket"), ()


def _of_file(reader: Reader, call: ast.Call, function: External) -> tuple[Speaks, tuple[str, ...]]:
    return apps.speaks(reader.file.path, reader.repository), ()


def _of_twisted(reader: Reader, call: ast.Call, function: External) -> tuple[Speaks, tuple[str, ...]]:
    """Return what a port of Twisted speaks: the factories of its file say it."""
    names = {calls.last_name(one.func) for one in reader.file.module.calls}
    sockets = any("WebSocket" in name for name in names)
    if names & {"Site", "Klein"}:
        return ("both" if sockets else "http"), ()
    return ("websocket" if sockets else "tcp"), ()


def _of_asyncio(reader: Reader, call: ast.Call, function: External) -> tuple[Speaks, tuple[str, ...]]:
    factory = reader.first(call.args[0]) if call.args else None
    name = factory.data.name if factory is not None and isinstance(factory.data, External) else ""
    return ("websocket" if "WebSocketServerFactory" in name else "tcp"), ()


WEBSOCKETS = Start("websockets", "websocket", 2)
_STARTS: tuple[tuple[re.Pattern[str], Start], ...] = tuple(
    (re.compile(pattern), start)
    for pattern, start in (
        (r"websockets(?:\.[\w.]+)?\.(?:serve|route)", WEBSOCKETS),
        (r"websocket_server\.WebsocketServer", Start("websocket-server", "websocket", 1, default=9001)),
        (
            r"(?:simple_websocket_server\.WebSocketServer|SimpleWebSocketServer\.\w*WebSocketServer)",
            Start("simple-websocket-server", "websocket", 1),
        ),
        (r"trio_websocket\.(?:serve_websocket|open_websocket_server)", Start("trio-websocket", "websocket", 2)),
        (r"picows\.ws_create_server", Start("picows", _of_picows, 2)),
        (r"autobahn\.[\w.]+\.WebSocketServerFactory", Start("autobahn", "websocket", None, (), address=(0, "url"))),
        (r"(?:uvicorn\.(?:run|Config|main))", Start("uvicorn", _of_app, None, default=8000)),
        (r"hypercorn\.(?:run|asyncio\.serve|trio\.serve)", Start("hypercorn", _of_app, None, ())),
        (r"granian\.(?:server\.)?Granian", Start("granian", _of_app, 2, default=8000)),
        (r"(?:flask\.Flask|quart\.Quart)\(\)\.run", Start("flask", _of_app, 1, default=5000)),
        (r"quart\.Quart\(\)\.run_task", Start("quart", _of_app, 1, default=5000)),
        (r"dash\.Dash\(\)\.run(?:_server)?", Start("dash", "http", 1, default=8050)),
        (r"bottle\.(?:run|Bottle\(\)\.run)", Start("bottle", _of_app, None, default=8080)),
        (r"flask_socketio\.SocketIO\(\)\.run", Start("flask-socketio", "both", 2, default=5000)),
        (r"sanic\.(?:app\.)?Sanic\(\)\.(?:run|prepare|create_server)", Start("sanic", _of_app, 1, default=8000)),
        (r"aiohttp\.web\.(?:run_app|_run_app)", Start("aiohttp", _of_aiohttp, None, default=8080)),
        (r"aiohttp\.web\.TCPSite", Start("aiohttp", _of_aiohttp, 2, default=8080)),
        (r"tornado\.web\.Application\(\)\.listen", Start("tornado", _of_tornado, 0)),
        (r"tornado\.httpserver\.HTTPServer\(\)\.(?:listen|bind)", Start("tornado", _of_tornado, 0)),
        (r"werkzeug\.(?:serving\.)?run_simple", Start("werkzeug", _of_app, 1)),
        (r"waitress\.serve", Start("waitress", "http", None, default=8080)),
        (r"wsgiref\.simple_server\.make_server", Start("wsgiref", "http", 1)),
        (
            r"http\.server\.(?:Threading)?HTTPServer",
            Start("http.server", "http", None, (), address=(0, "server_address")),
        ),
        (
            r"socketserver\.(?:Threading|Forking)?TCPServer",
            Start("socketserver", _of_handler, None, (), address=(0, "server_address")),
        ),
        (r"xmlrpc\.server\.SimpleXMLRPCServer", Start("xmlrpc.server", "http", None, (), address=(0, "addr"))),
        (
            r"gevent\.(?:pywsgi\.WSGIServer|server\.StreamServer)",
            Start("gevent", _of_gevent, None, (), address=(0, "listener")),
        ),
        (
            r"eventlet\.listen",
            Start("eventlet", _of_file, None, (), address=(0, "addr")),
        ),
        (r"prometheus_client\.start_(?:http|wsgi)_server", Start("prometheus-client", "http", 0)),
        (r"asyncio\.start_server", Start("asyncio", "tcp", 2)),
        (
            r"(?:asyncio\.(?:get_event_loop|get_running_loop|new_event_loop)\(\)|uvloop\.new_event_loop\(\))\.create_server",
            Start("asyncio", _of_asyncio, 2),
        ),
        (r"twisted\.internet\.reactor\.listen(?:TCP|SSL)", Start("twisted", _of_twisted, 0)),
        (r"twisted\.internet\.endpoints\.TCP[46]ServerEndpoint", Start("twisted", _of_twisted, 1)),
        (r"twisted\.internet\.endpoints\.SSL4ServerEndpoint", Start("twisted", _of_twisted, 1)),
        (
            r"twisted\.internet\.endpoints\.serverFromString",
            Start("twisted", _of_twisted, None, (), address=(1, "description")),
        ),
        (r"tornado\.netutil\.bind_sockets", Start("tornado", _of_file, 0)),
        (r"cheroot\.wsgi\.(?:Server|WSGIServer)", Start("cheroot", "http", None, (), address=(0, "bind_addr"))),
        (r"nicegui\.ui\.run", Start("nicegui", "both", None, default=8080)),
        (r"gradio\.\w+\(\)(?:\.queue\(\))?\.launch", Start("gradio", "both", None, ("server_port",), default=7860)),
        (r"streamlit\.web\.bootstrap\.run", Start("streamlit", "both", None, (), default=8501)),
    )
)
NAMES = frozenset(
    (
        "serve", "route", "WebsocketServer", "WebSocketServer", "SimpleWebSocketServer", "SimpleSSLWebSocketServer",
        "serve_websocket", "open_websocket_server", "ws_create_server", "WebSocketServerFactory", "run", "Config",
        "main", "Granian", "run_task", "run_server", "prepare", "create_server", "run_app", "_run_app", "TCPSite",
        "listen", "bind", "run_simple", "make_server", "HTTPServer", "ThreadingHTTPServer", "TCPServer",
        "ThreadingTCPServer", "ForkingTCPServer", "SimpleXMLRPCServer", "WSGIServer", "StreamServer",
        "start_http_server", "start_wsgi_server", "start_server", "listenTCP", "listenSSL", "Server", "launch",
        "TCP4ServerEndpoint", "TCP6ServerEndpoint", "SSL4ServerEndpoint", "serverFromString", "bind_sockets",
    )
)  # fmt: skip
"""Last parts of the names in the table: other calls are not followed."""


def start_of(name: str) -> Start | None:
    """Return how a call of something external starts a server, None if it starts none."""
    return next((start for pattern, start in _STARTS if pattern.fullmatch(name)), None)
