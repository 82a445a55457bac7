"""Scripts that tell a browser to go to another port: answers of servers, and what frameworks have for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript.callers import SCRIPTS
from wsdoctor.inspectors._javascript.modules import Module, is_test, load
from wsdoctor.inspectors._javascript.proxies import Entry, asked_path, hop
from wsdoctor.inspectors._javascript.tree import pairs_named, returned
from wsdoctor.inspectors._javascript.types import External
from wsdoctor.inspectors._javascript.urls import Text
from wsdoctor.inspectors._javascript.values import Evaluator
from wsdoctor.model.traffic import Declared, Hop

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "node redirects"
PATTERNS = (*(f"*.{suffix}" for suffix in SCRIPTS), "*.astro")
NEEDLES = (
    "redirect(", "Redirect(", "redirectDocument(", "navigateTo(", "writeHead(", "'Location'", '"Location"', "Location:",
    "'location'", '"location"', ".location(", ".toPath(", "redirectToPath(", "status: 30", "statusCode: 30",
    ".code(30", ".status(30", "redirect: {", "redirects: {", "routeRules",
)  # fmt: skip

_MEMBER = re.compile(
    rb"\.\s*(?P<word>redirect|location|toPath|redirectToPath|writeHead|setHeader|headers?|set|append)\s*\("
)
_NAME = re.compile(rb"(?<![\w$.@])(?P<word>redirect|permanentRedirect|redirectDocument|sendRedirect|navigateTo)\s*\(")
_DECORATOR = re.compile(rb"@(?P<word>Redirect)\s*\(")
_FUNCTIONS = re.compile(
    r"(?![.$~#]|@/).+\.(?:redirect|permanentRedirect|redirectDocument|sendRedirect|navigateTo)|@polka/redirect(?:\.default)?"
    r"|(?:#imports\.)?(?:sendRedirect|navigateTo)"
).fullmatch
"""Functions of packages; one of its arguments is the place, others may be the response, a status or an event."""
_FIELDS = ("Location", "location")
_REDIRECTS = re.compile(r"30[12378]|(?:[\w$]+\.)*(?:[A-Z_]*REDIRECT|FOUND|MOVED_PERMANENTLY|SEE_OTHER)").fullmatch
"""Statuses with which the field Location is followed."""


def inspect(path: str, repository: Repository) -> Declared:
    """Return the redirects of a script."""
    found = Declared()
    if is_test(path) or path.endswith(".d.ts"):
        return found
    module = load(path, repository)
    if module is not None:
        found.hops += _Reader(module, repository).hops()
    return found


class _Reader:
    def __init__(self, module: Module, repository: Repository) -> None:
        self.module = module
        self.script = module.script
        self.repository = repository
        self.evaluator = Evaluator(repository)

    def hops(self) -> Iterator[Hop]:
        source = self.script.source
        for match in _MEMBER.finditer(source):
            if (call := self._call(match)) is not None:
                yield from self._member(call, match["word"].decode(), self.script.arguments(call))
        for match in _NAME.finditer(source):
            if (call := self._call(match)) is not None and self._is_function(call):
                for argument in self.script.arguments(call)[:3]:
                    yield from self._led(call, self._inner(argument, "href") or argument)
        for match in _DECORATOR.finditer(source):
            if (call := self._call(match)) is not None:
                yield from self._decorated(call)
        for pair in pairs_named(self.module, "redirect"):
            if pair.type == "pair":
                yield from self._returned(pair)
        for pair in pairs_named(self.module, "redirects"):
            if pair.type == "pair":
                yield from self._listed(pair)
        for pair in (pair for name in _FIELDS for pair in pairs_named(self.module, name)):
            value = pair.child_by_field_name("value")
            answer = self._answer(pair)
            if value is not None and answer is not None:
                yield from self._led(answer, value)

    def _call(self, match: re.Match[bytes]) -> Node | None:
        """Return the call of a name or member."""
        node = self.script.at(match.start("word"), match.start("word") + 1)
        while node is not None and node.type in {"identifier", "property_identifier", "member_expression"}:
            node = node.parent
        return node if node is not None and node.type == "call_expression" else None

    def _inner(self, node: Node, *names: str) -> Node | None:
        """Return the first of some properties that an object has."""
        given = (self.script.property(node, name) for name in names if node.type == "object")
        return next((one for one in given if one is not None), None)

    def _is_function(self, call: Node) -> bool:
        """Say whether a function is one of a package, or what a framework hands to a handler under that name."""
        callee = self.script.callee(call)
        if callee is None:
            return False
        binding = self.script.lookup(callee, self.script.text(callee))
        if binding is not None and binding.kind == "parameter":
            return binding.path == ("redirect",)
        values = self.evaluator.values(callee, self.module)
        return any(isinstance(value, External) and _FUNCTIONS(value.name) for value in values)

    def _member(self, call: Node, word: str, arguments: list[Node]) -> Iterator[Hop]:
        if word in {"redirect", "location", "toPath", "redirectToPath"}:
            for argument in arguments[:2]:
                yield from self._led(call, argument)
        elif word == "writeHead":
            for argument in arguments[1:3]:
                if (given := self._inner(argument, *_FIELDS)) is not None:
                    yield from self._led(call, given)
        elif len(arguments) > 1 and self.script.text(arguments[0]).strip("\"'`").lower() == "location":
            yield from self._led(call, arguments[1])
        elif arguments and (given := self._inner(arguments[0], *_FIELDS)) is not None:
            yield from self._led(call, given)

    def _answer(self, pair: Node) -> Node | None:
        """Return the answer that a field stands in, if it is one of a redirect by its status."""
        fields = pair.parent
        given = fields.parent if fields is not None else None
        if given is not None and given.type == "arguments" and given.parent is not None:
            fields = given.parent if given.parent.type == "new_expression" else None
            given = fields.parent if fields is not None else None
        key = given.child_by_field_name("key") if given is not None and given.type == "pair" else None
        if given is None or given.parent is None or key is None or self.script.key(key) != "headers":
            return None
        status = self._inner(given.parent, "status", "statusCode")
        return pair if status is not None and _REDIRECTS(self.script.text(status)) else None

    def _decorated(self, call: Node) -> Iterator[Hop]:
        """Yield where a handler of NestJS leads: as its decorator says, or as it returns."""
        for argument in self.script.arguments(call)[:1]:
            yield from self._led(call, argument)
        decorator = call.parent
        method = decorator.next_named_sibling if decorator is not None else None
        while method is not None and method.type == "decorator":
            method = method.next_named_sibling
        for value in returned(method) if method is not None and method.type == "method_definition" else ():
            given = self.script.property(value, "url") if value.type == "object" else None
            if given is not None:
                yield from self._led(value, given)

    def _returned(self, pair: Node) -> Iterator[Hop]:
        """Yield what ``getServerSideProps`` and its like answer with, and what a rule for a route of Nuxt says."""
        inner = pair.child_by_field_name("value")
        rule = pair.parent.parent if pair.parent is not None else None
        key = rule.child_by_field_name("key") if rule is not None and rule.type == "pair" else None
        path = (self.script.key(key) if key is not None else None) or ""
        route = path if path.startswith("/") else None
        given = self._inner(inner, "destination", "to") if inner is not None else None
        if given is not None:
            yield from self._led(pair, given, route)
        elif inner is not None and route is not None:
            yield from self._led(pair, inner, route)

    def _listed(self, pair: Node) -> Iterator[Hop]:
        """Yield the redirects that a configuration lists by path, as that of Astro does."""
        inner = pair.child_by_field_name("value")
        for one in inner.named_children if inner is not None and inner.type == "object" else ():
            key, value = one.child_by_field_name("key"), one.child_by_field_name("value")
            if one.type == "pair" and key is not None and value is not None:
                given = self.script.property(value, "destination") if value.type == "object" else value
                if given is not None:
                    yield from self._led(one, given, self.script.key(key))

    def _led(self, node: Node, target: Node, path: str | None = None) -> Iterator[Hop]:
        """Yield the redirects to what an expression may be."""
        for value in self.evaluator.values(target, self.module):
            if isinstance(value, Text) and "://" in value.text and not value.text.startswith("ws"):
                asked = path or asked_path(node, self.script)
                entry = Entry(asked, value, node, self.module, sends=("redirect",))
                found = hop(entry, "express", self.repository, always=False, websocket=False)
                if found is not None:
                    yield replace(found, lacks=())
