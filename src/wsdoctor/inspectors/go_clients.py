"""Requests that Go code sends over HTTP, and the checks that it has Consul make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._go.files import File
from wsdoctor.inspectors._go.functions import arguments, enclosing, parameters
from wsdoctor.inspectors._go.loops import element, rounds
from wsdoctor.inspectors._go.reading import Reading, is_aside, opened
from wsdoctor.inspectors._javascript.urls import Text, join, split
from wsdoctor.inspectors._platforms.common import seconds
from wsdoctor.model.traffic import Caller, Declared, Location

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect", "worth"]

NAME = "go clients"
PATTERNS = ("*.go",)
NEEDLES = (
    "http.Get(", "http.Head(", "http.Post", "NewRequest", "http.Client", "http.DefaultClient", "resty", "fasthttp",
    "AgentServiceCheck", "AgentCheckRegistration", "lient.Get(", "lient.Head(", "lient.Post",
)  # fmt: skip

_REQUEST = re.compile(
    rb"\.(?:(?P<verb>Get|Head|Post|PostForm|Put|Patch|Delete)|(?<=\bhttp\.)(?P<new>NewRequest|NewRequestWithContext)"
    rb"|(?P<uri>SetRequestURI))\s*\("
)
_CHECK = re.compile(rb"\.(?P<check>AgentServiceCheck|AgentCheckRegistration)\s*\{")
_CLIENT = r"\b{name}\b[^\n()]{{0,60}}\bhttp\.(?:Client|DefaultClient)\b"
"""A declaration, a parameter or a field that is a client of `net/http`."""
_MAX_CANDIDATES = 400


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a request goes, and what says so if that is not its call."""

    text: Text
    told: Location | None = None


def worth(path: str, raw: bytes) -> bool:
    """Say whether a file is none of tests or examples and holds a call that sends a request."""
    return not is_aside(path) and any(pattern.search(raw) for pattern in (_REQUEST, _CHECK))


def inspect(path: str, repository: Repository) -> Declared:
    """Return the requests that a Go file sends."""
    found = Declared()
    if not worth(path, (repository.text(path) or "").encode()):
        return found
    file = opened(path, repository)
    if file is not None:
        reader = _Reader(file, repository)
        found.callers += reader.callers()
        found.callers += reader.checks()
    return found


