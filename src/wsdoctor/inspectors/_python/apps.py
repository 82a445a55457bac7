"""What a Python application speaks: WebSockets alone, HTTP alone, or both on one port.

A framework that serves HTTP and has one WebSocket route speaks both, and a check over HTTP is in place there. Only
where every route that it has opens WebSockets does it speak nothing else.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._python import calls, engineio
from wsdoctor.inspectors._python.alone import built_in
from wsdoctor.inspectors._python.model import External, Value
from wsdoctor.inspectors._python.routers import Router, prefixes, stem
from wsdoctor.inspectors._python.source import MAX_REACHED, reachable
from wsdoctor.inspectors._python.values import Reader
from wsdoctor.model.traffic import Speaks
from wsdoctor.syntax.python import Function

__all__ = ["answers", "app_file", "paths_alone", "speaks", "tornado_speaks", "websocket_paths"]

_MARKS = re.compile(
    r"@[\w.]+\.(?:websocket|websocket_route|ws)\(|WebSocketRoute\(|WebSocketEndpoint|add_(?:api_)?websocket_route\(|"
    r"add_websocket_route\(|WebSocketResponse|WebSocketHandler|SockJS|flask_sock\b|flask_sockets|simple_websocket|"
    r"flask_socketio|\bsocketio\b|ProtocolTypeRouter|WebsocketConsumer|JsonWebsocketConsumer|wsgi\.websocket|"
    r"geventwebsocket|websocket_urlpatterns|WebSocketResource|SocketIO\(|ASGIApp\(|@\w+\.feed\b|strawberry|GraphQLRouter|"
    r"[\"']websocket(?:\.\w+)?[\"']"
).search
_ENGINE = re.compile(r"\b(?:socketio|engineio|SocketIO)\b").search
_OLD_CHANNELS = re.compile(
    r"(?im)^[\s\"',\[]*channels(?:\[[^\]]*\])?(?=[\s<>=~^\"'!])[^\n#;]*?"
    r"(?:(?:[=~]=|\^|=\s*[\"'])\s*[123]\b|<=?\s*[123]\b|<\s*4(?:\.0)*(?![.\d]))"
).search
_COMMENT = re.compile(r"(?m)^\s*#.*$")
_ROUTE = re.compile(
    r"@(?P<router>[\w.]+)\.(?:websocket|websocket_route|ws)\(\s*[\"'](?P<one>/[^\"']*)|"
    r"WebSocketRoute\(\s*[\"'](?P<two>/[^\"']*)"
).finditer
_SOCK = re.compile(r"(?m)^\s*(?P<name>\w+)\s*(?::[^=\n]+)?=\s*(?:flask_sock\.)?Socks?(?:ets)?\(").finditer
_DECORATED = re.compile(r"@(?P<name>\w+)\.route\(\s*[\"'](?P<path>/[^\"']*)").finditer
_CONSUMER = re.compile(
    r"\b(?:re_)?(?:path|url)\(\s*r?[\"']\^?/?(?P<path>[^\"']*)[\"']\s*,\s*(?![\w.]*(?i:http))[\w.]+\.as_asgi\("
).finditer
_MORE = ("add_static", "web.static", "middlewares=", "middlewares.append", "add_subapp")
"""Signs of an aiohttp application that serves more than its routes say."""
_RESPONSES = frozenset(("Response", "json_response", "FileResponse", "StreamResponse"))
_RUNNERS = frozenset(("run_app", "_run_app", "AppRunner", "ServerRunner", "Server", "AppKey", "print", "info", "debug"))
"""What an aiohttp application is handed to that adds nothing to it."""
_GROUP = re.compile(r"\(\?P<(?P<name>\w+)>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?(?P<given>\w+)>")


def speaks(path: str | None, repository: Repository) -> Speaks:
    """Return what the application in a file speaks that a framework for HTTP serves; ``both`` where it is unknown."""
    if path is None:
        return "both"
    if answers(path, repository) is not None:
        return "websocket"
    return "both" if any(_MARKS(text) for text in _texts(path, repository)) else "http"


def answers(path: str | None, repository: Repository) -> tuple[str, ...] | None:
    """Return what an application answers over HTTP that has no route but for WebSockets; None for any other."""
    if path is None:
        return None
    kept: dict[str, tuple[str, ...] | None] = repository.memory.setdefault("python alone", {})  # type: ignore[assignment]
    if path not in kept:
        files = reachable(path, repository)
        texts = list(_texts(path, repository))
        seen = len(files) < MAX_REACHED and any(_MARKS(text) for text in texts)
        kept[path] = built_in(texts) if seen and not _adds_http(texts, repository) else None
    return kept[path]


def paths_alone(path: str | None, repository: Repository) -> tuple[str, ...]:
    """Return the paths that an application alone answers over HTTP which is a Socket.IO server and nothing else."""
    if path is None:
        return ()
    kept: dict[str, tuple[str, ...]] = repository.memory.setdefault("python engine.io", {})  # type: ignore[assignment]
    if path not in kept:
        texts = list(_texts(path, repository))
        seen = len(texts) < MAX_REACHED and any(_ENGINE(text) for text in texts)
        kept[path] = engineio.paths_alone(texts) if seen else ()
    return kept[path]


def _adds_http(texts: Iterable[str], repository: Repository) -> bool:
    """Say whether a release of Channels is asked for that serves HTTP where nothing tells it to: one before 4."""
    if not any("ProtocolTypeRouter" in text for text in texts):
        return False
    known = repository.named("requirements*.txt", "pyproject.toml", "setup.cfg", "setup.py", "Pipfile")
    return any(_OLD_CHANNELS(repository.text(one) or "") for one in known)


def websocket_paths(path: str | None, repository: Repository) -> tuple[str, ...]:
    """Return the paths of the WebSocket routes that are written out in an application."""
    if path is None:
        return ()
    files = [(file, _COMMENT.sub("", repository.text(file) or "")) for file in reachable(path, repository)]
    under = prefixes(files)
    found = [route for file, text in files for route in _routes(file, text, under)]
    return tuple(dict.fromkeys(found))[:20]


def _routes(file: str, text: str, under: Mapping[Router, str]) -> Iterator[str]:
    """Yield the paths at which a module opens WebSockets: FastAPI, Starlette, Sanic, Quart, Flask-Sock, Channels."""
    for match in _ROUTE(text):
        yield match["two"] or under.get((stem(file), match["router"]), "") + match["one"]
    sockets = {match["name"] for match in _SOCK(text)} if "flask_sock" in text else set()
    yield from (match["path"] for match in _DECORATED(text) if match["name"] in sockets)
    for match in _CONSUMER(text):
        path = _GROUP.sub(lambda group: f"{{{group['name'] or group['given']}}}", match["path"]).rstrip("$").rstrip("?")
        if not re.search(r"[\\()\[\]|^*+]", path):
            yield f"/{path}"


def _texts(path: str, repository: Repository) -> Iterator[str]:
    for file in reachable(path, repository):
        yield _COMMENT.sub("", repository.text(file) or "")


def app_file(named: str, near: str, repository: Repository) -> str | None:
    """Return the file of an application that is named as ``package.module:app`` or as a path.

    Args:
        named: as the command line or the code names it.
        near: file that names it.
        repository: that both are in.

    """
    module = named.partition(":")[0].strip("\"'")
    base = near.rpartition("/")[0]
    if module.endswith(".py"):
        tail = module.lstrip("./")
        known = repository.named(tail.rpartition("/")[2])
        found = next((option for option in (f"{base}/{module}".lstrip("/"), tail) if option in known), None)
        ends = [path for path in known if path.endswith(f"/{tail}")]
        return found or (ends[0] if len(ends) == 1 else None)
    importer = near if near.endswith(".py") else f"{base}/x.py".lstrip("/")
    found = repository.resolve(importer, module)
    if found is None and "/" not in module:
        tail = module.replace(".", "/")
        known = repository.named(f"{tail.rpartition('/')[2]}.py", "__init__.py")
        ends = [
            path for path in known
            if path.endswith((f"/{tail}.py", f"/{tail}/__init__.py")) and path.startswith(base)
        ]  # fmt: skip
        found = ends[0] if len(ends) == 1 else None
    return found


def aiohttp_speaks(reader: Reader) -> tuple[Speaks, tuple[str, ...]]:
    """Return what an aiohttp application speaks by its routes in this file, and where it opens WebSockets."""
    sockets: list[str] = []
    others = 0
    functions = {
        node.name: node
        for node in ast.walk(reader.file.module.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    for path, handler in _aiohttp_routes(reader):
        function = functions.get(handler)
        opens = function is not None and "WebSocketResponse" in ast.dump(function)
        if opens:
            sockets.append(path)
        others += not opens or (function is not None and _answers_too(function))
    whole = speaks(reader.file.path, reader.repository)
    if sockets and not others:
        text = reader.repository.text(reader.file.path) or ""
        alone = not any(word in text for word in _MORE) and not _is_handed_on(reader)
        return ("websocket" if alone else "both"), tuple(sockets)
    return ("both" if sockets else whole), tuple(sockets)


def _answers_too(function: Function) -> bool:
    """Say whether a handler that opens WebSockets answers plain HTTP as well, with success."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and calls.last_name(node.func) in _RESPONSES:
            status = calls.keyword(node, "status")
            if not (isinstance(status, ast.Constant) and isinstance(status.value, int) and status.value >= 400):
                return True
    return False


