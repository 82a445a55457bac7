"""Proxies that scripts build for Node, with http-proxy, its middlewares and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript.callers import SCRIPTS
from wsdoctor.inspectors._javascript.modules import Module, is_test, load
from wsdoctor.inspectors._javascript.proxies import Entry, asked_path, described, entries, hop, texts_of
from wsdoctor.inspectors._javascript.rows import rowed
from wsdoctor.inspectors._javascript.tree import pairs_named
from wsdoctor.inspectors._javascript.types import Code, External, Instance, Value
from wsdoctor.inspectors._javascript.urls import Text
from wsdoctor.inspectors._javascript.values import Evaluator
from wsdoctor.inspectors._proxies.common import root_of_pages
from wsdoctor.model.traffic import Declared, Hop

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "http-proxy-middleware"
PATTERNS = tuple(f"*.{suffix}" for suffix in SCRIPTS)
NEEDLES = ("proxy", "Proxy", "NextResponse", "reply-from", "h2o2", "fast-gateway", "koa-proxies")

_LIBRARY = re.compile(
    rb"[\"'](?:http-proxy-middleware|http-proxy|http-proxy-3|@fastify/http-proxy|fastify-http-proxy|express-http-proxy|koa-proxies|koa-proxy|http2-proxy|@fastify/reply-from|fastify-reply-from|@hapi/h2o2"
    rb"|koa-http2-proxy|koa-better-http-proxy|fast-proxy|fast-gateway|httpxy|hono/proxy)[\"']"
)
_CALL = re.compile(
    rb"(?:(?P<register>\.\s*register)|(?P<web>\.\s*web)|(?P<rewrite>\.\s*rewrite)"
    rb"|(?<![\w$.])(?P<name>[A-Za-z_$][\w$]*(?:\.(?!(?:register|web|rewrite)\b)[A-Za-z_$][\w$]*)?))\s*\("
)
_ALONE = frozenset(("rewrite", "name"))
"""What may lead elsewhere without a library for proxies."""
_LEADS = re.compile(rb"NextResponse\.|\b(?:proxyRequest|sendProxy)\(")
_FROM_TABLE = (
    r"\b{name}\s*=\s*(?P<table>[\w$.]+)\s*\.\s*find\(",
    r"\b(?:const|let|var)\s+{name}\s+of\s+(?P<table>[\w$.]+)\s*\)",
    r"\[\s*[\w$]*\s*,\s*{name}\s*\]\s*(?:of|=)\s*Object\.entries\(\s*(?P<table>[\w$.]+)\s*\)",
)
"""Ways in which a name stands for a row of a table of routes."""
_MIDDLEWARE = frozenset(
    (
        "http-proxy-middleware", "http-proxy-middleware.createProxyMiddleware", "http-proxy-middleware.default",
        "http-proxy-middleware.legacyCreateProxyMiddleware", "koa-http2-proxy", "koa-proxies",
    )
)  # fmt: skip
_PROXY = re.compile(r"(?:http-proxy(?:-3)?|httpxy)(?:\.default)?\.(?:createProxyServer|createServer|createProxy)")
_FASTIFY = frozenset(("@fastify/http-proxy", "fastify-http-proxy"))
_REPLIES = frozenset(("@fastify/reply-from", "fastify-reply-from"))
_FORWARDS = {
    "proxyRequest": 1, "h3.proxyRequest": 1, "#imports.proxyRequest": 1, "sendProxy": 1, "h3.sendProxy": 1,
    "hono/proxy.proxy": 0, "httpxy.proxyFetch": 0,
}  # fmt: skip
"""Functions that hand one request on, with the number of the argument that says where to."""
_HOSTED = {
    "express-http-proxy": "express-http-proxy", "koa-better-http-proxy": "koa-better-http-proxy",
    "koa-proxy": "koa-proxy", "fast-proxy": "fast-proxy",
}  # fmt: skip
"""What makes a proxy of a host, or of options that name it, and knows no WebSockets."""
_WEB = re.compile(r"http2-proxy(?:\.default)?").fullmatch
_HANDS_ON = re.compile(rb"\bh\.proxy\(")
_HOSTS = ("host", "url", "base")


def inspect(path: str, repository: Repository) -> Declared:
    """Return the hops that a script builds."""
    found = Declared()
    if is_test(path) or path.endswith(".d.ts"):
        return found
    source = (repository.text(path) or "").encode()
    proxies = _LIBRARY.search(source) is not None
    if not proxies and _LEADS.search(source) is None:
        return found
    module = load(path, repository)
    if module is not None:
        hops = list(_Reader(module, repository).hops(proxies=proxies))
        by_hand = [hop for hop in hops if hop.product == "http-proxy"]
        found.hops += [hop for hop in hops if hop.product != "http-proxy"] + root_of_pages(by_hand, None)
    return found


class _Reader:
    def __init__(self, module: Module, repository: Repository) -> None:
        self.module = module
        self.script = module.script
        self.repository = repository
        self.evaluator = Evaluator(repository)
        self.upgrades = re.search(rb"\.on\(\s*[\"']upgrade[\"']", module.script.source) is not None

    def hops(self, *, proxies: bool) -> Iterator[Hop]:
        for match in _CALL.finditer(self.script.source):
            kind = match.lastgroup or ""
            word = match[kind].lstrip(b". \n\t")
            if not proxies and kind not in _ALONE:
                continue
            start = match.start(kind) + len(match[kind]) - len(word)
            call = self._call(self.script.at(start, start + 1))
            if call is not None and word == b"require" and call.parent is not None:
                call = call.parent if call.parent.type == "call_expression" else call
            arguments = self.script.arguments(call) if call is not None else []
            if arguments:
                yield from filter(None, getattr(self, f"_{kind}")(call, arguments))
        if b"h2o2" in self.script.source:
            yield from filter(None, self._handlers())

    @staticmethod
    def _call(node: Node | None) -> Node | None:
        """Return the call of a name or member."""
        while node is not None and node.type in {"identifier", "property_identifier", "member_expression"}:
            node = node.parent
        return node if node is not None and node.type in {"call_expression", "new_expression"} else None

    def values(self, node: Node) -> list[Value]:
        return self.evaluator.values(node, self.module)

    def _name(self, call: Node, arguments: list[Node]) -> Iterator[Hop | None]:
        callee = call.child_by_field_name("function")
        for value in self.values(callee) if callee is not None else ():
            if not isinstance(value, External):
                continue
            if value.name in _MIDDLEWARE:
                yield from self._middleware(call, arguments, told=value.name != "koa-proxies")
            elif (product := _HOSTED.get(value.name.removesuffix(".default"))) is not None:
                yield from self._hosted(call, arguments, product)
            elif (place := _FORWARDS.get(value.name)) is not None and len(arguments) > place:
                product = value.name.rpartition(".")[0].partition("/")[0].replace("#imports", "") or "h3"
                for text in self._places(self.values(arguments[place])):
                    yield hop(Entry(None, text, call, self.module), product, self.repository, always=False)
            elif value.name in {"fast-gateway", "fast-gateway.default"}:
                yield from self._gateway(arguments[0])
            elif _PROXY.fullmatch(value.name) and not self._is_used(call):
                for entry in self._described(arguments, call):
                    carries = self.upgrades or bool(entry.carries and self._listens(call))
                    yield hop(entry, "http-proxy", self.repository, always=carries)

    def _described(self, arguments: list[Node], call: Node) -> Iterator[Entry]:
        for argument in arguments[:2]:
            for one in self.values(argument):
                if isinstance(one, Code):
                    yield from described(one, None, call, self.module, self.evaluator)

    def _places(self, values: list[Value]) -> list[Text]:
        """Return the texts among values, and what functions among them return."""
        made = [each for one in values if isinstance(one, Code) for each in self.evaluator.invoke(one, (), 0)]
        return texts_of([*values, *made])

    def _hosted(self, call: Node, arguments: list[Node], product: str) -> Iterator[Hop | None]:
        """Yield where a proxy leads that is told a host, with its port beside it or among its options."""
        first = self.values(arguments[0])
        ports = [text for value in self.values(arguments[-1]) for text in self._told(value, "port")]
        for text in self._places(first) or [text for name in _HOSTS for one in first for text in self._told(one, name)]:
            host = text.text.partition("://")[2] or text.text
            alone = ports and ":" not in host and "/" not in host
            target = Text(f"http://{host}:{ports[0].text}", (*text.places, *ports[0].places)) if alone else text
            entry = rowed(Entry(self._mount(call), target, call, self.module), self.evaluator)
            yield hop(entry, product, self.repository, always=False)

    def _gateway(self, options: Node) -> Iterator[Hop | None]:
        for value in self.values(options):
            for table in self.evaluator.member([value], "routes", self.module, 0):
                for entry in entries(table, self.evaluator):
                    kind = entry.module.script.property(entry.node, "proxyType")
                    carries = kind is not None and entry.module.script.string(kind) == "websocket"
                    yield hop(entry, "fast-gateway", self.repository, always=carries)

    def _is_used(self, call: Node) -> bool:
        """Say whether requests are handed to a proxy one by one, so that its making says of no path."""
        holder = call.parent
        name = holder.child_by_field_name("name") if holder is not None else None
        used = rf"\b{re.escape(self.script.text(name))}\s*\.\s*web\(" if name is not None else None
        return used is not None and re.search(used.encode(), self.script.source) is not None

    def _listens(self, call: Node) -> bool:
        return b".listen(" in self.script.source[call.end_byte :]

    def _middleware(self, call: Node, arguments: list[Node], *, told: bool) -> Iterator[Hop | None]:
        """Yield where a middleware leads; koa-proxies takes the option for WebSockets without doing anything for it."""
        paths = [text.text for text in texts_of(self.values(arguments[0]))]
        paths += [text.text for text in texts_of(self.evaluator.elements(self.values(arguments[0]), 0))]
        options = arguments[-1]
        for value in self.values(options):
            if not isinstance(value, Code):
                continue
            own = texts_of(self.evaluator.member([value], "pathFilter", self.module, 0))
            path = next(iter([*paths, *(one.text for one in own)]), None) or self._mount(call)
            for entry in described(value, path, call, self.module, self.evaluator):
                one = rowed(entry, self.evaluator)
                yield hop(
                    one, "http-proxy-middleware", self.repository, always=(told and bool(one.carries)) or self.upgrades
                )

    def _mount(self, call: Node) -> str | None:
        """Return the path under which ``app.use(path, middleware)`` mounts a call."""
        up = call.parent.parent if call.parent is not None else None
        callee = up.child_by_field_name("function") if up is not None and up.type == "call_expression" else None
        if up is None or callee is None or callee.type != "member_expression":
            return None
        first = self.script.arguments(up)[0]
        return next((text.text for text in self.evaluator.texts(first, self.module)), None) if first != call else None

    def _register(self, call: Node, arguments: list[Node]) -> Iterator[Hop | None]:
        plugin = [one.name for one in self.values(arguments[0]) if isinstance(one, External)]
        if len(arguments) < 2:
            return
        if _REPLIES.intersection(plugin):
            for text in texts_of(self.evaluator.member(self.values(arguments[1]), "base", self.module, 0)):
                yield hop(Entry(None, text, call, self.module), "fastify-http-proxy", self.repository, always=False)
        if not _FASTIFY.intersection(plugin):
            return
        for value in self.values(arguments[1]):
            prefix = texts_of(self.evaluator.member([value], "prefix", self.module, 0))
            for entry in described(value, prefix[0].text if prefix else None, call, self.module, self.evaluator):
                yield hop(rowed(entry, self.evaluator), "fastify-http-proxy", self.repository)

    def _handlers(self) -> Iterator[Hop | None]:
        """Yield where routes of hapi lead whose handler is the proxy of h2o2, or hands a request to it."""
        for pair in pairs_named(self.module, "proxy"):
            inner = pair.child_by_field_name("value")
            if inner is not None:
                yield from self._handler(inner, pair)
        for match in _HANDS_ON.finditer(self.script.source):
            call = self._call(self.script.at(match.end() - 2, match.end() - 1))
            arguments = self.script.arguments(call) if call is not None and call.type == "call_expression" else []
            if call is not None and arguments:
                yield from self._handler(arguments[0], call)

    def _handler(self, options: Node, node: Node) -> Iterator[Hop | None]:
        for value in self.values(options):
            targets = self._told(value, "uri")
            port = self._told(value, "port")
            targets += [Text(f"http://{one.text}:{port[0].text}/") for one in self._told(value, "host") if port]
            for mapped in self.evaluator.member([value], "mapUri", self.module, 0):
                for one in self.evaluator.invoke(mapped, (), 0) if isinstance(mapped, Code) else ():
                    targets += self._told(one, "uri")
            for target in targets:
                entry = Entry(self._routed(node), target, node, self.module)
                yield hop(entry, "h2o2", self.repository, always=False)

    def _told(self, value: Value, name: str) -> list[Text]:
        return texts_of(self.evaluator.member([value], name, self.module, 0))

    def _routed(self, node: Node) -> str | None:
        """Return the path of the route that a handler stands in."""
        up = node.parent
        while up is not None:
            key = up.child_by_field_name("key") if up.type == "pair" else None
            if up.type == "method_definition":
                key = up.child_by_field_name("name")
            if key is not None and self.script.key(key) == "handler" and up.parent is not None:
                path = self.script.property(up.parent, "path")
                return next((text.text for text in self.evaluator.texts(path, self.module)), None)
            up = up.parent
        return None

    def _web(self, call: Node, arguments: list[Node]) -> Iterator[Hop | None]:
        callee = call.child_by_field_name("function")
        of = callee.child_by_field_name("object") if callee is not None else None
        known = self.values(of) if of is not None else []
        if any(isinstance(one, External) and _WEB(one.name) for one in known) and len(arguments) > 2:
            yield from self._handed(call, arguments[2])
        made = [one for one in known if isinstance(one, Instance)]
        made = [one for one in made if isinstance(one.of, External) and _PROXY.fullmatch(one.of.name)]
        if len(arguments) < 2 or not made:
            return
        path, found = asked_path(call, self.script), list(self._from_table(arguments[2])) if len(arguments) > 2 else []
        given = self.values(arguments[2]) if len(arguments) > 2 else [one for each in made[0].arguments for one in each]
        for value in given if not found else ():
            found += described(value, path, call, self.module, self.evaluator)
        plain = (replace(entry, carries=None) for entry in found)
        yield from (hop(entry, "http-proxy", self.repository, always=self.upgrades) for entry in plain)

    def _handed(self, call: Node, options: Node) -> Iterator[Hop | None]:
        """Yield where http2-proxy hands a request on to, which it is told in the words of ``http.request``."""
        for value in self.values(options):
            for host in [*self._told(value, "hostname"), *self._told(value, "host")]:
                for port in self._told(value, "port"):
                    target = Text(f"http://{host.text}:{port.text}", (*host.places, *port.places))
                    entry = Entry(asked_path(call, self.script), target, call, self.module)
                    yield hop(entry, "http-proxy", self.repository, always=self.upgrades)

    def _from_table(self, options: Node) -> Iterator[Entry]:
        """Yield the rows of the table of routes that a target is taken from."""
        target = self.script.property(options, "target")
        name = self.script.text(target).partition(".")[0] if target is not None else ""
        for form in _FROM_TABLE if name.isidentifier() else ():
            match = re.search(form.format(name=re.escape(name)).encode(), self.script.source)
            table = self.script.at(*match.span("table")) if match is not None else None
            for value in self.values(table) if table is not None else ():
                yield from entries(value, self.evaluator)

    def _rewrite(self, call: Node, arguments: list[Node]) -> Iterator[Hop | None]:
        """Yield what the middleware of Next.js hands on to another server."""
        callee = call.child_by_field_name("function")
        if callee is None or not self.script.text(callee).startswith("NextResponse"):
            return
        for value in self.values(arguments[0]):
            if isinstance(value, Text) and "://" in value.text:
                entry = Entry(asked_path(call, self.script), value, call, self.module, rewrites=True)
                yield hop(entry, "next", self.repository, listens=(3000,), always=True)
