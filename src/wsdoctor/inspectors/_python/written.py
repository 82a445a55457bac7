"""Requests that Python code writes itself and sends over a plain socket: opening handshakes, and plain HTTP."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from wsdoctor.inspectors._python.model import HOLE
from wsdoctor.inspectors._python.values import Reader
from wsdoctor.model.traffic import Location

__all__ = ["Written", "written_out"]

_SIGN = " HTTP/1."
_REQUEST = re.compile(r"(?P<method>[A-Z]+) (?P<target>\S+) HTTP/1\.[01]\r?\n(?P<fields>.*)", re.DOTALL)
_FIELD = re.compile(r"(?P<name>[A-Za-z][\w-]*):[ \t]*(?P<value>[^\r\n]*)")


@dataclass(frozen=True, slots=True)
class Written:
    """A request that is written out.

    Attributes:
        location: where.
        method: of its request line.
        path: None where it is put in.
        headers: its fields, ``…`` for what is put in.
        upgrades: whether it asks for an upgrade to WebSocket.
        places: of what is put in, as far as that could be followed.

    """

    location: Location
    method: str
    path: str | None
    headers: dict[str, str]
    upgrades: bool
    places: tuple[Location, ...]


def written_out(reader: Reader) -> list[Written]:
    """Return the requests that a file writes out, each once."""
    if _SIGN not in (reader.repository.text(reader.file.path) or ""):
        return []
    return list(_within(reader, reader.file.module.tree))


def _within(reader: Reader, node: ast.AST) -> Iterator[Written]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.JoinedStr | ast.Constant | ast.BinOp | ast.Call) and (found := _read(reader, child)):
            yield found
        else:
            yield from _within(reader, child)


def _read(reader: Reader, node: ast.expr) -> Written | None:
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | bytes):
        return None
    if isinstance(node, ast.Call) and not (
        isinstance(node.func, ast.Attribute) and node.func.attr in {"join", "format"}
    ):
        return None
    for value in reader.values(node):
        text = value.data.decode("latin-1") if isinstance(value.data, bytes) else value.data
        match = _REQUEST.match(text) if isinstance(text, str) else None
        if match is None:
            continue
        fields = {one["name"]: one["value"].replace(HOLE, "…") for one in _FIELD.finditer(match["fields"])}
        upgrades = any(name.lower() == "upgrade" and "websocket" in text.lower() for name, text in fields.items())
        path = None if HOLE in match["target"] else match["target"]
        return Written(reader.place(node), match["method"], path, fields, upgrades, value.places)
    return None