def _is_handed_on(reader: Reader) -> bool:
    """Say whether something else is handed the application, or gives it routes, and may add to what it serves."""
    for call in reader.file.module.calls:
        name = calls.last_name(call.func)
        if name in _RUNNERS:
            continue
        for argument in call.args:
            for value in reader.values(argument) if isinstance(argument, ast.Name | ast.Attribute) else ():
                if isinstance(value.data, External) and value.data.name == "aiohttp.web.Application()":
                    return True
        if name == "add_routes" and not (call.args and _is_own(reader, call.args[0])):
            return True
    return False


def _is_own(reader: Reader, routes: ast.expr) -> bool:
    if isinstance(routes, ast.List):
        return not any(isinstance(item, ast.Starred) for item in routes.elts)
    value = reader.first(routes)
    frame = getattr(value.data, "frame", None) if value is not None else None
    own = frame is None or frame.file is reader.file
    return value is not None and own and isinstance(value.data, list | External)


def _aiohttp_routes(reader: Reader) -> Iterator[tuple[str, str]]:
    module = reader.file.module
    for call in module.calls:
        name = calls.last_name(call.func)
        if (
            name in {"add_get", "add_post", "add_put", "add_delete", "add_view", "get", "post", "put", "delete", "view"}
            and len(call.args) > 1
        ):
            path, handler = call.args[0], call.args[1]
        elif name in {"add_route", "route"} and len(call.args) > 2:
            path, handler = call.args[1], call.args[2]
        elif name in {"add_static", "static"}:
            yield "", ""
            continue
        else:
            continue
        if isinstance(path, ast.Constant) and isinstance(path.value, str) and path.value.startswith("/"):
            yield path.value, calls.last_name(handler)
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute) and decorator.args:
                    first = decorator.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.startswith("/"):
                        yield first.value, node.name


