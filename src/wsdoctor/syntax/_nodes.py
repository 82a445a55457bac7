"""The nodes within a node of Python's syntax tree, found by what its class may hold."""

from __future__ import annotations

import ast

__all__ = ["children"]

_LEAVES = (ast.Constant, ast.Name, ast.alias, ast.Global, ast.Nonlocal, ast.Pass, ast.Break, ast.Continue)
_NO_NODES = frozenset(("attr", "arg", "ctx", "op", "ops", "kind", "type_comment", "level", "module", "id"))
"""Fields that hold texts and numbers, or signs that all nodes share."""


_known: dict[type[ast.AST], tuple[str, ...]] = {}


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """Return the fields of a class of nodes that may hold nodes, and remember them."""
    leaf = issubclass(kind, _LEAVES)
    _known[kind] = () if leaf else tuple(name for name in kind._fields if name not in _NO_NODES)
    return _known[kind]


def children(node: ast.AST) -> list[ast.AST]:
    """Return the nodes within a node in the order of the text, but for operators and how a name is used."""
    found: list[ast.AST] = []
    kind = node.__class__
    fields = _known.get(kind)
    for name in _fields(kind) if fields is None else fields:
        value = getattr(node, name, None)
        if value.__class__ is list:
            found += [one for one in value if isinstance(one, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found
