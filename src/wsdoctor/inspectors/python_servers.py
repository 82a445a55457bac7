"""Servers that Python code starts: `websockets` and its kin, ASGI and WSGI servers, aiohttp, tornado, plain sockets."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from wsdoctor.inspectors import _python_apps as apps
from wsdoctor.inspectors import _python_calls as calls
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._python import calls_named, closing_notes, is_aside, is_test, open_file, ports, url_of
from wsdoctor.inspectors._python_model import ClassOf, External, FunctionOf, InstanceOf, Value
from wsdoctor.inspectors._python_values import Reader
from wsdoctor.model.traffic import Declared, Listener, Note, Speaks

NAME = "python servers"
PATTERNS = ("*.py",)
NEEDLES = (
    "websocket", "WebSocket", "picows", "autobahn", "uvicorn", "hypercorn", "granian", "lask", "quart", "Quart",
    "sanic", "Sanic", "aiohttp", "tornado", "werkzeug", "waitress", "wsgiref", "http.server", "socketserver",
    "xmlrpc", "gevent", "eventlet", "socketio", "prometheus_client", "start_server", "create_server", "twisted",
    "cheroot", "nicegui", "gradio", "streamlit", "bottle", "dash", "app.run(", "create_app", ".listen(", "bind =",
)  # fmt: skip

_SSL = ("ssl", "ssl_context", "ssl_options", "ssl_certfile", "ssl_keyfile", "certfile")


@dataclass(frozen=True, slots=True)
class _Start:
    """How a call starts a server.

    Attributes:
        framework: name for the reader.
        speaks: what it speaks, or a function that finds out.
        position: of the port among the arguments.
        names: of the argument that is the port.
        default: port without that argument, None = there is none.
        address: position and name of an argument that is ``(host, port)``, ``"host:port"`` or a URL.
        app: position and names of the application.

    """

    framework: str
    speaks: Speaks | Callable[[Reader, ast.Call, External], tuple[Speaks, tuple[str, ...]]]
    position: int | None = 1
    names: tuple[str, ...] = ("port",)
    default: int | None = None
    address: tuple[int | None, str] | None = None
    app: tuple[int | None, str] | None = None


def _of_app(reader: Reader, call: ast.Call, function: External) -> tuple[Speaks, tuple[str, ...]]:
    """Return what the application speaks that a server is given, or that it is a method of."""
    node = calls.argument(call, 0, "app", "application", "target") if "()" not in function.name else None
    path = _app_path(reader, node, call, function)
    return apps.speaks(path, reader.repository), apps.websocket_paths(path, reader.repository)


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
    return _of_app(reader, call, function)


def _of_asyncio(reader: Reader, call: ast.Call, function: External) -> tuple[Speaks, tuple[str, ...]]:
    factory = reader.first(call.args[0]) if call.args else None
    name = factory.data.name if factory is not None and isinstance(factory.data, External) else ""
    return ("websocket" if "WebSocketServerFactory" in name else "tcp"), ()


_WEBSOCKETS = _Start("websockets", "websocket", 2)
_STARTS: tuple[tuple[re.Pattern[str], _Start], ...] = tuple(
    (re.compile(pattern), start)
    for pattern, start in (
        (r"websockets(?:\.[\w.]+)?\.(?:serve|route)", _WEBSOCKETS),
        (r"websocket_server\.WebsocketServer", _Start("websocket-server", "websocket", 1, default=9001)),
        (
            r"(?:simple_websocket_server\.WebSocketServer|SimpleWebSocketServer\.\w*WebSocketServer)",
            _Start("simple-websocket-server", "websocket", 1),
        ),
        (r"trio_websocket\.(?:serve_websocket|open_websocket_server)", _Start("trio-websocket", "websocket", 2)),
        (r"picows\.ws_create_server", _Start("picows", "websocket", 2)),
        (r"autobahn\.[\w.]+\.WebSocketServerFactory", _Start("autobahn", "websocket", None, (), address=(0, "url"))),
        (r"(?:uvicorn\.(?:run|Config|main))", _Start("uvicorn", _of_app, None, default=8000)),
        (r"hypercorn\.(?:run|asyncio\.serve|trio\.serve)", _Start("hypercorn", _of_app, None, ())),
        (r"granian\.(?:server\.)?Granian", _Start("granian", _of_app, 2, default=8000)),
        (r"(?:flask\.Flask|quart\.Quart)\(\)\.run", _Start("flask", _of_app, 1, default=5000)),
        (r"quart\.Quart\(\)\.run_task", _Start("quart", _of_app, 1, default=5000)),
        (r"dash\.Dash\(\)\.run(?:_server)?", _Start("dash", "http", 1, default=8050)),
        (r"bottle\.(?:run|Bottle\(\)\.run)", _Start("bottle", _of_app, None, default=8080)),
        (r"flask_socketio\.SocketIO\(\)\.run", _Start("flask-socketio", "both", 2, default=5000)),
        (r"sanic\.(?:app\.)?Sanic\(\)\.(?:run|prepare|create_server)", _Start("sanic", _of_app, 1, default=8000)),
        (r"aiohttp\.web\.(?:run_app|_run_app)", _Start("aiohttp", _of_aiohttp, None, default=8080)),
        (r"aiohttp\.web\.TCPSite", _Start("aiohttp", _of_aiohttp, 2, default=8080)),
        (r"tornado\.web\.Application\(\)\.listen", _Start("tornado", _of_tornado, 0)),
        (r"tornado\.httpserver\.HTTPServer\(\)\.(?:listen|bind)", _Start("tornado", _of_tornado, 0)),
        (r"werkzeug\.(?:serving\.)?run_simple", _Start("werkzeug", _of_app, 1)),
        (r"waitress\.serve", _Start("waitress", "http", None, default=8080)),
        (r"wsgiref\.simple_server\.make_server", _Start("wsgiref", "http", 1)),
        (
            r"http\.server\.(?:Threading)?HTTPServer",
            _Start("http.server", "http", None, (), address=(0, "server_address")),
        ),
        (
            r"socketserver\.(?:Threading|Forking)?TCPServer",
            _Start("socketserver", _of_handler, None, (), address=(0, "server_address")),
        ),
        (r"xmlrpc\.server\.SimpleXMLRPCServer", _Start("xmlrpc.server", "http", None, (), address=(0, "addr"))),
        (
            r"gevent\.(?:pywsgi\.WSGIServer|server\.StreamServer)",
            _Start("gevent", _of_gevent, None, (), address=(0, "listener")),
        ),
        (
            r"eventlet\.listen",
            _Start(
                "eventlet",
                lambda reader, call, function: (apps.speaks(reader.file.path, reader.repository), ()),
                None,
                (),
                address=(0, "addr"),
            ),
        ),
        (r"prometheus_client\.start_(?:http|wsgi)_server", _Start("prometheus-client", "http", 0)),
        (r"asyncio\.start_server", _Start("asyncio", "tcp", 2)),
        (
            r"(?:asyncio\.(?:get_event_loop|get_running_loop|new_event_loop)\(\)|uvloop\.new_event_loop\(\))\.create_server",
            _Start("asyncio", _of_asyncio, 2),
        ),
        (
            r"twisted\.internet\.reactor\.listen(?:TCP|SSL)",
            _Start(
                "twisted",
                lambda reader, call, function: _of_asyncio(reader, ast.Call(call.func, call.args[1:], []), function),
                0,
            ),
        ),
        (r"cheroot\.wsgi\.(?:Server|WSGIServer)", _Start("cheroot", "http", None, (), address=(0, "bind_addr"))),
        (r"nicegui\.ui\.run", _Start("nicegui", "both", None, default=8080)),
        (r"gradio\.\w+\(\)(?:\.queue\(\))?\.launch", _Start("gradio", "both", None, ("server_port",), default=7860)),
        (r"streamlit\.web\.bootstrap\.run", _Start("streamlit", "both", None, (), default=8501)),
    )
)


_NAMES = frozenset(
    (
        "serve", "route", "WebsocketServer", "WebSocketServer", "SimpleWebSocketServer", "SimpleSSLWebSocketServer",
        "serve_websocket", "open_websocket_server", "ws_create_server", "WebSocketServerFactory", "run", "Config",
        "main", "Granian", "run_task", "run_server", "prepare", "create_server", "run_app", "_run_app", "TCPSite",
        "listen", "bind", "run_simple", "make_server", "HTTPServer", "ThreadingHTTPServer", "TCPServer",
        "ThreadingTCPServer", "ForkingTCPServer", "SimpleXMLRPCServer", "WSGIServer", "StreamServer",
        "start_http_server", "start_wsgi_server", "start_server", "listenTCP", "listenSSL", "Server", "launch",
    )
)  # fmt: skip
"""Last parts of the names in the table: other calls are not followed."""


def inspect(path: str, repository: Repository) -> Declared:
    """Return the servers that a Python file starts."""
    if is_test(path, repository):
        return Declared()
    reader, notes = open_file(path, repository)
    found = Declared(notes=notes)
    if reader is None:
        return found
    for call in calls_named(reader.file.module, _NAMES):
        for listener in _listeners(reader, call):
            if isinstance(listener, Note):
                found.notes.append(listener)
            elif not any(
                same.port == listener.port and same.location.line == listener.location.line for same in found.listeners
            ):
                found.listeners.append(listener)
    found.listeners += _from_settings(reader)
    found.notes += closing_notes(reader)
    return found


def _listeners(reader: Reader, call: ast.Call) -> Iterator[Listener | Note]:
    for function in reader.names(call.func):
        start = next((start for pattern, start in _STARTS if pattern.fullmatch(function.name)), None)
        if start is not None:
            yield from _started(reader, call, function, start)
            return
    if isinstance(call.func, ast.Attribute) and call.func.attr in {"run", "listen"}:
        yield from _own_class(reader, call, call.func)


def _started(reader: Reader, call: ast.Call, function: External, start: _Start) -> Iterator[Listener | Note]:
    if start is _WEBSOCKETS and any(keyword.arg in {"sock", "path", "unix"} for keyword in call.keywords):
        return
    spoken, paths = (start.speaks, ()) if isinstance(start.speaks, str) else start.speaks(reader, call, function)
    answers: tuple[str, ...] = ()
    if start is _WEBSOCKETS:
        spoken, answers, notes = _websockets(reader, call)
        yield from notes
    found = _ports(reader, call, start)
    if start.framework == "asyncio" and spoken == "tcp" and not found:
        return
    if not found:
        text = f"the port on which {start.framework} listens could not be followed"
        yield Note(reader.place(call), text)
        found = [Value(None)]
    for port in found:
        yield Listener(
            port=port.data,
            speaks=spoken,
            location=reader.place(call),
            framework=_framework(start, function),
            unit=reader.unit,
            paths=paths,
            answers=answers,
            tls=_tls(reader, call),
            environment=port.environment,
            subprotocols=_subprotocols(reader, call),
            sure=0.3 if is_aside(reader.file.path) else 0.95 if port.data is not None else 0.7,
        )


def _framework(start: _Start, function: External) -> str:
    return "quart" if function.name.startswith("quart.") else start.framework


def _ports(reader: Reader, call: ast.Call, start: _Start) -> list[Value]:
    if start.address is not None:
        return ports(_of_address(reader, calls.argument(call, *start.address)))
    if start.framework == "hypercorn":
        return ports(_hypercorn(reader, call))
    node = calls.argument(call, start.position, *start.names)
    if node is None and start.position is not None and any(isinstance(one, ast.Starred) for one in call.args):
        return ports(_spread(reader, call, start.position))
    if node is None and start.default is not None and not any(keyword.arg is None for keyword in call.keywords):
        return [Value(start.default)]
    if node is None:
        for keyword in call.keywords:
            if keyword.arg is None:
                for value in reader.values(keyword.value):
                    if isinstance(value.data, dict) and "port" in value.data:
                        return ports(value.data["port"])
        return []
    return ports(reader.values(node))


def _spread(reader: Reader, call: ast.Call, position: int) -> list[Value]:
    """Return the argument at a position where ``*address`` stands for several."""
    for arg in call.args:
        if not isinstance(arg, ast.Starred):
            if position == 0:
                return list(reader.values(arg))
            position -= 1
            continue
        value = reader.first(arg.value)
        if value is None or not isinstance(value.data, list):
            return []
        if 0 <= position < len(value.data):
            return [one.via(*value.places) for one in value.data[position]]
        position -= len(value.data)
    return []


def _of_address(reader: Reader, node: ast.expr | None) -> list[Value]:
    found: list[Value] = []
    for value in reader.values(node):
        if isinstance(value.data, list) and len(value.data) > 1:
            found += (one.via(*value.places) for one in value.data[1])
        elif isinstance(value.data, str):
            url = url_of(value.data)
            tail = value.data.rpartition(":")[2]
            found.append(Value(url.port if url else tail, value.places, value.environment))
        elif (
            isinstance(value.data, External) and value.data.name == "eventlet.listen()" and value.data.call is not None
        ):
            found += _of_address(reader, calls.argument(value.data.call, 0, "addr"))
        elif isinstance(value.data, int):
            found.append(value)
    return found


def _hypercorn(reader: Reader, call: ast.Call) -> list[Value]:
    """Return the ports of ``config.bind`` of a hypercorn configuration."""
    found: list[Value] = []
    for node in ast.walk(reader.file.module.tree):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Attribute) and target.attr == "bind" for target in node.targets
        ):
            for value in reader.values(node.value):
                items = value.data if isinstance(value.data, list) else [[value]]
                found += (
                    Value(one.data.rpartition(":")[2], one.places, one.environment)
                    for item in items for one in item if isinstance(one.data, str)
                )  # fmt: skip
    return found or [Value(8000)]


def _websockets(reader: Reader, call: ast.Call) -> tuple[Speaks, tuple[str, ...], list[Note]]:
    """Return what a server of `websockets` speaks, given its ``process_request``."""
    node = calls.argument(call, None, "process_request")
    answers: tuple[str, ...] = ()
    whole = False
    notes: list[Note] = []
    for value in reader.values(node):
        if isinstance(value.data, FunctionOf) and value.data.frame.file is reader.file:
            more, any_request = apps.answers_of(reader, value.data.node)
            answers, whole = answers + more, whole or any_request
        elif isinstance(value.data, FunctionOf):
            more, any_request = apps.answers_of(Reader(value.data.frame.file, reader.repository), value.data.node)
            answers, whole = answers + more, whole or any_request
    if node is not None and not (isinstance(node, ast.Constant) and node.value is None) and not reader.values(node):
        notes.append(Note(reader.place(node), "process_request could not be followed; it may answer plain requests"))
        whole = True
    protocol = reader.first(calls.argument(call, None, "create_protocol", "klass"))
    data = protocol.data if protocol is not None else None
    for method in data.node.body if isinstance(data, ClassOf) else ():
        if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) and method.name == "process_request":
            more, any_request = apps.answers_of(reader, method)
            answers, whole = answers + more, whole or any_request
    return ("both" if whole else "websocket"), tuple(dict.fromkeys(answers)), notes


def _tls(reader: Reader, call: ast.Call) -> bool | None:
    node = calls.keyword(call, *_SSL)
    if node is None:
        return None if any(keyword.arg is None for keyword in call.keywords) else False
    value = reader.first(node)
    if isinstance(node, ast.Constant):
        return node.value not in {None, False}
    return (
        True
        if value is None or isinstance(value.data, External)
        else bool(value.data)
        if value.data is not None
        else None
    )


def _subprotocols(reader: Reader, call: ast.Call) -> tuple[str, ...]:
    value = reader.first(calls.keyword(call, "subprotocols", "protocols"))
    items = value.data if value is not None and isinstance(value.data, list) else []
    return tuple(one.data for item in items for one in item if isinstance(one.data, str))[:10]


def _own_class(reader: Reader, call: ast.Call, func: ast.Attribute) -> Iterator[Listener]:
    """Yield what a class of the repository listens on that is derived from tornado's application."""
    for value in reader.values(func.value):
        if isinstance(value.data, InstanceOf) and any(
            ast.unparse(base).endswith(("web.Application", "HTTPServer")) for base in value.data.node.bases
        ):
            for port in ports(reader.values(calls.argument(call, 0, "port"))):
                spoken = apps.speaks(reader.file.path, reader.repository)
                yield Listener(
                    port.data,
                    spoken,
                    reader.place(call),
                    "tornado",
                    reader.unit,
                    environment=port.environment,
                    sure=0.8,
                )


def _from_settings(reader: Reader) -> list[Listener]:
    """Return what a configuration file for gunicorn or hypercorn binds."""
    name = reader.file.path.rpartition("/")[2]
    if not re.fullmatch(r"(?:gunicorn|hypercorn)[\w.-]*\.py|[\w-]*gunicorn[\w-]*\.py", name):
        return []
    module = reader.file.module
    found: list[Listener] = []
    for binding in module.bindings(module.tree).get("bind", ()):
        for value in reader.values(binding.value):
            items = value.data if isinstance(value.data, list) else [[value]]
            for one in (one for item in items for one in item):
                for port in ports([Value(str(one.data).rpartition(":")[2], one.places, one.environment)]):
                    place = reader.place(binding.statement)
                    found.append(
                        Listener(
                            port.data, "both", place, "gunicorn", reader.unit, environment=port.environment, sure=0.6
                        )
                    )
    return found
