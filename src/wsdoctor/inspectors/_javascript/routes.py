"""Where an application of a framework for Node opens WebSockets, and whether it answers anything else over HTTP.

Calling a port a WebSocket port accuses everybody who asks it by HTTP, so whatever may add a route that cannot be
followed, or hands the application to somebody who may, makes it one that may serve both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript.answers import answers
from wsdoctor.inspectors._javascript.modules import Module, is_test, load, package
from wsdoctor.inspectors._javascript.names import bound
from wsdoctor.inspectors._javascript.tree import FUNCTIONS
from wsdoctor.inspectors._javascript.types import Code, External, Instance, Value
from wsdoctor.inspectors._javascript.urls import Text
from wsdoctor.inspectors._javascript.values import Evaluator

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["FRAMEWORKS", "only_sockets", "opened"]

FRAMEWORKS = {
    "express": "express", "express.default": "express", "express.Router": "express", "fastify": "fastify",
    "fastify.default": "fastify", "fastify.fastify": "fastify", "koa": "koa", "koa.default": "koa",
    "koa-websocket": "koa", "koa-websocket.default": "koa", "hono.Hono": "hono",
}  # fmt: skip
"""What makes an application, with the framework that it is one of."""

_REGISTER = re.compile(
    rb"\.\s*(?P<verb>get|post|put|patch|delete|del|all|head|options|use|route|routes|on|mount|register|decorateReply"
    rb"|setNotFoundHandler|addHook)\s*\("
)
_OPENS = re.compile(rb"\.\s*(?P<verb>ws|get)\s*\(")
_PATH = re.compile(r"[\"'`](?P<path>/[^\"'`$\s]*)[\"'`]").fullmatch
_VERBS = frozenset(("get", "post", "put", "patch", "delete", "del", "all", "head", "options"))
_HARMLESS = frozenset(("decorateReply", "setNotFoundHandler"))
_TRANSPARENT = re.compile(
    r"(?:cors|helmet|morgan|compression|cookie-parser|body-parser(?:\.\w+)?|express-session|cookie-session|pino-http"
    r"|express-pino-logger|express-rate-limit(?:\.\w+)?|express-winston\.\w+|passport\.(?:initialize|session)|hpp"
    r"|response-time|express\.(?:default\.)?(?:json|urlencoded|text|raw)|koa-(?:bodyparser|logger|helmet|compress|body)"
    r"|@koa/(?:cors|bodyparser)|hono/(?:cors|logger|secure-headers|request-id|timing|compress|csrf|timeout)\.\w+"
    r"|@fastify/(?:websocket|cors|helmet|compress|rate-limit|cookie|session|sensible|formbody|jwt|auth)"
    r"|fastify-(?:websocket|cors|helmet))(?:\.default)?"
).fullmatch
"""Middleware and plugins that hand on what they do not refuse."""
_TAKES = re.compile(
    r"https?\.(?:default\.)?(?:createServer|Server)|express-ws(?:\.default)?|koa-websocket(?:\.default)?"
    r"|@hono/node-ws\.createNodeWebSocket|@hono/node-server\.serve|console\.\w+"
).fullmatch
"""What an application may be handed to that adds no routes to it."""
_MOUNTS = (".use", ".register", ".route")
"""Ends of what mounts a router, which is judged there."""
_WRAPPERS = frozenset(("parenthesized_expression", "as_expression", "non_null_expression", "await_expression"))
_HOLDERS = frozenset(
    (
        "member_expression", "variable_declarator", "formal_parameters", "required_parameter", "optional_parameter",
        "pair_pattern", "arrow_function", "import_specifier", "import_clause",
    )
)  # fmt: skip
"""What a name stands in without going anywhere, unless it is the value or the body of it."""
_SCRIPTS = ("*.js", "*.mjs", "*.cjs", "*.ts", "*.mts", "*.cts")
_MAX_DEPTH = 3
_MAX_FILES = 400
_MAX_CALLS = 400


def only_sockets(app: Instance, evaluator: Evaluator, depth: int = 0) -> bool:
    """Say whether an application has no route but for WebSockets, as far as everything that has to do with it is known.

    Args:
        app: the application, or a router of it.
        evaluator: that follows values.
        depth: how many routers it is in.

    """
    if depth > _MAX_DEPTH or not isinstance(app.of, External) or app.of.name not in FRAMEWORKS:
        return False
    reading = _Reading(app.module, evaluator, depth, FRAMEWORKS[app.of.name])
    return reading.leaves_alone(app, set(_bound(app))) and not (
        reading.exports and _added_elsewhere(app, evaluator, depth)
    )


def opened(app: Instance, evaluator: Evaluator) -> Iterator[str]:
    """Yield the paths at which routes open WebSockets, as far as they stand where the application is made.

    Those of express-ws, of fastify's and of Hono's plugin; not those of a router, which may be mounted anywhere.
    """
    module = app.module
    for verb, of, call in _calls(module, _OPENS):
        arguments = module.script.arguments(call)
        path = _PATH(module.script.text(arguments[0])) if arguments else None
        if path is None or (verb == "get" and not _opens(module, arguments[1:])):
            continue
        found = [one for one in evaluator.values(of, module) if isinstance(one, Instance)]
        if not found or any(_same(one, app) for one in found):
            yield path["path"]


def _opens(module: Module, arguments: list[Node]) -> bool:
    """Say whether a route is one for WebSockets, by its options or by what its handler is made with."""
    for one in arguments:
        written = module.script.property(one, "websocket") if one.type == "object" else None
        if written is not None and written.type == "true":
            return True
        callee = module.script.callee(one) if one.type == "call_expression" else None
        if callee is not None and module.script.text(callee).endswith("upgradeWebSocket"):
            return True
    return False


def _added_elsewhere(app: Instance, evaluator: Evaluator, depth: int) -> bool:
    """Say whether a script that may import an application gives it a route, or hands it to somebody."""
    repository = evaluator.repository
    folder, _ = package(app.module.path, repository)
    stem = app.module.path.rpartition("/")[2].partition(".")[0]
    word = stem if stem != "index" else app.module.path.split("/")[-2] if "/" in app.module.path else ""
    near = [path for path in repository.named(*_SCRIPTS) if path.startswith(f"{folder}/" if folder else "")]
    if not word or len(near) > _MAX_FILES:
        return True
    for path in near:
        if path == app.module.path or is_test(path) or word not in (repository.text(path) or ""):
            continue
        if (module := load(path, repository)) is None:
            return True
        names = {
            name
            for name, binding in module.script.bindings(module.script.root).items()
            if any(_same(one, app) for one in bound(evaluator, binding, name, module, (), 0))
        }
        reading = _Reading(module, evaluator, depth, FRAMEWORKS[app.of.name])  # type: ignore[union-attr]
        if not reading.leaves_alone(app, names) or reading.exports:
            return True
    return False


def _same(value: Value, app: Instance) -> bool:
    return (
        isinstance(value, Instance)
        and value.module.path == app.module.path
        and (value.node.start_byte, value.node.end_byte) == (app.node.start_byte, app.node.end_byte)
    )


def _known(value: Value) -> bool:
    """Say whether something of a library is known to hand on what it does not refuse."""
    of = value.of if isinstance(value, Instance) else value
    return isinstance(of, External) and _TRANSPARENT(of.name) is not None


def _bound(app: Instance) -> Iterator[str]:
    """Yield the variable that an application is put into where it is made."""
    up = app.node.parent
    while up is not None and up.type in _WRAPPERS:
        up = up.parent
    name = up.child_by_field_name("name") if up is not None and up.type == "variable_declarator" else None
    if name is not None and name.type == "identifier":
        yield app.module.script.text(name)


def _calls(module: Module, registers: re.Pattern[bytes] = _REGISTER) -> Iterator[tuple[str, Node, Node]]:
    """Yield the calls of a script that may register a route, each with its verb and what it is a method of."""
    for match in islice(registers.finditer(module.script.source), 2 * _MAX_CALLS):
        node = module.script.at(match.start("verb"), match.start("verb") + 1)
        member = node.parent if node is not None else None
        call = member.parent if member is not None and member.type == "member_expression" else None
        of = member.child_by_field_name("object") if member is not None else None
        if of is not None and call is not None and call.type == "call_expression":
            yield match["verb"].decode(), of, call


class _Reading:
    """Reads what the calls of one script register."""

    def __init__(self, module: Module, evaluator: Evaluator, depth: int, framework: str) -> None:
        self.module = module
        self.script = module.script
        self.evaluator = evaluator
        self.depth = depth
        self.framework = framework
        self.exports = False

    def leaves_alone(self, app: Instance, names: set[str]) -> bool:
        """Say whether a script gives an application no route, and hands it to nobody but to those who import it.

        Args:
            app: the application.
            names: of variables that hold it; those that have methods of it called are found.

        """
        calls = list(_calls(self.module))
        if len(calls) > _MAX_CALLS:
            return False
        up = app.node.parent if app.module is self.module else None
        while up is not None and up.type in {"member_expression", "call_expression", *_WRAPPERS}:
            up = up.parent
        self.exports = up is not None and self._is_export(up)
        for verb, of, call in calls:
            if any(_same(one, app) for one in self.evaluator.values(of, self.module)):
                names.update([self.script.text(of)] if of.type == "identifier" else [])
                if self.answers(verb, call):
                    return False
        return not any(self.escapes(name) for name in names)

    def answers(self, verb: str, call: Node) -> bool:
        """Say whether what a call registers answers requests that open no WebSocket, or may."""
        arguments = self.script.arguments(call)
        if verb in _HARMLESS or (verb == "get" and len(arguments) == 1):
            return False
        if verb in _VERBS:
            return not _opens(self.module, arguments[1:]) and not self._refuses(arguments[1:])
        if verb == "route":
            return not _opens(self.module, arguments[:1])
        if verb == "use":
            return not all(self._hands_on(one) for one in arguments)
        return verb != "register" or not all(self._is_plugin(one) for one in arguments[:1])

    def _refuses(self, arguments: list[Node]) -> bool:
        """Say whether handlers are known to answer nothing with success."""
        values = [value for one in arguments for value in self.evaluator.values(one, self.module)]
        return len(values) == len(arguments) and self._refuse(values)

    def _refuse(self, handlers: list[Value]) -> bool:
        if self.framework not in {"express", "fastify"}:
            return False
        told = [answers([one], self.evaluator) for one in handlers]
        return bool(told) and all(one is not None and not one.serves and not one.paths for one in told)

    def _hands_on(self, node: Node) -> bool:
        """Say whether middleware or a router answers nothing itself."""
        values = self.evaluator.values(node, self.module)
        return bool(values) and all(self._is_transparent(one) for one in values)

    def _is_transparent(self, value: Value) -> bool:
        if isinstance(value, Instance) and isinstance(value.of, External) and value.of.name in FRAMEWORKS:
            return only_sockets(value, self.evaluator, self.depth + 1)
        if isinstance(value, Code) and value.node.type in FUNCTIONS:
            return self._refuse([value])
        return isinstance(value, Text) or _known(value)

    def _is_plugin(self, node: Node) -> bool:
        """Say whether a plugin of Fastify registers nothing that answers but to open WebSockets."""
        values = self.evaluator.values(node, self.module)
        return bool(values) and all(
            self._plugs_in(one) if isinstance(one, Code) and one.node.type in FUNCTIONS else _known(one)
            for one in values
        )

    def _plugs_in(self, plugin: Code) -> bool:
        inner = _Reading(plugin.module, self.evaluator, self.depth, self.framework)
        low, high = plugin.node.start_byte, plugin.node.end_byte
        given = plugin.node.child_by_field_name("parameters")
        first = given.named_children[0] if given is not None and given.named_children else None
        first = plugin.node.child_by_field_name("parameter") or first
        name = plugin.module.script.text(first.child_by_field_name("pattern") or first) if first is not None else ""
        calls = [
            (verb, call)
            for verb, of, call in _calls(plugin.module)
            if low <= call.start_byte < high
            and re.split(r"[^\w$]", plugin.module.script.text(of), maxsplit=1)[0] == name
        ]
        if not 0 < len(calls) <= _MAX_CALLS or inner.escapes(name, low, high):
            return False
        return not any(inner.answers(verb, call) for verb, call in calls)

    def escapes(self, name: str, low: int = 0, high: int | None = None) -> bool:
        """Say whether an application is given to somebody, under its name, who may add to it.

        Args:
            name: of the variable.
            low: first byte of where to look.
            high: byte behind that, None = the end of the script.

        """
        end = len(self.script.source) if high is None else high
        for match in re.compile(rf"(?<![\w$.]){re.escape(name)}(?![\w$])".encode()).finditer(
            self.script.source, low, end
        ):
            node = self.script.at(match.start(), match.start() + 1)
            if node is not None and node.type in {"identifier", "shorthand_property_identifier"} and self._leaves(node):
                return True
        return False

    def _is_export(self, node: Node) -> bool:
        left = node.child_by_field_name("left") if node.type == "assignment_expression" else None
        assigned = left is not None and re.match(r"(?:module\.)?exports\b", self.script.text(left)) is not None
        return assigned or node.type in {"export_statement", "export_specifier"}

    def _leaves(self, node: Node) -> bool:
        up = node.parent
        if up is not None and up.type in _HOLDERS:
            inner = up.child_by_field_name("body" if up.type == "arrow_function" else "value")
            declared = up.parent.parent if up.type == "variable_declarator" and up.parent is not None else None
            self.exports = self.exports or (declared is not None and declared.type == "export_statement")
            return inner is not None and inner.start_byte == node.start_byte
        while up is not None and up.type in {"object", "pair", "arguments", *_WRAPPERS}:
            up = up.parent
        if up is not None and self._is_export(up):
            self.exports = True
            return False
        if up is None or up.type not in {"call_expression", "new_expression"}:
            return True
        callee = up.child_by_field_name("function") or up.child_by_field_name("constructor")
        if callee is not None and self.script.text(callee).endswith(_MOUNTS):
            return False
        known = self.evaluator.values(callee, self.module) if callee is not None else []
        return not any(isinstance(one, External) and _TAKES(one.name) for one in known)
