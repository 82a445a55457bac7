"""What binary operators come to in Python: texts and URLs put together, texts filled in, sums, tables joined."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from wsdoctor.inspectors._python import urls
from wsdoctor.inspectors._python.model import External, Frame, Value, is_number, merge

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = ["result"]

_PERCENT = re.compile(r"(%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[sdirfx]|%%)")
"""Places of a text for the operator ``%``."""


def result(reader: Reader, node: ast.BinOp, frame: Frame) -> list[Value]:
    """Return what a binary operator may come to."""
    left, right = reader.values(node.left, frame), reader.values(node.right, frame)
    if isinstance(node.op, ast.Mod) and (not left or isinstance(left[0].data, str)):
        return _percent(reader, left, right)
    texts = [value for value in [*left, *right] if isinstance(value.data, str)]
    if isinstance(node.op, ast.Add) and texts:
        return reader.text([left, right])
    if isinstance(node.op, ast.Div) and left and urls.is_url(left[0].data):
        return urls.beneath(reader, [one for one in left if urls.is_url(one.data)], [right])
    if isinstance(node.op, ast.Div) and left and isinstance(left[0].data, External | str):
        return reader.text([[one for one in left if isinstance(one.data, str)], [Value("/")], right])
    if isinstance(node.op, ast.BitOr) and left and isinstance(left[0].data, dict):
        return [Value({key: one for half in (*left, *right) for key, one in _pairs(half)})]
    found = []
    for one in left:
        for other in right:
            if is_number(one.data) and is_number(other.data) and isinstance(node.op, (ast.Add, ast.Sub, ast.Mult)):
                data = {ast.Add: one.data + other.data, ast.Sub: one.data - other.data}.get(type(node.op))
                data = one.data * other.data if data is None else data
                found.append(Value(data, merge(one.places, other.places), one.environment or other.environment))
            elif isinstance(one.data, list) and isinstance(other.data, list) and isinstance(node.op, ast.Add):
                found.append(Value(one.data + other.data, merge(one.places, other.places)))
    return found


def _percent(reader: Reader, left: list[Value], right: list[Value]) -> list[Value]:
    arguments: list[list[Value]] = [right]
    if right and isinstance(right[0].data, list):
        arguments = right[0].data
    found = []
    for one in left:
        if isinstance(one.data, str):
            pieces: list[list[Value]] = []
            rest = iter(arguments)
            for number, part in enumerate(_PERCENT.split(one.data)):
                if number % 2 == 0:
                    pieces.append([Value(part, one.places)])
                elif part == "%%":
                    pieces.append([Value("%")])
                elif part.startswith("%(") and right and isinstance(right[0].data, dict):
                    pieces.append(right[0].data.get(part[2 : part.index(")")], []))
                else:
                    pieces.append(next(rest, []))
            found += reader.text(pieces)
    return found


def _pairs(half: Value) -> Iterable[tuple[Any, list[Value]]]:
    return half.data.items() if isinstance(half.data, dict) else ()
