"""Go code that hands requests on or redirects them: ReverseProxy, the proxies of Echo and Fiber, http.Redirect.

ReverseProxy carries handshakes unless the function that is told to change requests takes a field of theirs away
(net/http/httputil/reverseproxy.go, `upgradeType`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._go.files import File
from wsdoctor.inspectors._go.functions import arguments, enclosing
from wsdoctor.inspectors._go.reading import Reading, is_aside, opened
from wsdoctor.inspectors._go.registered import Registered, held, registered, registered_as
from wsdoctor.inspectors._javascript.proxies import meant
from wsdoctor.inspectors._javascript.urls import Place, Text, split
from wsdoctor.inspectors._proxies.common import HANDSHAKES_ONLY, details, pages_beside, root_of_pages
from wsdoctor.model.traffic import Declared, Hop

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "go forwarding"
PATTERNS = ("*.go",)
NEEDLES = (
    "ReverseProxy", "ProxyTarget{", "proxy.Forward(", "proxy.Do(", "proxy.Balancer", ".Redirect(", ".RedirectHandler(",
    ".Redirect().To(", "(\"Location\"",
)  # fmt: skip

_MADE = re.compile(
    rb"(?:\bNewSingleHost(?P<single>ReverseProxy)\s*\(|\bhttputil\.(?P<whole>ReverseProxy)\s*\{"
    rb"|\bproxy\.(?P<fiber>Forward|Do|Balancer|BalancerForward)\s*\(|(?P<echo>ProxyTarget)\s*\{)"
)
_REDIRECT = re.compile(rb"\.(?P<verb>Redirect|RedirectHandler|To|(?:Set|Add)(?=\(\"Location\"))\s*\(")
_LOSES = re.compile(
    r"Header\.(?:Del\(\s*\"(?:connection|upgrade)\"|Set\(\s*\"(?:connection|upgrade)\"\s*,\s*\"(?!upgrade|websocket))",
    re.IGNORECASE,
)
_MAX_ROWS = 100
_NODES = ("call_expression", "composite_literal", "block")


def inspect(path: str, repository: Repository) -> Declared:
    """Return what the proxies and redirects of a Go file lead to, as hops."""
    found = Declared()
    file = opened(path, repository)
    if file is None or is_aside(path):
        return found
    reader = _Reader(file, repository)
    found.hops += pages_beside(root_of_pages(list(filter(None, reader.proxies())), None))
    found.hops += reader.redirects()
    return found


class _Reader(Reading):
    def _at(self, match: re.Match[bytes]) -> Node | None:
        node = self.source.at(match.start(match.lastgroup or 0))
        found = self.source.around(node, *_NODES) if node is not None else None
        return found if found is not None and found.type != "block" else None

    def proxies(self) -> Iterator[Hop | None]:
        """Yield a hop for each route of each proxy that the file makes, None for one that leads nowhere known."""
        for match in _MADE.finditer(self.source.source):
            made = self._at(match)
            if made is None:
                continue
            carries = match["fiber"] is None
            if rows := list(self._table(made)):
                yield from (self._hop(target, made, place, self.file, carries) for place, target in rows)
                continue
            for handler, file in self._handlers(made):
                for target in self._targets(match, made):
                    places = list(registered(handler, file, self.values)) or [Registered(handler, None)]
                    yield from (self._hop(target, made, place, file, carries) for place in places)
                if file is not self.file or handler.start_byte != made.start_byte:
                    self._unbind(made)

    def _handlers(self, made: Node) -> Iterator[tuple[Node, File]]:
        """Yield what stands for a proxy: the calls of the function that returns it, or it itself."""
        function = enclosing(made, self.file)
        if function is None or not self._is_returned(made, function):
            yield made, self.file
            return
        sites = self.values.sites(function, self.file)
        for site, caller in sites:
            self.values.bind(function, self.file, site, caller)
            yield site, caller
        if not sites:
            yield made, self.file

    def _is_returned(self, made: Node, function: Node) -> bool:
        """Say whether a function gives what it makes to who calls it."""
        name, _ = held(made, self.file)
        for one in self.source.find(function, "return_statement"):
            inside = one.start_byte <= made.start_byte < one.end_byte
            if inside or (name and re.search(rf"\b{re.escape(name)}\b", self.source.text(one))):
                return True
        return False

    def _unbind(self, made: Node) -> None:
        function = enclosing(made, self.file)
        if function is not None:
            self.values.unbind(function, self.file)

    def _targets(self, match: re.Match[bytes], made: Node) -> Iterator[Text]:
        """Yield the URLs that a proxy hands on to."""
        if match["whole"] is not None:
            for body in self._changes(made):
                yield from self._changed(body)
        elif match["echo"] is not None:
            for pair in self.source.find(made, "keyed_element"):
                key, value = pair.named_children[0], _element(pair.named_children[-1])
                if self.source.text(key) == "URL" and (text := self._url(value)) is not None:
                    yield text
        else:
            given = arguments(made)
            skip = 1 if match["fiber"] == b"Do" else 0
            nodes = given[skip : skip + 1]
            if match["fiber"] in {b"Balancer", b"BalancerForward"}:
                nodes = list(self.source.find(made, "interpreted_string_literal", "raw_string_literal"))
            yield from (text for node in nodes if (text := self._url(node)) is not None)

    def _fields(self, made: Node) -> Iterator[tuple[str, Node]]:
        body = made.child_by_field_name("body")
        for one in body.named_children if body is not None else ():
            if one.type == "keyed_element" and len(one.named_children) == 2:
                key, value = one.named_children
                yield self.source.text(key), _element(value)

    def _changes(self, made: Node) -> Iterator[Node]:
        """Yield the functions that a proxy changes requests by."""
        for key, value in self._fields(made):
            if key in {"Director", "Rewrite"}:
                name = self.source.text(value)
                yield self.source.functions.get(name, value)

    def _changed(self, body: Node) -> Iterator[Text]:
        for one in self.source.find(body, "assignment_statement", "call_expression"):
            if one.type == "call_expression":
                callee = one.child_by_field_name("function")
                given = arguments(one)
                if callee is not None and self.source.text(callee).endswith(".SetURL") and given:
                    yield from filter(None, [self._url(given[0])])
                continue
            for name, value in self.source.bound(one):
                if name.endswith(".URL"):
                    yield from filter(None, [self._url(value)])
                elif name.endswith("URL.Host"):
                    yield from filter(None, [self._host(value)])

    def _host(self, value: Node) -> Text | None:
        """Return the URL of a host that a request is given: that of a parsed URL, or one that is written."""
        field = value.child_by_field_name("field") if value.type == "selector_expression" else None
        of = value.child_by_field_name("operand") if field is not None else None
        if field is not None and of is not None and self.source.text(field) == "Host":
            return self._url(of)
        text = self.values.text(value, self.file)
        return Text(f"http://{text.text}", text.places, text.born, text.sure) if text is not None else None

    def _url(self, node: Node) -> Text | None:
        text = self.values.text(node, self.file)
        if text is not None and "://" in text.text:
            return text
        literal = next(self.source.find(node, "composite_literal"), None)
        if literal is None and node.type == "identifier":
            name = self.source.text(node)
            held_as = [value for bound, value in self._bound(node) if bound == name]
            held_as += [self.source.values[name]] if name in self.source.values else []
            literal = next((one for value in held_as for one in self.source.find(value, "composite_literal")), None)
        given = dict(self._fields(literal)) if literal is not None else {}
        host = self.values.text(given["Host"], self.file) if "Host" in given else None
        scheme = self.values.text(given["Scheme"], self.file) if "Scheme" in given else None
        return None if host is None else Text(f"{scheme.text if scheme else 'http'}://{host.text}", host.places)

    def _lost(self, made: Node) -> Node | None:
        """Return the line that takes a field of the handshake away."""
        for body in self._changes(made):
            for call in self.source.find(body, "call_expression"):
                if _LOSES.search(self.source.text(call)):
                    return call
        return None

    def _table(self, made: Node) -> Iterator[tuple[Registered, Text]]:
        """Yield the paths and URLs of the table that a loop around a proxy goes through."""
        loop = self.source.around(made, "for_statement", "function_declaration")
        clause = next(self.source.find(loop, "range_clause"), None) if loop is not None else None
        over = clause.child_by_field_name("right") if clause is not None else None
        if over is None or loop is None or loop.type != "for_statement":
            return
        name = self.source.text(over)
        table = self.source.values.get(name, over)
        for bound, value in self._bound(over):
            table = value if bound == name else table
        body = table.child_by_field_name("body") if table.type == "composite_literal" else None
        for row in body.named_children[:_MAX_ROWS] if body is not None else ():
            parts = [row] if _is_pair(row) else _element(row).named_children
            cells = [_element(one) for part in parts for one in (part.named_children if _is_pair(part) else [part])]
            texts = [text for cell in cells if (text := self.values.text(cell, self.file)) is not None]
            target = next((text for text in texts if "://" in text.text), None)
            path = next((text.text for text in texts if text.text.startswith("/")), None)
            if target is not None and path is not None:
                yield Registered(row, path), target

    def _bound(self, node: Node) -> Iterator[tuple[str, Node]]:
        """Yield the variables of the function around a node, each with what it is set to."""
        function = enclosing(node, self.file)
        for one in self.source.find(function, "short_var_declaration", "var_declaration") if function else ():
            yield from self.source.bound(one)

    def _hop(self, target: Text, made: Node, place: Registered, file: File, carries: bool) -> Hop | None:
        url = split(target.text)
        if url is None or url.port is None:
            return None
        lost = self._lost(made) if made.type == "composite_literal" else None
        forwards = carries and lost is None
        only = HANDSHAKES_ONLY if place.handshakes else None
        where, there = (lost, self.file) if lost is not None else (place.node, file)
        line, column, end = there.source.place(where)
        others = [one for one in target.places if one[:2] != (there.path, line)]
        return Hop(
            product="go",
            to=url.address(self.unit),
            scheme=url.scheme if url.scheme in {"http", "https"} else "http",
            location=self.repository.location(there.path, line, column, end),
            path=place.path,
            forwards_upgrade=forwards,
            lacks=() if forwards else ("websocket",) if lost is None else ("connection",),
            sends=("strips-prefix",) if place.strips else (),
            websocket=True if only else meant(place.path, "", self.repository),
            unit=self.unit,
            details=details(only=only, **_told_at(others)),
            sure=round(0.85 * target.sure, 2),
        )

    def redirects(self) -> Iterator[Hop]:
        """Yield a hop for each redirect to a URL with a port."""
        for match in _REDIRECT.finditer(self.source.source):
            call = self._at(match)
            if call is None or call.type != "call_expression":
                continue
            for argument in arguments(call)[:3]:
                text = self.values.text(argument, self.file) if argument.type != "selector_expression" else None
                url = split(text.text) if text is not None else None
                if url is None or url.port is None or url.scheme not in {"http", "https"} or text is None:
                    continue
                line, column, end = self.source.place(call)
                yield Hop(
                    product="go", to=url.address(self.unit), scheme=url.scheme,
                    location=self.repository.location(self.file.path, line, column, end), path=self._asked(call),
                    forwards_upgrade=False, sends=("redirect",), unit=self.unit,
                    details=details(becomes=url.path if url.path and not url.path.startswith("*") else None), sure=0.85,
                )  # fmt: skip
                break

    def _asked(self, call: Node) -> str | None:
        """Return the path of the handler that a call is, or stands in."""
        up: Node | None = call
        while up is not None:
            if up is call or up.type == "func_literal":
                found = next(registered(up, self.file, self.values), None)
                if found is not None:
                    return found.path
            up = up.parent
        function = enclosing(call, self.file)
        named = function.child_by_field_name("name") if function is not None else None
        if named is None:
            return None
        return next((one.path for one in registered_as(self.source.text(named), self.file, self.values)), None)


def _element(node: Node) -> Node:
    """Return what stands in a part of a literal."""
    return node.named_children[0] if node.type == "literal_element" and node.named_children else node


def _is_pair(node: Node) -> bool:
    return node.type == "keyed_element"


def _told_at(places: list[Place]) -> dict[str, str]:
    return {"target set at": f"{places[0][0]}:{places[0][1]}"} if places else {}
