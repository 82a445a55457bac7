"""lighttpd: each ``proxy.server``, ``wstunnel.server`` and redirect, with what becomes of a handshake.

lighttpd passes a handshake on when ``proxy.header`` enables it. It extracts and does not judge.
`inspectors` drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._jinja import rendered
from wsdoctor.inspectors._proxies.common import (
    CARRIERS,
    Piece,
    arrives,
    details,
    finish,
    means_websocket,
    meant_for,
    number,
    pieces,
    resolved,
    target,
)
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Declared, Hop, Location, Note, Page
from wsdoctor.syntax.lighttpd import Assignment, Condition, Pair, Statement, Value, parse

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "lighttpd"
PATTERNS = ("*.conf", "*.conf.*", "*lighttpd*", "*.j2", "*.template", *CARRIERS)
NEEDLES = ("proxy.server", "wstunnel.server", "url.redirect", "include ")

_SIGN = re.compile(r"^[^#\n]*\b(?:proxy\.server|wstunnel\.server|url\.redirect)[ \t]*\+?=", re.MULTILINE)
_INCLUDE = re.compile(r"^[ \t]*include[ \t]+\"(?P<file>[^\"\n]+)\"", re.MULTILINE)
_MAX_INCLUDES = 6
_MAX_INCLUDED = 1 << 20
"""Characters that one configuration includes, each time counted."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """What counts within a condition."""

    header: Mapping[str, str] = field(default_factory=dict)
    spoiler: Assignment | None = None
    path: str | None = None
    listens: tuple[int, ...] = ()
    block: Condition | None = None
    scheme: str | None = None


def inspect(path: str, repository: Repository) -> Declared:
    """Return the hops of a configuration."""
    declared = Declared()
    if path in _included_files(repository):
        return declared
    for piece in pieces(path, rendered(path, repository)):
        if not _SIGN.search(piece.text) and not _INCLUDE.search(piece.text):
            continue
        try:
            configuration = _Configuration(path, repository, piece)
            declared.hops += configuration.hops()
            declared.pages += configuration.pages
        except SyntaxProblem as problem:
            declared.notes.append(Note(Location(path, problem.line, problem.column), f"lighttpd: {problem.problem}"))
    return finish(path, declared)


def _included_files(repository: Repository) -> frozenset[str]:
    """Return the files that another one includes: they are read with that one."""
    kept = repository.memory.get("lighttpd includes")
    if not isinstance(kept, frozenset):
        found: set[str] = set()
        for path in repository.named("*lighttpd*", "*.conf", "*.conf.*"):
            text = repository.text(path) or ""
            if "server." in text:
                names = {each["file"] for each in _INCLUDE.finditer(text)}
                found.update(file for name in names for file in _meant(name, path, repository))
                found.discard(path)
        kept = frozenset(found)
        repository.memory["lighttpd includes"] = kept
    return kept


def _meant(name: str, path: str, repository: Repository) -> list[str]:
    """Return the files that an include names: those beside the file, else those whose paths end alike."""
    folder = path.rpartition("/")[0]
    own = repository.glob(f"{folder}/{name}" if folder else name)
    return own or repository.glob(f"**/{name.rpartition('/')[2]}" if "*" not in name else f"**/{name.lstrip('/')}")


class _Configuration:
    def __init__(self, path: str, repository: Repository, piece: Piece) -> None:
        self.path = path
        self.repository = repository
        self.unit = unit_of(path, repository)
        self.files: dict[int, str] = {}
        self.left = _MAX_INCLUDED
        self.top = self._whole(parse(piece.text, first_line=piece.first_line), path, 0)
        self.variables: dict[str, str] = {}
        self.pages: list[Page] = []

    def hops(self) -> Iterator[Hop]:
        """Yield the hops of the whole configuration."""
        ports = tuple(
            port for item in self.top if isinstance(item, Assignment) and item.name == "server.port"
            and (port := number(self._text(item.value))) is not None
        )  # fmt: skip
        yield from self._block(self.top, _Scope(listens=ports))

    def _text(self, value: Value) -> str:
        if not isinstance(value, str):
            return ""
        known = self.variables.get(value, value)
        if found := re.fullmatch(r"env\.(\w+)", known):
            return resolved(f"${{{found[1]}}}", self.path, self.repository)
        return resolved(known, self.path, self.repository)

    def _whole(self, block: Sequence[Statement], path: str, depth: int) -> tuple[Statement, ...]:
        """Return statements with those of included files in their place, and note which file each stands in."""
        found: list[Statement] = []
        for item in block:
            if isinstance(item, Condition):
                whole = replace(item, block=self._whole(item.block, path, depth))
                self.files[id(whole)] = path
                found.append(whole)
            elif item.name != "include" or not isinstance(item.value, str):
                self.files[id(item)] = path
                found.append(item)
            elif depth < _MAX_INCLUDES:
                for file in _meant(item.value, path, self.repository) if self.left > 0 else ():
                    text = rendered(file, self.repository)
                    self.left -= len(text)
                    try:
                        inner = parse(text)
                    except SyntaxProblem:
                        continue
                    found += self._whole(inner, file, depth + 1)
        return tuple(found)

    def _place(self, item: Statement, line: int, column: int = 1, end_line: int | None = None) -> Location:
        return self.repository.location(self.files.get(id(item), self.path), line, column, end_line)

    def _block(self, block: Sequence[Statement], scope: _Scope) -> Iterator[Hop]:
        for item in block:
            if isinstance(item, Assignment) and item.name == "proxy.header" and not isinstance(item.value, str):
                header = {pair.key: self._text(pair.value) for pair in item.value}
                scope = replace(scope, header=header, spoiler=item)
            elif isinstance(item, Assignment) and item.name.startswith("var.") and isinstance(item.value, str):
                self.variables[item.name] = item.value
        for item in block:
            if isinstance(item, Condition):
                yield from self._block(item.block, self._within(item, scope))
            elif item.name in {"proxy.server", "wstunnel.server"} and not isinstance(item.value, str):
                for pair in item.value:
                    yield from self._server(item, pair, scope)
            elif item.name == "url.redirect" and not isinstance(item.value, str):
                for pair in item.value:
                    yield from self._redirect(item, pair, scope)

    def _within(self, item: Condition, scope: _Scope) -> _Scope:
        if item.field == "HTTP" and item.key == "url":
            path = f"~ {item.value}" if item.operator == "=~" else item.value
            return replace(scope, path=path if item.operator != "!~" else scope.path, block=item)
        if item.field == "HTTP" and item.key == "scheme":
            return replace(scope, scheme=item.value if item.operator == "==" else None, block=item)
        if item.field == "SERVER" and (port := number(item.value.rpartition(":")[2])) is not None:
            return replace(scope, listens=(port,), block=item)
        return replace(scope, block=item)

    def _server(self, item: Assignment, pair: Pair, scope: _Scope) -> Iterator[Hop]:
        seen: set[int | None] = set()
        ends = pair.value if not isinstance(pair.value, str) else ()
        flat = ends if any(end.key in {"host", "port"} for end in ends) else None
        for end in [Pair("", flat, pair.line)] if flat is not None else ends:
            given = {each.key: self._text(each.value) for each in end.value} if not isinstance(end.value, str) else {}
            port = number(given.get("port", "80"))
            if port in seen or not given:
                continue
            seen.add(port)
            yield self._hop(item, pair, scope, Address(given.get("host") or None, port, self.unit))

    def _hop(self, item: Assignment, pair: Pair, scope: _Scope, to: Address) -> Hop:
        path = scope.path or (pair.key or None)
        tunnel = item.name == "wstunnel.server"
        keeps = scope.header.get("upgrade") == "enable"
        lacks = () if keeps and not tunnel else ("websocket",) if tunnel else ("upgrade", "connection")
        sends = ["payload"] if tunnel else []
        if scope.header.get("map-urlpath") or "map-urlpath" in scope.header:
            sends.append("strips-prefix")
        refused = scope.spoiler if scope.header.get("upgrade") not in {None, "enable"} else None
        block = scope.block if refused is None else refused
        same = block is not None and self.files.get(id(block)) == self.files.get(id(item))
        shown = block if block is not None and same and block.line <= item.line else item
        return Hop(
            "lighttpd", to, "tcp" if tunnel else "http", self._place(shown, shown.line, shown.column, shown.end_line),
            scope.listens, path, not lacks, lacks, tuple(sends), meant_for(path, asks=keeps or tunnel), self.unit,
            details(
                **arrives("1.1", "close, upgrade" if keeps else "close", "websocket" if keeps else None),
                directive=item.name, directive_line=item.line,
            ),
        )  # fmt: skip

    def _redirect(self, item: Assignment, pair: Pair, scope: _Scope) -> Iterator[Hop]:
        to = target(re.sub(r"%\d|\$\{[^}]*\}", "", self._text(pair.value)))
        if scope.scheme == "http" and to.scheme == "https" and pair.key in {"", "^/(.*)", ".*", "^/", "^.*", "^(.*)$"}:
            self.pages.append(Page(NAME, self._place(item, pair.line)))
        if to.port is None:
            return
        path = pair.key or scope.path
        yield Hop(
            "lighttpd", Address(to.host or "", to.port, self.unit), to.scheme,
            self._place(item, pair.line), scope.listens, path, None, (), ("redirect",),
            means_websocket(path), self.unit, details(directive=item.name, directive_line=item.line),
        )  # fmt: skip
