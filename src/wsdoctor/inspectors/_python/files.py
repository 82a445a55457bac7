"""Settings that Python code reads from files of the repository: JSON, YAML, TOML and INI, as values with their lines.

Which file it is is told by the names that are written where it is opened; the file itself is only read as data.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._python.model import HOLE, External, File, Frame, Value
from wsdoctor.model.traffic import Location
from wsdoctor.syntax import jsonc, toml, yaml
from wsdoctor.syntax._tree import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = ["data", "found", "ini_of", "is_parser", "loaded", "named"]

_LOADS = re.compile(
    r"(?:json|orjson|ujson|simplejson|yaml|tomllib|tomli|toml|commentjson|json5|ruamel\.yaml\.YAML\(\))\."
    r"(?:load|loads|safe_load|full_load|unsafe_load)|omegaconf\.OmegaConf\.load|anyconfig\.load|pytoml\.load"
).fullmatch
_PARSERS = re.compile(r"configparser\.(?:Raw|Safe)?ConfigParser").fullmatch
_NAME = re.compile(r"[\w./ -]*\w\.(?:json5?|ya?ml|toml|ini|cfg|conf)")
_SECTION = re.compile(r"\s*\[(?P<name>[^\]]+)\]")
_SETTING = re.compile(r"(?P<name>[^\s=:#;][^=:]*?)\s*[=:]\s*(?P<value>.*)")
_MAX_NODES = 400
_MAX_DEPTH = 8


def loaded(reader: Reader, name: str, call: ast.Call, frame: Frame) -> list[Value] | None:
    """Return what a call reads from a file, None if it reads none that is known.

    Args:
        reader: of the file that calls.
        name: of what is called.
        call: with the file, or what was read from it, as its first argument.
        frame: that the call stands in.

    """
    if not _LOADS(name) or not call.args:
        return None
    for path in named(reader, call.args[0], frame):
        value = data(path, reader.repository)
        if value is not None:
            return [value]
    return None


def ini_of(reader: Reader, name: str, frame: Frame) -> list[Value] | None:
    """Return what a parser of INI files that is made here reads anywhere in the file, None if that is not known."""
    if not _PARSERS(name):
        return None
    module = frame.file.module
    for call in module.calls_at(module.holding("read")):
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"read", "read_file"} and call.args:
            for path in named(reader, call.args[0], frame):
                return [_ini(path, reader.repository)]
    return None


def is_parser(name: str) -> bool:
    """Say whether an external is a parser of INI files."""
    return _PARSERS(name.removesuffix("()")) is not None


def named(reader: Reader, node: ast.expr, frame: Frame) -> Iterator[str]:
    """Yield the files of the repository that an expression, or what it was made of, names."""
    pending: list[tuple[ast.AST, Frame]] = [(node, frame)]
    looked = 0
    while pending and looked < _MAX_NODES:
        one, where = pending.pop(0)
        looked += 1
        if isinstance(one, ast.Constant):
            if isinstance(one.value, str) and _NAME.fullmatch(one.value):
                yield from found(one.value, where.file, reader.repository)
            continue
        if isinstance(one, ast.Name | ast.Attribute | ast.Subscript):
            for value in reader.values(one, where):
                written = value.data.rpartition(HOLE)[2].lstrip("/") if isinstance(value.data, str) else ""
                if isinstance(value.data, str) and _NAME.fullmatch(written or value.data):
                    yield from found(written if HOLE in value.data else value.data, where.file, reader.repository)
                elif isinstance(value.data, External) and value.data.call is not None:
                    pending.append((value.data.call, value.data.frame or where))
        pending += ((child, where) for child in ast.iter_child_nodes(one))


def found(written: str, file: File, repository: Repository) -> Iterator[str]:
    """Yield the file of a repository that a name means which is written in a file: the closest to that."""
    name = written.rpartition("/")[2]
    tail = written.lstrip("./")
    named = repository.named(name)
    known = [path for path in named if path == tail or path.endswith(f"/{tail}")]
    near = file.path.rpartition("/")[0]
    if not known and written.startswith("/"):
        within = [path for path in named if path.partition("/")[0] == file.path.partition("/")[0]]
        known = within if len(within) == 1 else named if len(named) == 1 else []
    yield from sorted(known, key=lambda path: (path.rpartition("/")[0] != near, len(path)))[:1]


def data(path: str, repository: Repository) -> Value | None:
    """Return what a file of settings holds, None where it cannot be read."""
    text = repository.text(path) or ""
    try:
        if path.endswith(".toml"):
            return _tables(toml.parse(text), path, repository)
        nodes = [jsonc.parse(text)] if path.endswith((".json", ".json5")) else yaml.parse(text)
    except (SyntaxProblem, RecursionError):
        return None
    return _value(nodes[0], path, repository, 0) if nodes and nodes[0] is not None else None


def _value(node: Node, path: str, repository: Repository, depth: int) -> Value:
    if isinstance(node, Mapping) and depth < _MAX_DEPTH:
        pairs = {pair.key.text: [_value(pair.value, path, repository, depth + 1)] for pair in node.all_pairs()}
        return Value(pairs)
    if isinstance(node, Sequence) and depth < _MAX_DEPTH:
        return Value([[_value(item, path, repository, depth + 1)] for item in node.items])
    if not isinstance(node, Scalar):
        return Value(None)
    return _scalar(node.text, repository.location(path, node.line, node.column), quoted=node.style in {"'", '"'})


def _scalar(text: str, location: Location, *, quoted: bool = False) -> Value:
    number = not quoted and text.isdecimal() and len(text) < 8
    return Value(int(text) if number else text, (location,))


def _tables(tables: list[toml.Table], path: str, repository: Repository) -> Value:
    whole: dict[str, list[Value]] = {}
    for table in tables:
        inner = whole
        for key in table.path:
            inner = inner.setdefault(key, [Value({})])[0].data
        for entry in table.entries:
            place = repository.location(path, entry.line)
            *outer, last = entry.key.split(".")
            target = inner
            for key in outer:
                target = target.setdefault(key, [Value({})])[0].data
            target[last] = [_plain(entry.value, place)]
    return Value(whole)


def _plain(data: object, place: Location) -> Value:
    if isinstance(data, dict):
        return Value({str(key): [_plain(value, place)] for key, value in data.items()})
    if isinstance(data, list):
        return Value([[_plain(item, place)] for item in data])
    return Value(data, (place,))


def _ini(path: str, repository: Repository) -> Value:
    whole: dict[str, list[Value]] = {}
    section: dict[str, list[Value]] = {}
    for number, line in enumerate((repository.text(path) or "").split("\n"), 1):
        if match := _SECTION.match(line):
            section = whole.setdefault(match["name"], [Value({})])[0].data
        elif match := _SETTING.match(line):
            section[match["name"].lower()] = [_scalar(match["value"].strip(), repository.location(path, number))]
    return Value(whole)
