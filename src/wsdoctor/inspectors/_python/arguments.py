"""The arguments of a call by position and name, and the name of what is called."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from wsdoctor.inspectors._python.model import Frame, Spread, Value

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = ["argument", "given", "keyword", "last_name"]


def keyword(call: ast.Call, *names: str) -> ast.expr | None:
    """Return the argument that is given under one of those names."""
    return next((given.value for given in call.keywords if given.arg in names), None)


def argument(call: ast.Call, position: int | None, *names: str) -> ast.expr | None:
    """Return the argument at a position or under one of those names; None where ``*args`` hide it."""
    if (named := keyword(call, *names)) is not None:
        return named
    if (
        position is None
        or not 0 <= position < len(call.args)
        or any(isinstance(arg, ast.Starred) for arg in call.args[: position + 1])
    ):
        return None
    return call.args[position]


def given(reader: Reader, call: ast.Call, position: int | None, name: str, frame: Frame) -> list[Value] | None:
    """Return what a call gives for a parameter, in what ``*`` and ``**`` spread too; None where it leaves it out."""
    if (node := argument(call, position, name)) is not None:
        return reader.values(node, frame)
    stars = [(number, arg.value) for number, arg in enumerate(call.args) if isinstance(arg, ast.Starred)][:1]
    for number, several in stars if position is not None else ():
        item = Spread.item(several, position - number) if position is not None and position >= number else None
        if item is not None and (found := reader.values(item, frame)):
            return found
    for spread in call.keywords:
        if spread.arg is None:
            for value in reader.values(spread.value, frame):
                if isinstance(value.data, dict) and name in value.data:
                    return [one.via(*value.places) for one in value.data[name]]
    return None


def last_name(node: ast.expr) -> str:
    """Return the last part of a dotted name, or of what is called."""
    if isinstance(node, ast.Call):
        return last_name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
