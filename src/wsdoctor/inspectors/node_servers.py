"""Servers in JavaScript and TypeScript, for Node, Deno and Bun: their ports and what they speak."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript.answers import Answer, answers
from wsdoctor.inspectors._javascript.callers import SCRIPTS, location
from wsdoctor.inspectors._javascript.modules import Module, is_aside, is_test, load, package
from wsdoctor.inspectors._javascript.routes import only_sockets, opened
from wsdoctor.inspectors._javascript.servers import (
    ADAPTERS,
    arguments_of,
    attached,
    key_of,
    options,
    sockets_in,
)
from wsdoctor.inspectors._javascript.types import Code, External, Instance, Value
from wsdoctor.inspectors._javascript.urls import Text
from wsdoctor.inspectors._javascript.values import Evaluator
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Declared, Listener, Speaks

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "node servers"
PATTERNS = tuple(f"*.{suffix}" for suffix in SCRIPTS)
NEEDLES = (
    "listen",
    "WebSocketServer",
    ".Server(",
    "new Server(",
    "Server as ",
    "Server: ",
    "socket.io",
    "serve(",
    "Deno.",
    "WebSocketGateway",
    "server(",
    ".fetch",
)

_LISTEN = re.compile(
    rb"(?P<listen>\.\s*listen\s*\()|(?P<serve>(?<![\w$])(?:(?:Bun|Deno)\.)?serve\s*(?=\())|(?P<gateway>@WebSocketGateway\s*\()|(?P<hapi>\b[Hh]api\.[sS]erver\s*\()"
)
_EXPORTED = re.compile(rb"\bexport\s+default\s*(?=\{)")
_ENVIRONMENT = re.compile(
    r"(?:process\.env|import\.meta\.env|Bun\.env|Deno\.env)(?:\.get)?(?:\.|\[?\(?[\"'])(?P<name>\w+)"
)
_HTTP = {
    "http.createServer": "http", "https.createServer": "https", "http2.createSecureServer": "http2",
    "express": "express",
    "express.default": "express", "fastify": "fastify", "fastify.fastify": "fastify", "fastify.default": "fastify",
    "koa": "koa", "koa-websocket": "koa", "koa-websocket.default": "koa",
    "polka": "polka", "restify.createServer": "restify", "connect": "connect", "http.Server": "http",
    "json-server.create": "json-server", "@nestjs/core.NestFactory.create": "nestjs", "hono.Hono": "hono",
    "elysia.Elysia": "elysia", "tinyhttp.App": "tinyhttp", "http.default.createServer": "http", "micro": "micro",
}  # fmt: skip
_UWS = frozenset(("uWebSockets.js.App", "uWebSockets.js.SSLApp", "uWebSockets.js.default.App"))
_REQUEST = re.compile(rb"\.(?:on|addListener)\(\s*[\"']request[\"']")
_ENGINES = {"socket.io": "/socket.io/", "engine.io": "/engine.io/"}
"""Libraries whose servers answer nothing but their own path, with that path where none is given."""
_OWN_PATH = re.compile(rb"\bpath\s*:")
_MAX_FILES = 400
_DEFAULTS = {"bun": 3000, "deno": 8000, "hono": 3000}


def inspect(path: str, repository: Repository) -> Declared:
    """Return the servers that a script starts."""
    found = Declared()
    if is_test(path) or path.endswith(".d.ts"):
        return found
    module = load(path, repository)
    if module is None:
        return found
    reader = _Reader(module, repository)
    seen: set[tuple[int | None, int]] = set()
    for listener in reader.listeners():
        key = (listener.port, listener.location.line)
        if key not in seen and (listener.port is not None or listener.speaks != "http"):
            seen.add(key)
            found.listeners.append(listener)
    return found


class _Reader:
    def __init__(self, module: Module, repository: Repository) -> None:
        self.module = module
        self.script = module.script
        self.repository = repository
        self.evaluator = Evaluator(repository, asks_callers=True)
        self.unit = unit_of(module.path, repository)

    def listeners(self) -> Iterator[Listener]:
        for one in sockets_in(self.module, self.evaluator):
            written = self.script.property(one.settings, "port") if one.settings is not None else None
            if one.port or written is not None:
                speaks: Speaks = "both" if one.library in ADAPTERS else "websocket"
                found = self.listener(one.node, list(one.port), speaks, one.library, one.paths, written=written)
                yield replace(found, serves_only=_engine(one.library, one.paths))
        for match in _LISTEN.finditer(self.script.source):
            kind = match.lastgroup or ""
            spot = match.start() + (match.group().find(b"listen") if kind == "listen" else int(kind == "gateway"))
            node = self.script.at(spot, spot + 1)
            if node is None or node.type in {"comment", "string_fragment", "template_string", "regex_pattern"}:
                continue
            call = node
            while call.parent is not None and call.type not in {"call_expression", "statement_block", "program"}:
                call = call.parent
            if call.type == "call_expression":
                yield from getattr(self, f"_{kind}")(node, call)
        for match in _EXPORTED.finditer(self.script.source):
            brace = self.script.at(match.end(), match.end() + 1)
            if brace is not None and brace.parent is not None:
                yield from self._exported(brace if brace.type == "object" else brace.parent)

    def listener(
        self, node: Node, ports: Sequence[Value], speaks: Speaks, framework: str, paths: tuple[str, ...] = (),
        answered: tuple[str, ...] = (), *, written: Node | None = None, default: int | None = None, tls: bool = False,
    ) -> Listener:  # fmt: skip
        texts = [one.text for one in ports if isinstance(one, Text)]
        port = next((int(text) for text in texts if text.isdecimal() and 0 < int(text) < 65536), default)
        words = [self.script.text(written)] if written is not None else []
        words += [
            self.repository.location(*place[:2]).text for one in ports if isinstance(one, Text) for place in one.places
        ]
        from_environment = next((match for match in map(_ENVIRONMENT.search, words) if match), None)
        place = self.evaluator.place(node, self.module)
        return Listener(
            port=port, speaks=speaks, location=location(place, self.repository), framework=framework, unit=self.unit,
            paths=paths, answers=answered, tls=tls, environment=from_environment["name"] if from_environment else None,
            sure=0.3 if is_aside(self.module.path) else (0.95 if port is not None else 0.6),
        )  # fmt: skip

    def _listen(self, node: Node, call: Node) -> Iterator[Listener]:
        parent = node.parent
        of = parent.child_by_field_name("object") if parent is not None else None
        arguments = self.script.arguments(call)
        if of is None:
            return
        given = arguments_of(call, self.module, self.evaluator)
        ports = [one for one in given[0] if isinstance(one, Text)] if given else []
        written = arguments[0] if arguments else None
        if given and not ports:
            ports = [one for one in options(given[0], "port", self.module, self.evaluator) if isinstance(one, Text)]
        if len(given) > 1 and not any(one.text.isdecimal() for one in ports):
            second = [one for one in given[1] if isinstance(one, Text) and one.text.isdecimal()]
            ports, written = (second, arguments[1]) if second else (ports, written)
        for value in self.evaluator.values(of, self.module):
            if isinstance(value, Instance) and isinstance(value.of, External):
                yield from self._served(value, value.of.name, call, ports, written)

    def _served(
        self, value: Instance, name: str, call: Node, ports: list[Text], written: Node | None
    ) -> Iterator[Listener]:
        if name in _UWS:
            speaks, paths = self._micro(of=self.script.text(call))
            yield self.listener(call, ports, speaks, "uWebSockets.js", paths, written=written, tls="SSL" in name)
            return
        if name in {"socket.io", "socket.io.Server", "ws.createServer", "nodejs-websocket.createServer"}:
            both: Speaks = "both" if name.startswith("socket.io") else "websocket"
            library = name.removesuffix(".createServer").removesuffix(".Server")
            found = self.listener(call, ports, both, library, written=written)
            known = not value.arguments or _OWN_PATH.search(self.script.source) is None
            yield replace(found, serves_only=_engine(library, ())) if known else found
            return
        framework = _HTTP.get(name)
        if framework is None:
            return
        there = attached(self.module, self.repository)
        on = there.servers.get(key_of(value))
        for argument in value.arguments if on is None else ():
            on = on or next((there.servers.get(key_of(one)) for one in argument if isinstance(one, Instance)), None)
        if on is None and there.open is not None and framework not in {"micro", "json-server"}:
            on = there.open
        tls = framework in {"https", "http2"}
        if on is None:
            both = "both" if self._has_plugin(value.module, framework) else "http"
            both = "websocket" if both == "both" and only_sockets(value, self.evaluator) else both
            paths = tuple(opened(value, self.evaluator)) if both != "http" else ()
            yield self.listener(call, ports, both, framework, paths, written=written, tls=tls)
            return
        library, paths = on
        if not paths and library == "express-ws":
            paths = tuple(opened(value, self.evaluator))
        handled = self._handled(value, framework)
        bare = handled is not None and not handled.serves
        alone = bare and library not in ADAPTERS - {"express-ws"}
        answered = handled.paths if handled is not None and bare else ()
        speaks = "websocket" if alone else "both"
        found = self.listener(call, ports, speaks, library, paths, answered, written=written, tls=tls)
        yield replace(found, serves_only=_engine(library, paths)) if bare and not alone else found

    def _handled(self, value: Instance, framework: str) -> Answer | None:
        if framework not in {"http", "https"}:
            return Answer(not only_sockets(value, self.evaluator))
        handlers: list[Value] = [one for argument in value.arguments for one in argument if not isinstance(one, Text)]
        apps = [one for one in handlers if isinstance(one, Instance)]
        if apps and len(apps) == len(handlers):
            return Answer(not all(only_sockets(one, self.evaluator) for one in apps))
        functions: list[Value] = [one for one in handlers if not (isinstance(one, Code) and one.node.type == "object")]
        if functions:
            return answers(functions, self.evaluator)
        expected = [argument for argument in self._written(value) if argument.type != "object"]
        return Answer(True) if expected else self._on_request(value)

    def _on_request(self, value: Instance) -> Answer:
        """Return what the handlers that are put on a server by ``on("request", …)`` answer."""
        module = value.module
        for match in _REQUEST.finditer(module.script.source):
            node = module.script.at(match.start() + 1, match.start() + 2)
            of = node.parent.child_by_field_name("object") if node is not None and node.parent is not None else None
            call = node.parent.parent if node is not None and node.parent is not None else None
            if of is None or call is None:
                continue
            found = [one for one in self.evaluator.values(of, module) if isinstance(one, Instance)]
            if found and all(key_of(one) != key_of(value) for one in found):
                continue
            told = answers(
                [one for given in module.script.arguments(call)[1:2] for one in self.evaluator.values(given, module)],
                self.evaluator,
            )
            return told if told is not None else Answer(True)
        return Answer(False)

    def _written(self, value: Instance) -> list[Node]:
        return value.module.script.arguments(value.node)

    def _has_plugin(self, module: Module, framework: str) -> bool:
        return (framework == "nestjs" and self._has_gateway(module)) or (
            re.search(
                rb"[\"'](?:@fastify/websocket|fastify-websocket|express-ws|koa-websocket|@hono/node-ws|@nestjs/platform-ws|@nestjs/platform-socket\.io|@nestjs/websockets)[\"']",
                module.script.source,
            )
            is not None
        )

    def _has_gateway(self, module: Module) -> bool:
        """Say whether the package of a NestJS application has gateways, which are on its own port if they name none."""
        folder, _ = package(module.path, self.repository)
        start = f"{folder}/" if folder else ""
        known: dict[str, bool] = self.repository.memory.setdefault("gateways", {})  # type: ignore[assignment]
        if folder not in known:
            paths = [path for path in self.repository.named("*.ts") if path.startswith(start)][:_MAX_FILES]
            known[folder] = any("@WebSocketGateway" in (self.repository.text(path) or "") for path in paths)
        return known[folder]

    def _micro(self, of: str) -> tuple[Speaks, tuple[str, ...]]:
        source = self.script.source.decode("utf-8", "replace")
        paths = tuple(re.findall(r"\.ws\(\s*[\"'`]([^\"'`]+)", source))
        http = re.search(r"\.(?:get|post|any|put|patch|del|options)\(\s*[\"'`]/", source)
        if not paths and ".ws(" not in source:
            return "http", ()
        return ("both" if http else "websocket"), tuple(path for path in paths if "*" not in path)

    def _serve(self, node: Node, call: Node) -> Iterator[Listener]:
        callee = call.child_by_field_name("function")
        if callee is None:
            return
        name = self.script.text(callee)
        arguments = self.script.arguments(call)
        given = arguments_of(call, self.module, self.evaluator)
        if name == "serve":
            names = [one.name for one in self.evaluator.values(callee, self.module) if isinstance(one, External)]
            if not names or not any("std" in one or "@hono/node-server" in one for one in names):
                return
            name = "hono" if any("hono" in one for one in names) else name
        runtime = "bun" if name.startswith("Bun") else ("deno" if name != "hono" else "hono")
        values = [one for argument in given for one in argument]
        settings = [one for one in values if isinstance(one, Code) and one.node.type == "object"]
        ports = [one for one in options([*settings], "port", self.module, self.evaluator) if isinstance(one, Text)]
        written = next(
            (inner for one in settings if (inner := self.script.property(one.node, "port")) is not None), None
        )
        handlers: list[Value] = [one for one in values if isinstance(one, Code) and "function" in one.node.type]
        for key in ("fetch", "handler"):
            handlers += options([*settings], key, self.module, self.evaluator)
        body = " ".join(one.module.script.text(one.node) for one in handlers if isinstance(one, Code))
        upgrades = "upgradeWebSocket" in body or "upgrade(" in body
        upgrades = upgrades or any(self.script.property(one.node, "websocket") is not None for one in settings)
        routes = any(self.script.property(one.node, "routes") is not None for one in settings)
        default = None if written is not None or not arguments else _DEFAULTS.get(runtime)
        handed = [inner for one in settings if (inner := self.script.property(one.node, "fetch")) is not None]
        if apps := [app for handler in [*handed, *arguments] for app in self._upgrading(handler)]:
            alone = all(only_sockets(one, self.evaluator) for one in apps)
            both: Speaks = "websocket" if alone else "both"
            yield self.listener(call, ports, both, "hono", written=written, default=default)
            return
        if not upgrades:
            speaks: Speaks = "http"
            answered: tuple[str, ...] = ()
        else:
            told = answers(handlers, self.evaluator)
            alone = told is not None and not told.serves and not routes
            speaks, answered = ("websocket", told.paths) if alone and told is not None else ("both", ())
        yield self.listener(call, ports, speaks, runtime, (), answered, written=written, default=default)

    def _upgrading(self, handler: Node) -> Iterator[Instance]:
        """Yield the Hono applications that a handler is of and whose files have routes that upgrade."""
        of = handler.child_by_field_name("object") if handler.type == "member_expression" else handler
        for one in self.evaluator.values(of, self.module) if of is not None else []:
            if (
                isinstance(one, Instance)
                and isinstance(one.of, External)
                and one.of.name.startswith(("hono.", "@hono/"))
                and b"upgradeWebSocket(" in one.module.script.source
            ):
                yield one

    def _exported(self, whole: Node) -> Iterator[Listener]:
        """Yield the server that Bun starts for what a script exports."""
        port, fetch = self.script.property(whole, "port"), self.script.property(whole, "fetch")
        if port is None or fetch is None:
            return
        speaks: Speaks = "both" if self.script.property(whole, "websocket") is not None else "http"
        yield self.listener(port, self.evaluator.values(port, self.module), speaks, "bun", written=port)

    def _gateway(self, node: Node, call: Node) -> Iterator[Listener]:
        given = arguments_of(call, self.module, self.evaluator)
        ports = [one for one in given[0] if isinstance(one, Text)] if given else []
        if not ports:
            return
        starts = [self.repository.text(path) or "" for path in self.repository.named("main.ts", "main.js")]
        if any("WsAdapter" in text for text in starts):
            yield self.listener(call, ports, "websocket", "nestjs")
            return
        found = self.listener(call, ports, "both", "nestjs")
        shared = any("useWebSocketAdapter(" in text or str(found.port) in text for text in starts)
        yield found if shared else replace(found, framework="socket.io", serves_only=_engine("socket.io", ()))

    def _hapi(self, node: Node, call: Node) -> Iterator[Listener]:
        given = arguments_of(call, self.module, self.evaluator)
        ports = [one for argument in given for one in options(argument, "port", self.module, self.evaluator)]
        yield self.listener(call, ports, "http", "hapi")


def _engine(library: str, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a server of Socket.IO or Engine.IO alone answers, given its own path if it has one."""
    default = _ENGINES.get(library)
    if default is None:
        return ()
    return tuple(part for path in paths or (default,) for part in (path.rstrip("/"), f"{path.rstrip('/')}/*"))
