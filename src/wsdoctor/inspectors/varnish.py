"""Varnish: each backend that requests are sent to, whether a handshake is piped to it whole, and its probes.

Varnish loses a handshake unless vcl_recv pipes it and vcl_pipe copies Upgrade and Connection. It extracts and does not
judge. `inspectors` drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._jinja import rendered
from wsdoctor.inspectors._proxies.common import (
    CARRIERS,
    HANDSHAKES_ONLY,
    Piece,
    arrives,
    details,
    finish,
    meant_for,
    number,
    pieces,
    resolved,
    seconds,
)
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Caller, Declared, Hop, Location, Note
from wsdoctor.syntax._proxy_patterns import found as found_in
from wsdoctor.syntax.vcl import Statement, parse

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "varnish"
PATTERNS = ("*.vcl", "*.vcl.*", *CARRIERS)
NEEDLES = ("backend ", "include ")

_SIGN = re.compile(r"^[ \t]*backend[ \t]+\w+[ \t\n]*\{[^}]*\.host[ \t]*=", re.MULTILINE)
_INCLUDE = re.compile(r"^[ \t]*include[ \t]+\"(?P<file>[^\"\n]+)\"", re.MULTILINE)
_SIGNS = re.compile(r"[\\.*+?()\[\]{}|$]")
_MAX_CALLS = 8
_MAX_INCLUDES = 6
_MAX_INCLUDED = 1 << 20
"""Characters that one configuration includes, each time counted."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The conditions around a statement."""

    conditions: tuple[Statement, ...] = ()

    @property
    def path(self) -> str | None:
        """The path that the innermost condition on the URL asks for."""
        for statement in reversed(self.conditions):
            words = statement.words
            for at, word in enumerate(words[:-2]):
                if word == "req.url" and words[at + 1] in {"~", "=="}:
                    return ("~ " if words[at + 1] == "~" else "") + words[at + 2].strip('"')
        return None

    def handshake(self) -> bool | None:
        """Say whether a handshake meets the conditions on fields, True if there are none; None = not about fields."""
        result: bool | None = None
        for statement in self.conditions:
            for held in _held(statement.words):
                result = held if result is None else result and held
        return result


def _held(words: Sequence[str]) -> Iterator[bool]:
    values = {"req.http.upgrade": "websocket", "req.http.connection": "Upgrade"}
    for at, word in enumerate(words):
        value = values.get(word.lower())
        if value is None:
            continue
        operator, pattern = (*words[at + 1 : at + 3], "", "")[:2]
        pattern = pattern.strip('"')
        negated = words[at - 1 : at] == ("!",)
        if operator == "~":
            yield found_in(pattern, value) is not False
        elif operator == "!~":
            yield found_in(pattern, value) is False
        elif operator in {"==", "!="}:
            yield (pattern == value) is (operator == "==")
        else:
            yield not negated


def _may_meet(one: str | None, other: str | None) -> bool:
    """Say whether a request may have both of two paths or patterns."""
    if one is None or other is None:
        return True
    first, second = (_SIGNS.split(each.removeprefix("~ ").removeprefix("^"), maxsplit=1)[0] for each in (one, other))
    return first.startswith(second) or second.startswith(first)


@dataclass(slots=True)
class _Route:
    """Where requests go, and how."""

    backend: str
    asked: _Asked
    statement: Statement | None = None
    at: int = 0


@dataclass(frozen=True, slots=True)
class _Return:
    """Where a subroutine ends, with what is asked for before: handed on as it is (``pipe``), or otherwise."""

    asked: _Asked
    statement: Statement
    at: int


@dataclass(slots=True)
class _Program:
    """What the subroutines do that matters, each with its place in the order of all that they do."""

    routes: list[_Route] = field(default_factory=list)
    pipes: list[_Return] = field(default_factory=list)
    others: list[_Return] = field(default_factory=list)
    steps: int = 0


def inspect(path: str, repository: Repository) -> Declared:
    """Return the hops and the probes of a VCL file."""
    declared = Declared()
    if path in _included_files(repository):
        return declared
    for piece in pieces(path, rendered(path, repository)):
        if not _SIGN.search(piece.text) and not _INCLUDE.search(piece.text):
            continue
        try:
            configuration = _Configuration(path, repository, piece)
            declared.hops += configuration.hops()
            declared.callers += configuration.probes()
        except SyntaxProblem as problem:
            declared.notes.append(Note(Location(path, problem.line, problem.column), f"varnish: {problem.problem}"))
    return finish(path, declared)


