"""What all inspectors of platforms share: documents, places, URLs, durations, status codes and how sure a file is.

It knows no product and judges nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._expansion import expand, is_open
from wsdoctor.inspectors._values import environment
from wsdoctor.model.traffic import Address, Caller, Location, Note
from wsdoctor.syntax import jsonc
from wsdoctor.syntax import toml as toml_language
from wsdoctor.syntax import yaml as yaml_language
from wsdoctor.syntax._tree import Node, Pair, Scalar

__all__ = [
    "LOCAL",
    "Url",
    "codes",
    "codes_between",
    "documents",
    "environment_lookup",
    "folder",
    "frozen",
    "http_caller",
    "note",
    "place",
    "port_number",
    "seconds",
    "split_url",
    "sure_of",
    "tables",
]

LOCAL = "localhost"
"""Host of a check that runs beside the server, in the same unit."""

MAX_KEPT = 1 << 20
"""Characters of the files whose documents are kept; a tree takes twenty times the memory of its text."""

DEFAULT_PORTS: Mapping[str, int] = MappingProxyType({"http": 80, "ws": 80, "https": 443, "wss": 443})

_ASIDE = re.compile(
    r"(?:^|/)(?:tests?|testing|testdata|__tests__|specs?|fixtures?|examples?|samples?|docs?|documentation|e2e|archive|old)/",
    re.IGNORECASE,
)
_ASIDE_NAME = re.compile(
    r"(?:^|[._-])(?:tests?|e2e|examples?|samples?|bak|orig|old|disabled)(?:[._-]|$)", re.IGNORECASE
)
_ASIDE_SURE = 0.4
_DURATION = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>ns|us|µs|ms|s|m|h|d)?")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_URL = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?:[^@/?#\s]*@)?(?P<host>\[[^\]]*\]|[^:/?#\s]*)"
    r"(?::(?P<port>[^/?#\s]*))?(?P<path>[/?][^#\s]*)?"
)
_NUMBERS = tuple(status.value for status in HTTPStatus)


@dataclass(frozen=True, slots=True)
class Url:
    """A URL or ``host:port``, as far as it is known.

    Attributes:
        scheme: in lower case, ``""`` if none was written.
        host: None if a variable stands for it.
        port: None if a variable stands for it, or none was written and the scheme has no usual one.
        path: None if a variable stands in it.
        open_port: the port as written, if a variable stands for it.

    """

    scheme: str
    host: str | None
    port: int | None
    path: str | None
    open_port: str = ""


def split_url(url: str) -> Url | None:
    """Take apart a URL or ``host:port``; None for what is neither."""
    found = _URL.match(url.strip().strip("\"'"))
    if found is None or not (found["host"] or found["port"]):
        return None
    scheme = (found["scheme"] or "").lower()
    host: str | None = found["host"].strip("[]")
    if host is not None and is_open(host):
        host = None
    written, path = found["port"], found["path"]
    port = port_number(written) if written else DEFAULT_PORTS.get(scheme)
    open_port = written if written and port is None else ""
    if host is None and not written:
        port, open_port = None, found["host"]
    if path is not None and path.startswith("?"):
        path = "/" + path
    known = None if path is not None and is_open(path) else path or "/"
    return Url(scheme, host, port, known, open_port)


def port_number(text: object) -> int | None:
    """Return a port number, None for anything else."""
    if isinstance(text, bool) or text is None:
        return None
    stripped = str(text).strip().strip("\"'")
    return int(stripped) if re.fullmatch(r"[0-9]{1,5}", stripped) and 0 < int(stripped) < 65536 else None


def seconds(value: object, default_unit: str = "s") -> float | None:
    """Return a duration such as ``2s``, ``500ms``, ``1m30s`` or ``30`` in seconds, None if it is none."""
    if isinstance(value, bool) or value is None:
        return None
    stripped = str(value).strip().strip("\"'")
    parts = list(_DURATION.finditer(stripped))
    if not parts or "".join(part[0] for part in parts) != stripped:
        return None
    return round(sum(float(part["number"]) * _UNITS[part["unit"] or default_unit] for part in parts), 6)


def codes_between(first: int, last: int) -> tuple[int, ...]:
    """Return the registered status codes from one to another."""
    return tuple(code for code in _NUMBERS if first <= code <= last)


def codes(text: object) -> tuple[int, ...]:
    """Return the status codes that a text such as ``200-299,401`` or ``2xx`` stands for."""
    found: list[int] = []
    for first, last in re.findall(r"\b([1-5][0-9x]{2})(?:\s*(?:-|\.\.)\s*([1-5][0-9x]{2}))?\b", str(text).lower()):
        if last or "x" in first:
            found += codes_between(int(first.replace("x", "0")), int((last or first).replace("x", "9")))
        else:
            found.append(int(first))
    return tuple(dict.fromkeys(found))


def sure_of(path: str) -> float:
    """Return how sure it is that a file is used where the server runs: tests, examples and documents are not."""
    if path.startswith((".github/", ".gitlab/", ".circleci/")):
        return 1.0
    return _ASIDE_SURE if _ASIDE.search(path) or _ASIDE_NAME.search(path.rpartition("/")[2]) else 1.0


def folder(path: str) -> str:
    """Return the folder of a file, ``""`` for the root."""
    return path.rpartition("/")[0]


def frozen(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Return a mapping that cannot be changed."""
    return MappingProxyType(dict(headers))