def tornado_speaks(reader: Reader, application: Value | None) -> tuple[Speaks, tuple[str, ...]]:
    """Return what a tornado application speaks by its handlers, and where it opens WebSockets."""
    data = application.data if application is not None else None
    call = getattr(data, "call", None)
    frame = getattr(data, "frame", None) or reader.frame
    handlers = reader.first(calls.argument(call, 0, "handlers"), frame) if call is not None else None
    sockets: list[str] = []
    others = 0
    for item in handlers.data if handlers is not None and isinstance(handlers.data, list) else ():
        rule = next((value.data for value in item if isinstance(value.data, list)), [])
        path = next((value.data for value in rule[0] if isinstance(value.data, str)), None) if rule else None
        node = next((value.data for value in rule[1]), None) if len(rule) > 1 else None
        handler = getattr(node, "node", None)
        bases = [calls.last_name(base) for base in getattr(handler, "bases", ())]
        opens = path is not None and any(base.endswith("WebSocketHandler") for base in bases)
        if path is not None and opens:
            sockets.append(path)
        others += not opens or any(getattr(one, "name", "") in {"get", "head"} for one in getattr(handler, "body", ()))
    if sockets and not others and "add_handlers" not in (reader.repository.text(reader.file.path) or ""):
        return "websocket", tuple(sockets)
    return ("both" if sockets else speaks(reader.file.path, reader.repository)), tuple(sockets)