class _Reader(Reading):
    def __init__(self, file: File, repository: Repository) -> None:
        super().__init__(file, repository)
        self.clients: dict[str, bool] = {}

    def callers(self) -> Iterator[Caller]:
        for match in list(_REQUEST.finditer(self.source.source))[:_MAX_CANDIDATES]:
            node = self.source.at(match.start(match.lastgroup or 0))
            call = self.source.around(node, "call_expression", "block") if node is not None else None
            if call is None or call.type != "call_expression":
                continue
            found = self._asked(match, call, arguments(call))
            if found is not None:
                method, target, base = found
                yield from self._sent(call, target, base, method)

    def _asked(
        self, match: re.Match[bytes], call: Node, given: list[Node]
    ) -> tuple[str | None, Node, Text | None] | None:
        """Return method and URL of a call, and what the URL is put behind; None for a call of something else."""
        callee = call.child_by_field_name("function")
        of = callee.child_by_field_name("operand") if callee is not None else None
        on = self.source.text(of) if of is not None else ""
        if match["new"]:
            skip = 1 if match["new"].endswith(b"Context") else 0
            if len(given) < skip + 2:
                return None
            written = self.source.text(given[skip]).rpartition(".")[2].removeprefix("Method").strip('"').upper()
            return (written if written.isalpha() else None), given[skip + 1], None
        if not given:
            return None
        if match["uri"]:
            return "GET", given[0], None
        verb = match["verb"].decode()
        method = {"PostForm": "POST"}.get(verb, verb.upper())
        if on == "fasthttp":
            return (method, given[1], None) if len(given) > 1 else None
        if on.endswith("R()") or ".R()." in on:
            return method, given[0], self._base()
        return (method, given[0], None) if self._is_client(on, given[0]) else None

    def _is_client(self, on: str, target: Node) -> bool:
        """Say whether something sends requests: by its package, by the URL that it is given, or by its type."""
        if on == "http" or '"http' in self.source.text(target):
            return True
        last = on.rpartition(".")[2]
        if not last.isidentifier():
            return "http.Client{" in on
        if last not in self.clients:
            typed = re.compile(
                rf"\b{last}\b[^\n()]{{0,60}}\bhttp\.(?:Client|DefaultClient)\b|\b{last}\b\s*\*http\.Client".encode()
            )
            self.clients[last] = any(typed.search(one.source.source) for one in self.values.package(self.file))
        return self.clients[last]

    def _base(self) -> Text | None:
        """Return the base URL of the clients of resty, where the package sets one."""
        found: dict[str, Text] = {}
        for other in self.values.package(self.file):
            for match in re.finditer(rb"\.SetBaseURL\s*\(", other.source.source):
                node = other.source.at(match.start() + 1)
                call = other.source.around(node, "call_expression", "block") if node is not None else None
                text = self.values.text(arguments(call)[0], other) if call is not None and arguments(call) else None
                if text is not None:
                    found.setdefault(text.text, text)
        return next(iter(found.values())) if len(found) == 1 else None

    def _sent(self, call: Node, target: Node, base: Text | None, method: str | None) -> Iterator[Caller]:
        for way in _placed(list(self._ways(call, target, base))):
            yield from self._caller(call, way, method)

    def _text(self, target: Node, base: Text | None) -> Text | None:
        """Return the URL that an expression is, None unless it is known what it begins with, and its port."""
        start: Node | None = target
        while start is not None and start.type == "binary_expression":
            start = start.child_by_field_name("left")
        text = self.values.text(target, self.file) if self.values.text(start, self.file) is not None else None
        if text is not None and base is not None and "://" not in text.text:
            text = join([replace(base, text=base.text.rstrip("/")), replace(text, text="/" + text.text.lstrip("/"))])
        url = split(text.text) if text is not None else None
        return text if url is not None and url.port is not None else None

    def _ways(self, call: Node, target: Node, base: Text | None) -> Iterator[_Way]:
        """Yield where a request may go: as it is written, in each round of its loop, or as its function is called."""
        if (text := self._text(target, base)) is not None:
            yield _Way(text)
            return
        found = [_Way(text, self._told(one, text, self.file)) for one in rounds(call, self.file, self.values)
                 if (text := self._text(target, base)) is not None]  # fmt: skip
        yield from found
        function = enclosing(call, self.file)
        handed = set(parameters(function, self.file)) if function is not None else set()
        used = {self.source.text(one) for one in self.source.find(target, "identifier")}
        if found or function is None or not (used & handed):
            return
        for site, caller in self.values.sites(function, self.file):
            self.values.bind(function, self.file, site, caller)
            given = [self._text(target, base)]
            if given == [None]:
                given = [self._text(target, base) for _ in rounds(site, caller, self.values)]
            self.values.unbind(function, self.file)
            line, column, end = caller.source.place(site)
            at = self.repository.location(caller.path, line, column, end)
            for one in filter(None, given):
                yield _Way(replace(one, places=((caller.path, line, column, end), *one.places)), at)

    def _told(self, node: Node, text: Text, file: File) -> Location | None:
        """Return the line of an element if the whole URL stands in it."""
        place = next((one for one in text.places if one[0] == file.path), None)
        inner = element(node.named_children[-1] if node.type == "keyed_element" else node)
        whole = place is not None and "://" in file.source.text(inner) and place[1] == file.source.place(inner)[0]
        return self.repository.location(*place) if whole and place is not None else None

    def _caller(self, call: Node, way: _Way, method: str | None) -> Iterator[Caller]:
        url = split(way.text.text)
        if url is None or url.port is None or url.scheme not in {"http", "https"}:
            return
        own = self.location(call)
        at = way.told or own
        others = [self.repository.location(*place[:3]) for place in way.text.places]
        yield Caller(
            product="go",
            kind="client-code",
            protocol=url.scheme,
            to=url.address(self.unit),
            location=at,
            path=url.path,
            method=method,
            user_agent="Go-http-client/1.1",
            also=tuple(one for one in dict.fromkeys((own, *others)) if (one.file, one.line) != (at.file, at.line)),
            unit=self.unit,
            sure=0.85,
        )

    def checks(self) -> Iterator[Caller]:
        """Yield what Consul is told to ask for."""
        for match in _CHECK.finditer(self.source.source):
            node = self.source.at(match.start("check"))
            literal = self.source.around(node, "composite_literal", "block") if node is not None else None
            body = literal.child_by_field_name("body") if literal is not None else None
            fields = {
                self.source.text(one.named_children[0]): element(one.named_children[-1])
                for one in (self.source.find(body, "keyed_element") if body is not None else ())
            }
            if literal is None or "HTTP" not in fields:
                continue
            period = self.values.text(fields.get("Interval"), self.file)
            for way in self._ways(literal, fields["HTTP"], None):
                for one in self._caller(literal, replace(way, told=None), "GET"):
                    yield replace(
                        one, product="consul", kind="health-check", user_agent="Consul Health Check",
                        period=seconds(period.text) if period is not None else None,
                    )  # fmt: skip


def _placed(ways: list[_Way]) -> list[_Way]:
    """Return ways with the places that tell them, if there is more than one port that a call may go to."""
    ports = {url.port for way in ways if (url := split(way.text.text)) is not None}
    return ways if len(ports) > 1 else [replace(way, told=None) for way in ways]
