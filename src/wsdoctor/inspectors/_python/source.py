"""What the inspectors of Python code share: opening a file once, URLs to addresses, ports, routes, what is a test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._python import calls
from wsdoctor.inspectors._python.flows import reached
from wsdoctor.inspectors._python.model import HOLE, File, Value
from wsdoctor.inspectors._python.names import load
from wsdoctor.inspectors._python.values import Reader
from wsdoctor.model.traffic import Address, Location, Note
from wsdoctor.syntax.python import Function, Module, parse

__all__ = [
    "MAX_REACHED", "Url", "calls_named", "closing_notes", "enclosing", "open_file", "ports",
    "reachable", "routes", "url_of",
]  # fmt: skip

_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*|\x00)://(?:[^/@?#]*@)?(?P<host>\[[^\]/]*\]|[^/:?#]*)(?::(?P<port>[^/?#]*))?(?P<path>[^?#]*)"
)
_HOLES = re.compile(f"{HOLE}+")
_STANDARD = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_METHODS = frozenset(
    ("get", "post", "put", "delete", "patch", "head", "options", "route", "api_route", "websocket", "add")
)
MAX_REACHED = 80


@dataclass(frozen=True, slots=True)
class Url:
    """A URL as far as it could be followed.

    Attributes:
        scheme: in small letters, None if unknown.
        host: None if unknown.
        port: None if unknown.
        path: ``*`` for what is unknown of it; None if nothing is known.

    """

    scheme: str | None
    host: str | None
    port: int | None
    path: str | None

    def address(self, unit: str | None) -> Address:
        """Return where it leads for somebody in a unit."""
        return Address(self.host, self.port, unit)


def open_file(path: str, repository: Repository) -> tuple[Reader | None, list[Note]]:
    """Return a reader of a Python file, and what is to be said of it; None where nothing of it can be read."""
    kept = repository.memory.get("python file")
    if isinstance(kept, tuple) and kept[0] == path:
        return kept[1], []
    notes: list[Note] = []
    file = load(path, repository)
    problem = file.module.problem if file is not None else _problem(repository.text(path) or "")
    if problem is not None:
        place = repository.location(path, problem.line, problem.column)
        rest = "what comes before it was read" if file is not None else "the file was left out"
        notes.append(Note(place, f"Python cannot be read here ({problem.problem}); {rest}"))
    reader = Reader(file, repository) if file is not None else None
    repository.memory["python file"] = (path, reader)
    return reader, notes


def _problem(text: str) -> SyntaxProblem | None:
    try:
        parse(text)
    except SyntaxProblem as problem:
        return problem
    return None


def closing_notes(reader: Reader) -> Iterator[Note]:
    """Yield what is to be said when a file was gone through: values that were cut short or not decided."""
    place = Location(reader.file.path, 1)
    problem = reader.file.module.problem
    if problem is not None and reader.file.module.taken_apart and not reader.told:
        reader.told = True
        where = reader.repository.location(reader.file.path, problem.line, problem.column)
        yield Note(where, f"Python cannot be read here ({problem.problem}); the rest of the file was read")
    if reader.spent:
        yield Note(place, "following the values of this file was cut short; some may be missing")
    for name in sorted(reader.ambiguous):
        yield Note(place, f"{name} has several values in this repository and nothing decides between them here")


def url_of(text: str) -> Url | None:
    """Return the URL that a text is, holes and all; None where it is not an absolute one."""
    match = _URL.match(text.strip())
    if match is None:
        return None
    scheme = match["scheme"].lower()
    known = None if HOLE in scheme else scheme
    host = match["host"].strip("[]")
    port: int | None = _STANDARD.get(scheme)
    if match["port"] is not None:
        digits, hole, _ = match["port"].partition(HOLE)
        port = int(digits) if digits.isdecimal() and len(digits) < 6 else None
        if hole and port is not None:
            return Url(known, _host(host), port, None)
    elif host and HOLE in host:
        port = None
    return Url(known, _host(host), port, _HOLES.sub("*", match["path"] or "/"))


def _host(text: str) -> str | None:
    return None if HOLE in text or "{" in text else text


def ports(values: list[Value]) -> list[Value]:
    """Return those values that are port numbers, as numbers; one that only a variable knows stays as None."""
    found = []
    for value in values:
        data = value.data
        if isinstance(data, str) and data.strip().isdecimal() and len(data.strip()) < 6:
            data = int(data)
        if isinstance(data, bool):
            continue
        if (isinstance(data, int) and 0 < data < 65536) or (data is None and value.environment):
            found.append(Value(data, value.places, value.environment))
    known = [value for value in found if value.data is not None]
    return known or found


def calls_named(reader: Reader, names: frozenset[str]) -> Iterator[ast.Call]:
    """Yield the calls whose function ends in one of some names, or was imported under another from one of them.

    Those in statements that no value of a library gets to are left out.
    """
    module = reader.file.module
    known = names | module.aliases(names)
    written = (place for place, one in enumerate(module.statements) if not known.isdisjoint(one.called))
    places = reached(reader.file, written, reader.repository)
    return (call for call in module.calls_at(places) if calls.last_name(call.func) in known)


def enclosing(module: Module, node: ast.AST) -> Iterator[Function]:
    """Yield the functions around a node, the closest first."""
    return (up for up in module.ancestors(node) if isinstance(up, (ast.FunctionDef, ast.AsyncFunctionDef)))


def routes(reader: Reader, function: Function) -> list[str]:
    """Return the paths that decorators such as ``@app.get("/x")`` give a function; empty if it has none."""
    found = []
    for decorator in function.decorator_list:
        if (
            isinstance(decorator, ast.Call)
            and isinstance(decorator.func, ast.Attribute)
            and decorator.func.attr in _METHODS
        ):
            value = reader.first(calls.argument(decorator, 0, "path", "rule"))
            if value is not None and isinstance(value.data, str):
                found.append(value.data)
    return found


def reachable(path: str, repository: Repository) -> list[str]:
    """Return a file and those of the repository that it imports, directly or not, bounded."""
    kept: dict[str, list[str]] = repository.memory.setdefault("python reach", {})  # type: ignore[assignment]
    if path in kept:
        return kept[path]
    found = kept[path] = [path]
    for current in found:
        file = load(current, repository)
        for binding in _imports(file):
            dots = binding[0] if binding[0].endswith(".") or not binding[1] else f"{binding[0]}."
            for dotted in (binding[0], f"{dots}{binding[1]}"):
                other = repository.resolve(current, dotted) if dotted.strip(".") else None
                if other is not None and other not in found and len(found) < MAX_REACHED:
                    found.append(other)
    return found


def _imports(file: File | None) -> Iterator[tuple[str, str]]:
    for node in file.module.imported() if file is not None else ():
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (("." * node.level + (node.module or ""), alias.name) for alias in node.names)