def _included_files(repository: Repository) -> frozenset[str]:
    """Return the files that another one includes: they are read with that one."""
    kept = repository.memory.get("varnish includes")
    if not isinstance(kept, frozenset):
        found: set[str] = set()
        for path in repository.named("*.vcl", "*.vcl.*"):
            for name in {each["file"] for each in _INCLUDE.finditer(repository.text(path) or "")}:
                file = _meant(name, path, repository)
                if file is not None and file != path:
                    found.add(file)
        kept = frozenset(found)
        repository.memory["varnish includes"] = kept
    return kept


def _meant(name: str, path: str, repository: Repository) -> str | None:
    """Return the file that an include means: one beside the file that includes it before any other."""
    found = repository.named(name.rpartition("/")[2]) if name else []
    folder = path.rpartition("/")[0]
    return next((each for each in found if each.rpartition("/")[0] == folder), found[0] if found else None)


class _Configuration:
    def __init__(self, path: str, repository: Repository, piece: Piece) -> None:
        self.path = path
        self.repository = repository
        self.unit = unit_of(path, repository)
        self.files: dict[int, str] = {}
        self.left = _MAX_INCLUDED
        self.top = self._whole(parse(piece.text, first_line=piece.first_line), path, 0)
        self.backends = {item.words[1]: item for item in self.top if item.starts("backend") and len(item.words) > 1}
        self.probe_of = {item.words[1]: item for item in self.top if item.starts("probe") and len(item.words) > 1}
        self.subs: dict[str, list[Statement]] = {}
        for item in self.top:
            if item.starts("sub") and len(item.words) > 1:
                self.subs.setdefault(item.words[1], []).append(item)
        self.directors = self._directors(self.top)
        self.program = _Program()
        for sub in self.subs.get("vcl_recv", ()):
            self._run(sub.block or (), _Asked(), 0)

    def _whole(self, block: Sequence[Statement], path: str, depth: int) -> list[Statement]:
        """Return statements with those of included files in their place, and note which file each stands in."""
        found: list[Statement] = []
        for item in block:
            if not item.starts("include") or len(item.words) < 2 or depth >= _MAX_INCLUDES:
                self.files.update((id(each), path) for each in item.walk())
                found.append(item)
                continue
            file = _meant(item.words[1].strip('"'), path, self.repository) if self.left > 0 else None
            if file is None:
                continue
            text = rendered(file, self.repository)
            self.left -= len(text)
            try:
                inner = parse(text)
            except SyntaxProblem:
                continue
            found += self._whole(inner, file, depth + 1)
        return found

    def _place(self, statement: Statement) -> Location:
        file = self.files.get(id(statement), self.path)
        return self.repository.location(file, statement.line, statement.column, statement.end_line)

    @staticmethod
    def _directors(known: Sequence[Statement]) -> dict[str, str]:
        """Return the first backend of each director."""
        found: dict[str, str] = {}
        for item in known:
            for statement in item.walk():
                words = statement.words
                if len(words) > 2 and words[0].endswith(".add_backend") and words[1] == "(":
                    found.setdefault(words[0].removesuffix(".add_backend"), words[2])
        return found

    def _run(self, block: Sequence[Statement], asked: _Asked, calls: int, *, surely: bool = True) -> None:
        """Note what statements do; those of an ``else`` do it not for all that meet what is asked for around them."""
        for statement in block:
            words = statement.words
            self.program.steps += 1
            at = self.program.steps
            if statement.block is not None:
                inner = (
                    _Asked((*asked.conditions, statement)) if (words and words[0] != "else") or "if" in words else asked
                )
                self._run(statement.block, inner, calls, surely=surely and inner is not asked)
            elif statement.starts("set") and len(words) > 3 and words[1] in {"req.backend_hint", "req.backend"}:
                name = words[3].removesuffix(".backend")
                self.program.routes.append(_Route(self.directors.get(name, name), asked, statement, at))
            elif words[:2] == ("return", "(") and len(words) > 2:
                if words[2] == "pipe":
                    self.program.pipes.append(_Return(asked, statement, at))
                elif surely:
                    self.program.others.append(_Return(asked, statement, at))
            elif statement.starts("call") and len(words) > 1 and calls < _MAX_CALLS:
                for sub in self.subs.get(words[1], ()):
                    self._run(sub.block or (), asked, calls + 1, surely=surely)

    def hops(self) -> Iterator[Hop]:
        """Yield one hop for each way to a backend; the first backend gets what no statement sends elsewhere."""
        routes = [route for route in self.program.routes if route.backend in self.backends]
        first = next(iter(self.backends), None)
        default = "default" if "default" in self.backends else first
        always = any(not route.asked.conditions for route in routes)
        if default is not None and not always:
            routes.append(_Route(default, _Asked()))
        for route in routes:
            yield self._hop(route)

    def _piped(self, route: _Route) -> bool:
        """Say whether handshakes that take a route are piped."""
        if route.asked.handshake() is False:
            return False
        mine = route.asked.conditions
        ends = [each.at for each in self.program.others
                if each.at > route.at and mine[: len(each.asked.conditions)] == each.asked.conditions]  # fmt: skip
        last = min(ends, default=self.program.steps)
        for pipe in self.program.pipes:
            asked = pipe.asked
            if pipe.at > last or not _may_meet(asked.path, route.asked.path):
                continue
            meets = asked.handshake()
            same = bool(mine) and all(condition in asked.conditions for condition in mine)
            same = same or (asked.path is not None and asked.path == route.asked.path)
            if meets is True or (meets is None and (not asked.conditions or same)):
                return True
        return False

    def _kept(self) -> tuple[bool, bool]:
        """Say whether vcl_pipe copies Upgrade and whether it copies Connection."""
        found = set()
        for sub in self.subs.get("vcl_pipe", ()):
            for statement in sub.walk():
                words = [word.lower() for word in statement.words]
                if words[:1] == ["set"] and len(words) > 3 and words[1].startswith("bereq.http."):
                    name = words[1].removeprefix("bereq.http.")
                    value = words[3].strip('"')
                    token = {"upgrade": "websocket", "connection": "upgrade"}.get(name)
                    if token is not None and (value == f"req.http.{name}" or token in value.split(", ")):
                        found.add(name)
        return "upgrade" in found, "connection" in found

    def _hop(self, route: _Route) -> Hop:
        backend = self.backends[route.backend]
        settings = _settings(backend)
        to = self._end(settings)
        piped = self._piped(route)
        upgrade, connection = self._kept() if piped else (False, False)
        lacks = () if upgrade and connection else tuple(
            name for name, lost in (
                ("pipe", not piped), ("upgrade", not upgrade), ("connection", not connection),
            ) if lost
        )  # fmt: skip
        sends = ("proxy-protocol",) if "proxy_header" in settings else ()
        handshakes = route.asked.handshake()
        shown: Statement = backend
        pipes = self.subs.get("vcl_pipe", ())
        if piped and lacks:
            shown = pipes[0] if pipes else self.program.pipes[0].statement
        elif sends:
            shown = next(item for item in backend.block or () if item.starts(".proxy_header"))
        elif route.asked.conditions:
            shown = route.asked.conditions[-1]
        place = self._place(shown)
        only = HANDSHAKES_ONLY if handshakes else None
        return Hop(
            "varnish", to,
            "https" if settings.get("ssl") == "1" else "http", place, (), route.asked.path, not lacks, lacks, sends,
            meant_for(route.asked.path, route.backend, only=only), self.unit,
            details(
                **arrives("1.1", "Upgrade" if connection else "close" if piped else None,
                          "websocket" if upgrade else None),
                directive=" ".join(route.statement.words if route.statement is not None else backend.words),
                directive_line=(route.statement or backend).line,
                upstream=route.backend,
                only=only,
            ),
        )  # fmt: skip

    def _end(self, settings: dict[str, str]) -> Address:
        host, _, glued = resolved(settings.get("host", ""), self.path, self.repository).partition(":")
        port = number(resolved(settings.get("port", glued or "80"), self.path, self.repository))
        return Address(host or None, port, self.unit)

    def probes(self) -> Iterator[Caller]:
        """Yield the probe of each backend, written in it or by name."""
        for backend in self.backends.values():
            settings = _settings(backend)
            for item in backend.block or ():
                if not item.starts(".probe"):
                    continue
                probe = item if item.block is not None else self.probe_of.get(item.words[-1])
                if probe is not None:
                    yield self._probe(item, probe, settings)

    def _probe(self, item: Statement, probe: Statement, settings: dict[str, str]) -> Caller:
        given = _settings(probe)
        request = next((each.words[2:] for each in probe.block or () if each.starts(".request")), ())
        lines = [word.strip('"') for word in request]
        method, path = "GET", given.get("url", "/")
        headers = {}
        for line in lines:
            if parts := re.fullmatch(r"([A-Z]+) (\S+)(?: HTTP/[\d.]+)?", line):
                method, path = parts[1], parts[2]
            elif ":" in line:
                name, _, value = line.partition(":")
                headers[name.strip()] = value.strip()
        expected = given.get("expected_response", "")
        also = () if probe is item else (self._place(item),)
        return Caller(
            "varnish", "health-check", "http", self._end(settings), self._place(probe), path, method, "",
            seconds(given.get("interval")) or 5.0, (int(expected),) if expected.isdecimal() else (), headers, also,
            unit=self.unit,
        )  # fmt: skip


def _settings(block: Statement) -> dict[str, str]:
    """Return the settings of a backend or a probe that have one value."""
    return {
        item.words[0].lstrip("."): item.words[2].strip('"')
        for item in block.block or ()
        if len(item.words) > 2 and item.words[1] == "="
    }
