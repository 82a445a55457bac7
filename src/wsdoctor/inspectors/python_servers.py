"""Servers that Python code starts: `websockets` and its kin, ASGI and WSGI servers, aiohttp, tornado, plain sockets."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._python import calls
from wsdoctor.inspectors._python.answers import answered
from wsdoctor.inspectors._python.aside import is_aside, is_test
from wsdoctor.inspectors._python.model import ClassOf, External, FunctionOf, Spread, Value
from wsdoctor.inspectors._python.objects import items_of
from wsdoctor.inspectors._python.source import calls_named, closing_notes, open_file, ports, url_of
from wsdoctor.inspectors._python.starts import NAMES, WEBSOCKETS, Start, own_answers, paths_alone, start_of
from wsdoctor.inspectors._python.values import Reader
from wsdoctor.model.traffic import Declared, Listener, Note, Speaks

NAME = "python servers"
PATTERNS = ("*.py",)
NEEDLES = (
    "websocket", "WebSocket", "picows", "autobahn", "uvicorn", "hypercorn", "granian", "lask", "quart", "Quart",
    "sanic", "Sanic", "aiohttp", "tornado", "werkzeug", "waitress", "wsgiref", "http.server", "socketserver",
    "xmlrpc", "gevent", "eventlet", "socketio", "prometheus_client", "start_server", "create_server", "twisted",
    "cheroot", "nicegui", "gradio", "streamlit", "bottle", "dash", "app.run(", "create_app", ".listen(", "bind =",
)  # fmt: skip

_ENDPOINT = re.compile(r"(?:tcp6?|ssl):(?:port=)?(?P<port>\d+)")
"""How Twisted describes where to listen."""
_RUNS = frozenset(("trio.run", "anyio.run"))
"""Calls that call their first argument with the others."""
_SSL = ("ssl", "ssl_context", "ssl_options", "ssl_certfile", "ssl_keyfile", "certfile")


def inspect(path: str, repository: Repository) -> Declared:
    """Return the servers that a Python file starts."""
    if is_test(path, repository):
        return Declared()
    reader, notes = open_file(path, repository)
    found = Declared(notes=notes)
    if reader is None:
        return found
    for call in calls_named(reader, NAMES):
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
        if function.name in _RUNS and call.args:
            inner = ast.copy_location(ast.Call(call.args[0], call.args[1:], []), call)
            yield from _listeners(reader, inner)
            return
        start = start_of(function.name)
        if start is not None:
            yield from _started(reader, call, function, start)
            return


def _started(reader: Reader, call: ast.Call, function: External, start: Start) -> Iterator[Listener | Note]:
    if start is WEBSOCKETS and any(keyword.arg in {"sock", "path", "unix"} for keyword in call.keywords):
        return
    spoken, paths = (start.speaks, ()) if isinstance(start.speaks, str) else start.speaks(reader, call, function)
    answers: tuple[str, ...] = ()
    if start is WEBSOCKETS:
        spoken, answers, notes = _websockets(reader, call)
        yield from notes
    elif spoken == "websocket":
        answers = _status_page(reader) or own_answers(reader, call, function, start)
    found = _ports(reader, call, start)
    elsewhere = start.address is not None and calls.argument(call, *start.address) is None
    if not found and (elsewhere or (start.framework == "asyncio" and spoken == "tcp")):
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
            serves_only=paths_alone(reader, call, function, start) if spoken == "both" else (),
            tls=_tls(reader, call),
            environment=port.environment,
            subprotocols=_subprotocols(reader, call),
            sure=0.3 if is_aside(reader.file.path) else 0.95 if port.data is not None else 0.7,
        )


def _framework(start: Start, function: External) -> str:
    return "quart" if function.name.startswith("quart.") else start.framework


def _ports(reader: Reader, call: ast.Call, start: Start) -> list[Value]:
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
        spread = (one.value for one in call.keywords if one.arg is None)
        return ports([value for one in spread for value in reader.values(Spread.item(one, "port"))])
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
        items = items_of(reader, value) if value is not None else None
        if value is None or items is None:
            return []
        if 0 <= position < len(items):
            return [one.via(*value.places) for one in items[position]]
        position -= len(items)
    return []


def _of_address(reader: Reader, node: ast.expr | None) -> list[Value]:
    found: list[Value] = []
    for value in reader.values(node):
        if isinstance(value.data, list) and len(value.data) > 1:
            found += (one.via(*value.places) for one in value.data[1])
        elif isinstance(value.data, str):
            url = url_of(value.data)
            described = _ENDPOINT.match(value.data)
            tail = described["port"] if described is not None else value.data.rpartition(":")[2]
            found.append(Value(url.port if url else tail, value.places, value.environment))
        elif isinstance(value.data, int):
            found.append(value)
    return found


def _hypercorn(reader: Reader, call: ast.Call) -> list[Value]:
    """Return the ports of ``config.bind`` of a hypercorn configuration."""
    found: list[Value] = []
    for node in reader.file.module.walk("bind"):
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
    handlers = list(reader.values(node))
    notes: list[Note] = []
    for keyword in call.keywords if node is None else ():
        if keyword.arg is None:
            options = (value.data for value in reader.values(keyword.value) if isinstance(value.data, dict))
            handlers += (one for given in options for one in given.get("process_request", ()))
    followed = bool(handlers) or node is None or (isinstance(node, ast.Constant) and node.value is None)
    if not followed:
        notes.append(
            Note(reader.place(node or call), "process_request could not be followed; it may answer plain requests")
        )
    for protocol in reader.values(calls.argument(call, None, "create_protocol", "klass")):
        if isinstance(protocol.data, ClassOf):
            handlers += (
                one
                for one in reader.attribute(protocol, "process_request", protocol.data.node, protocol.data.frame)
                if isinstance(one.data, FunctionOf)
            )
    answers, whole = answered(reader, handlers)
    return ("both" if whole or not followed else "websocket"), answers, notes


def _status_page(reader: Reader) -> tuple[str, ...]:
    """Return all paths for Autobahn: it answers a page to who asks for no upgrade, unless that is switched off."""
    text = reader.repository.text(reader.file.path) or ""
    shown = re.search(r"(?m)^\s*(?:from|import) autobahn\b", text) and not re.search(r"webStatus\s*=\s*False", text)
    return ("*",) if shown else ()


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


def _from_settings(reader: Reader) -> list[Listener]:
    """Return what a configuration file for gunicorn or hypercorn binds."""
    name = reader.file.path.rpartition("/")[2]
    if not re.fullmatch(r"(?:gunicorn|hypercorn)[\w.-]*\.py|[\w-]*gunicorn[\w-]*\.py", name):
        return []
    module = reader.file.module
    found: list[Listener] = []
    for binding in module.bound("bind"):
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