def documents(path: str, repository: Repository, notes: list[Note] | None = None) -> list[Node]:
    """Return the documents of a YAML or JSON file, none if it cannot be read; those of some files are kept.

    Args:
        path: of the file.
        repository: that it is in.
        notes: gets what could not be read.

    """
    kept = repository.memory.setdefault("platform documents", _Kept())
    assert isinstance(kept, _Kept)
    found, problems = kept.of(path, repository)
    if notes is not None:
        notes += (Note(repository.location(path, each.line), f"it cannot be read: {each.problem}") for each in problems)
    return found


_Parsed = tuple[list[Node], list[SyntaxProblem]]


class _Kept:
    """The documents of the files that were read first, as far as there is room, and of the one that was read last.

    All manifests of a repository are read to know what they say together, then each again for what it declares.
    """

    def __init__(self) -> None:
        self.files: dict[str, _Parsed] = {}
        self.last: tuple[str, _Parsed] = ("", ([], []))
        self.room = MAX_KEPT

    def of(self, path: str, repository: Repository) -> _Parsed:
        if path in self.files:
            return self.files[path]
        if path != self.last[0]:
            text = repository.text(path) or ""
            self.last = (path, _parsed(path, text))
            if len(text) <= self.room:
                self.room -= len(text)
                self.files[path] = self.last[1]
        return self.last[1]


def _parsed(path: str, text: str) -> _Parsed:
    problems: list[SyntaxProblem] = []
    try:
        is_json = path.endswith((".json", ".jsonc")) or text.lstrip()[:1] == "{"
        return ([jsonc.parse(text)] if is_json else yaml_language.parse(text, problems)), problems
    except SyntaxProblem as problem:
        return [], [*problems, problem]


def tables(path: str, repository: Repository, notes: list[Note]) -> list[toml_language.Table]:
    """Return the tables of a TOML file, none if it cannot be read."""
    try:
        return toml_language.parse(repository.text(path) or "")
    except SyntaxProblem as problem:
        notes.append(Note(repository.location(path, problem.line), f"it cannot be read: {problem.problem}"))
        return []


def place(path: str, repository: Repository, what: Pair | Node | int, end_line: int | None = None) -> Location:
    """Return the location of a pair, a node or a line."""
    if isinstance(what, int):
        return repository.location(path, what, 1, end_line)
    if isinstance(what, Pair):
        return repository.location(path, what.line, what.key.column, end_line or what.end_line)
    line = what.first_line if isinstance(what, Scalar) else what.line
    return repository.location(path, line, what.column, end_line or what.end_line)


def note(path: str, repository: Repository, what: Pair | Node | int, text: str) -> Note:
    """Return a note on a pair, a node or a line."""
    return Note(place(path, repository, what), text)


def environment_lookup(path: str, repository: Repository, unit: str | None = None) -> Callable[[str], str | None]:
    """Return a function that gives the value of a variable as a file of a unit sees it."""

    def value(name: str) -> str | None:
        found = environment(repository).value(name, unit, path)
        return found[0] if found else None

    return value


def resolved(text: str | None, value: Callable[[str], str | None]) -> str:
    """Put values in the place of variables."""
    return expand(text or "", value)


def http_caller(
    product: str,
    to: Address,
    location: Location,
    *,
    path: str | None = "/",
    protocol: str = "http",
    user_agent: str | None = None,
    period: float | None = None,
    method: str | None = "GET",
    expects: tuple[int, ...] = (),
    headers: Mapping[str, str] | None = None,
    kind: str = "health-check",
    also: tuple[Location, ...] = (),
    unit: str | None = None,
) -> Caller:
    """Return a check of a platform; one that knows neither path nor method of HTTP is a TCP check."""
    protocol = protocol.lower()
    speaks_http = protocol in {"http", "https", "ws", "wss"}
    return Caller(
        product,
        kind,
        protocol,
        to,
        location,
        path=path if speaks_http else None,
        method=method if speaks_http else None,
        user_agent=user_agent if speaks_http else None,
        period=period,
        expects=expects if speaks_http else (),
        headers=frozen(headers or {}),
        also=also,
        unit=unit,
        sure=sure_of(location.file),
    )
