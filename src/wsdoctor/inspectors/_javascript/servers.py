"""What a script says about its servers: which WebSocket server is put on which HTTP server, and what that answers.

It finds and connects the pieces, across the files of one package; `node_servers` makes listeners of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript.modules import Module, is_test, load, package
from wsdoctor.inspectors._javascript.types import Code, External, Instance, Value
from wsdoctor.inspectors._javascript.urls import Text
from wsdoctor.inspectors._javascript.values import Evaluator

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = [
    "ADAPTERS",
    "SOCKETS",
    "Attached",
    "Key",
    "arguments_of",
    "attached",
    "key_of",
    "options",
    "sockets_in",
]

Key: TypeAlias = tuple[str, int, int]
"""File, first and last byte of the expression that made a server."""

SOCKETS = {
    "ws.WebSocketServer": "ws", "ws.Server": "ws", "ws.WebSocket.Server": "ws", "ws.default.Server": "ws",
    "ws.default.WebSocketServer": "ws", "websocket.server": "websocket", "socket.io.Server": "socket.io",
    "socket.io": "socket.io", "isomorphic-ws.WebSocketServer": "ws", "isomorphic-ws.Server": "ws",
    "sockjs.createServer": "sockjs", "socket.io.default": "socket.io", "websocket.default.server": "websocket",
    "eiows.Server": "ws", "express-ws": "express-ws", "@nestjs/platform-ws.WsAdapter": "ws",
    "engine.io.Server": "engine.io",
}  # fmt: skip
"""What makes a WebSocket server of its own or on another server."""

ADAPTERS = frozenset(("socket.io", "sockjs", "express-ws", "engine.io"))
"""Those on whose port plain HTTP is answered too."""

_LIBRARIES = re.compile(
    rb"[\"'](?:ws|websocket|socket\.io|express-ws|isomorphic-ws|@fastify/websocket|sockjs|eiows|engine\.io)[\"']"
)
_NEW = re.compile(
    rb"\bnew\s+(?P<name>[A-Za-z_$][\w$.]*)\s*\(|(?P<require>\brequire\(\s*[\"'](?:socket\.io|express-ws)[\"']\s*\))\s*\("
    rb"|(?<![\w$.])(?P<call>[A-Za-z_$][\w$]*)\s*\("
)
_WORTH = re.compile(rb"server|socket|\bio\b|ws|sio|adapter|engine", re.IGNORECASE)
_UPGRADE = re.compile(rb"\.(?:on|addListener|once)\(\s*[\"']upgrade[\"']")
_MAX_FILES = 150


@dataclass(frozen=True, slots=True)
class Attached:
    """A WebSocket server in a script.

    Attributes:
        library: such as ``ws``.
        node: the expression that makes it.
        settings: its options.
        port: texts of a port of its own.
        servers: HTTP servers that it is put on.
        open: whether it is put on one that could not be followed.
        paths: on which it opens WebSockets.

    """

    library: str
    node: Node
    settings: Node | None
    port: tuple[Text, ...] = ()
    servers: tuple[Key, ...] = ()
    open: bool = False
    paths: tuple[str, ...] = ()


@dataclass(slots=True)
class Package:
    """What is put on the HTTP servers of a package."""

    servers: dict[Key, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    open: tuple[str, tuple[str, ...]] | None = None


def key_of(value: Instance) -> Key:
    """Return what tells a server from others."""
    return value.module.path, value.node.start_byte, value.node.end_byte


def options(values: list[Value], name: str, module: Module, evaluator: Evaluator) -> list[Value]:
    """Return an option of a call."""
    return evaluator.member(values, name, module, 0)


def arguments_of(node: Node, module: Module, evaluator: Evaluator) -> list[list[Value]]:
    """Return the values of the first arguments of a call."""
    return [evaluator.values(argument, module) for argument in module.script.arguments(node)[:3]]


def sockets_in(module: Module, evaluator: Evaluator) -> Iterator[Attached]:
    """Yield the WebSocket servers that a script makes."""
    if not _LIBRARIES.search(module.script.source):
        return
    script = module.script
    for match in _NEW.finditer(script.source):
        group = match.lastgroup or "name"
        if group == "call" and not _WORTH.search(match[group]):
            continue
        node = script.at(match.start(group), match.start(group) + 1)
        while node is not None and node.type not in {"new_expression", "call_expression"}:
            node = node.parent
        if node is not None and group == "require":
            node = node.parent if node.parent is not None and node.parent.type == "call_expression" else None
        callee = (node.child_by_field_name("constructor") or node.child_by_field_name("function")) if node else None
        if (
            node is None
            or callee is None
            or callee.start_byte > match.start(group)
            or callee.end_byte < match.end(group)
        ):
            continue
        for value in evaluator.values(callee, module):
            if isinstance(value, External) and value.name in SOCKETS:
                yield _attached(SOCKETS[value.name], node, module, evaluator)


def _attached(library: str, node: Node, module: Module, evaluator: Evaluator) -> Attached:
    given = arguments_of(node, module, evaluator)
    first = given[0] if given else []
    settings = next((one.node for one in first if isinstance(one, Code) and one.node.type == "object"), None)
    ports = [one for one in first if isinstance(one, Text)] if library in ADAPTERS else []
    ports += [one for one in options(first, "port", module, evaluator) if isinstance(one, Text)]
    paths = [
        one.text
        for one in options([*first, *(given[1] if len(given) > 1 else [])], "path", module, evaluator)
        if isinstance(one, Text)
    ]
    servers: list[Value] = [one for one in first if isinstance(one, Instance)]
    unknown = bool(library in ADAPTERS and module.script.arguments(node) and not first)
    for name in ("server", "httpServer"):
        inner = module.script.property(settings, name) if settings is not None else None
        if inner is not None:
            found = evaluator.values(inner, module)
            servers += found
            unknown = unknown or not any(isinstance(one, Instance) for one in found)
    if settings is not None and module.script.property(settings, "noServer") is not None:
        found = list(_upgraded(module, evaluator))
        servers += found
        unknown = unknown or not found
    keys = tuple(key_of(one) for one in servers if isinstance(one, Instance))
    return Attached(library, node, settings, tuple(ports), keys, unknown, tuple(paths[:1]))


def _upgraded(module: Module, evaluator: Evaluator) -> Iterator[Instance]:
    """Yield the servers whose upgrades a script takes itself."""
    for match in _UPGRADE.finditer(module.script.source):
        node = module.script.at(match.start() + 1, match.start() + 2)
        of = node.parent.child_by_field_name("object") if node is not None and node.parent is not None else None
        if of is not None:
            yield from (one for one in evaluator.values(of, module) if isinstance(one, Instance))


def attached(module: Module, repository: Repository) -> Package:
    """Return what the scripts of the package of a module put on its HTTP servers."""
    folder, _ = package(module.path, repository)
    known: dict[str, Package] = repository.memory.setdefault("servers", {})  # type: ignore[assignment]
    if folder not in known:
        known[folder] = found = Package()
        start = folder + "/" if folder else ""
        looked = 0
        for path in repository.files:
            if not path.startswith(start) or path.rpartition(".")[2] not in {"js", "mjs", "cjs", "ts", "mts", "cts"}:
                continue
            if is_test(path) or not _LIBRARIES.search((repository.text(path) or "").encode()):
                continue
            looked += 1
            other = load(path, repository) if looked <= _MAX_FILES else None
            for one in sockets_in(other, Evaluator(repository)) if other is not None else ():
                found.servers.update((key, (one.library, one.paths)) for key in one.servers)
                if one.open:
                    found.open = (one.library, one.paths)
    return known[folder]
