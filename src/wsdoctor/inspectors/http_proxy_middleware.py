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
NEEDLES = ("proxy", "Proxy", "NextResponse", "reply-from", "h2o2")

_LIBRARY = re.compile(
    rb"[\"'](?:http-proxy-middleware|http-proxy|http-proxy-3|@fastify/http-proxy|fastify-http-proxy|express-http-proxy|koa-proxies|koa-proxy|http2-proxy|@fastify/reply-from|fastify-reply-from|@hapi/h2o2)[\"']"
)
_CALL = re.compile(
    rb"(?:(?P<register>\.\s*register)|(?P<web>\.\s*web)|(?P<rewrite>\.\s*rewrite)"
    rb"|(?<![\w$.])(?P<name>[A-Za-z_$][\w$]*(?:\.(?!(?:register|web|rewrite)\b)[A-Za-z_$][\w$]*)?))\s*\("
)
_ALONE = frozenset(("rewrite", "name"))
"""What may lead elsewhere without a library for proxies."""
_LEADS = re.compile(rb"NextResponse\.|\bproxyRequest\(")
_FROM_TABLE = (
    r"\b{name}\s*=\s*(?P<table>[\w$.]+)\s*\.\s*find\(",
    r"\b(?:const|let|var)\s+{name}\s+of\s+(?P<table>[\w$.]+)\s*\)",
    r"\[\s*[\w$]*\s*,\s*{name}\s*\]\s*(?:of|=)\s*Object\.entries\(\s*(?P<table>[\w$.]+)\s*\)",
)
"""Ways in which a name stands for a row of a table of routes."""
_MIDDLEWARE = frozenset(("http-proxy-middleware", "http-proxy-middleware.createProxyMiddleware",
    "http-proxy-middleware.legacyCreateProxyMiddleware", "http-proxy-middleware.default", "koa-proxies"))  # fmt: skip
_PROXY = re.compile(r"http-proxy(?:-3)?(?:\.default)?\.(?:createProxyServer|createServer|createProxy)")
_FASTIFY = frozenset(("@fastify/http-proxy", "fastify-http-proxy"))
_REPLIES = frozenset(("@fastify/reply-from", "fastify-reply-from"))
_FORWARDS = frozenset(("proxyRequest", "h3.proxyRequest", "#imports.proxyRequest"))


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
            node = self.script.at(start, start + 1)
            call = node
            while call is not None and call.type in {"identifier", "property_identifier", "member_expression"}:
                call = call.parent
            if node is None or call is None or call.type not in {"call_expression", "new_expression"}:
                continue
            arguments = self.script.arguments(call)
            if arguments:
                yield from filter(None, getattr(self, f"_{kind}")(call, arguments))
        if b"h2o2" in self.script.source:
            yield from filter(None, self._handlers())

    def values(self, node: Node) -> list[Value]:
        return self.evaluator.values(node, self.module)

    def _name(self, call: Node, arguments: list[Node]) -> Iterator[Hop | None]:
        callee = call.child_by_field_name("function")
        for value in self.values(callee) if callee is not None else ():
            if not isinstance(value, External):
                continue
            if value.name in _MIDDLEWARE:
                yield from self._middleware(call, arguments)
            elif value.name in {"express-http-proxy", "koa-proxy"}:
                for text in texts_of(self.values(arguments[0])):
                    entry = Entry(self._mount(call), text, call, self.module)
                    yield hop(entry, "express-http-proxy", self.repository, always=False)
            elif value.name in _FORWARDS and len(arguments) > 1:
                for text in texts_of(self.values(arguments[1])):
                    yield hop(Entry(None, text, call, self.module), "h3", self.repository, always=False)
            elif _PROXY.fullmatch(value.name) and not self._is_used(call):
                for entry in self._described(arguments, call):
                    carries = self.upgrades or bool(entry.carries and self._listens(call))
                    yield hop(entry, "http-proxy", self.repository, always=carries)

    def _described(self, arguments: list[Node], call: Node) -> Iterator[Entry]:
        for argument in arguments[:2]:
            for one in self.values(argument):
                if isinstance(one, Code):
                    yield from described(one, None, call, self.module, self.evaluator)

    def _is_used(self, call: Node) -> bool:
        """Say whether requests are handed to a proxy one by one, so that its making says of no path."""
        holder = call.parent
        name = holder.child_by_field_name("name") if holder is not None else None
        used = rf"\b{re.escape(self.script.text(name))}\s*\.\s*web\(" if name is not None else None
        return used is not None and re.search(used.encode(), self.script.source) is not None

    def _listens(self, call: Node) -> bool:
        return b".listen(" in self.script.source[call.end_byte :]

    def _middleware(self, call: Node, arguments: list[Node]) -> Iterator[Hop | None]:
        paths = [text.text for text in texts_of(self.values(arguments[0]))]
        paths += [text.text for text in texts_of(self.evaluator.elements(self.values(arguments[0]), 0))]
        options = arguments[-1]
        for value in self.values(options):
            if not isinstance(value, Code):
                continue
            own = texts_of(self.evaluator.member([value], "pathFilter", self.module, 0))
            path = next(iter([*paths, *(one.text for one in own)]), None) or self._mount(call)
            for entry in described(value, path, call, self.module, self.evaluator):
                yield hop(entry, "http-proxy-middleware", self.repository, always=bool(entry.carries) or self.upgrades)

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
                yield hop(entry, "fastify-http-proxy", self.repository)

    def _handlers(self) -> Iterator[Hop | None]:
        """Yield where routes of hapi lead whose handler is the proxy of h2o2."""
        for pair in pairs_named(self.module, "proxy"):
            inner = pair.child_by_field_name("value")
            for value in self.values(inner) if inner is not None else ():
                targets = self._told(value, "uri")
                port = self._told(value, "port")
                targets += [Text(f"http://{one.text}:{port[0].text}/") for one in self._told(value, "host") if port]
                for target in targets:
                    yield hop(
                        Entry(self._routed(pair), target, pair, self.module), "h2o2", self.repository, always=False
                    )

    def _told(self, value: Value, name: str) -> list[Text]:
        return texts_of(self.evaluator.member([value], name, self.module, 0))

    def _routed(self, pair: Node) -> str | None:
        """Return the path of the route that a handler stands in."""
        handler = pair.parent.parent if pair.parent is not None else None
        route = handler.parent if handler is not None and handler.type == "pair" else None
        path = self.script.property(route, "path") if route is not None else None
        return next((text.text for text in self.evaluator.texts(path, self.module)), None)

    def _web(self, call: Node, arguments: list[Node]) -> Iterator[Hop | None]:
        callee = call.child_by_field_name("function")
        of = callee.child_by_field_name("object") if callee is not None else None
        made = [one for one in self.values(of) if isinstance(one, Instance)] if of is not None else []
        made = [one for one in made if isinstance(one.of, External) and _PROXY.fullmatch(one.of.name)]
        if len(arguments) < 2 or not made:
            return
        path, found = asked_path(call, self.script), list(self._from_table(arguments[2])) if len(arguments) > 2 else []
        given = self.values(arguments[2]) if len(arguments) > 2 else [one for each in made[0].arguments for one in each]
        for value in given if not found else ():
            found += described(value, path, call, self.module, self.evaluator)
        plain = (replace(entry, carries=None) for entry in found)
        yield from (hop(entry, "http-proxy", self.repository, always=self.upgrades) for entry in plain)

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
