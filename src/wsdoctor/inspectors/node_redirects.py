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
PATTERNS = tuple(f"*.{suffix}" for suffix in SCRIPTS)
NEEDLES = (
    ".redirect(", "NextResponse", "writeHead(30", "'Location'", '"Location"', ".location(", "@Redirect(",
    "next/navigation", "@sveltejs/kit", "@remix-run/", "react-router", "sendRedirect(", "redirect: {", "redirects: {",
)  # fmt: skip

_MEMBER = re.compile(rb"\.\s*(?P<word>redirect|location|writeHead|setHeader|header|set|append)\s*\(")
_NAME = re.compile(rb"(?<![\w$.@])(?P<word>redirect|permanentRedirect|redirectDocument|sendRedirect)\s*\(")
_DECORATOR = re.compile(rb"@(?P<word>Redirect)\s*\(")
_FUNCTIONS = re.compile(
    r"(?:next/navigation|@sveltejs/kit|@remix-run/[\w-]+|react-router(?:-dom)?|h3|#imports)"
    r"\.(?:redirect|permanentRedirect|redirectDocument|sendRedirect)|sendRedirect"
).fullmatch
"""Functions of frameworks; one of its arguments is the place, another may be a status or an event."""


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
                for argument in self.script.arguments(call)[:2]:
                    yield from self._led(call, argument)
        for match in _DECORATOR.finditer(source):
            if (call := self._call(match)) is not None:
                yield from self._decorated(call)
        for pair in pairs_named(self.module, "redirect"):
            if pair.type == "pair":
                yield from self._returned(pair)
        for pair in pairs_named(self.module, "redirects"):
            if pair.type == "pair":
                yield from self._listed(pair)

    def _call(self, match: re.Match[bytes]) -> Node | None:
        """Return the call of a name or member."""
        node = self.script.at(match.start("word"), match.start("word") + 1)
        while node is not None and node.type in {"identifier", "property_identifier", "member_expression"}:
            node = node.parent
        return node if node is not None and node.type == "call_expression" else None

    def _is_function(self, call: Node) -> bool:
        callee = self.script.callee(call)
        values = self.evaluator.values(callee, self.module) if callee is not None else []
        return any(isinstance(value, External) and _FUNCTIONS(value.name) for value in values)

    def _member(self, call: Node, word: str, arguments: list[Node]) -> Iterator[Hop]:
        if word in {"redirect", "location"}:
            for argument in arguments[:2]:
                yield from self._led(call, argument)
        elif word == "writeHead":
            for argument in arguments[1:3]:
                given = self.script.property(argument, "Location") if argument.type == "object" else None
                if given is not None:
                    yield from self._led(call, given)
        elif len(arguments) > 1 and self.script.text(arguments[0]).strip("\"'`").lower() == "location":
            yield from self._led(call, arguments[1])

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
        """Yield what ``getServerSideProps`` and its like answer with."""
        inner = pair.child_by_field_name("value")
        given = self.script.property(inner, "destination") if inner is not None and inner.type == "object" else None
        if given is not None:
            yield from self._led(pair, given)

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
