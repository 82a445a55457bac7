"""What code comes to that chooses among several when it runs: an entry of a table, one of a list, what a loop makes.

An entry whose key cannot be followed counts only for who says so, as a handler that forwards requests by a table does:
any of them may be meant there. Elsewhere it would be a guess.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from wsdoctor.inspectors._python.model import HOLE, Frame, Value

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = ["CHOOSERS", "PASSING", "entries", "made", "of_sequence"]

CHOOSERS = frozenset(("random.choice", "secrets.choice"))
"""Functions that choose one of a sequence."""
PASSING = frozenset(("itertools.cycle", "collections.deque"))
"""Functions that give what they are given, one after the other."""


def made(reader: Reader, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, frame: Frame) -> Value:
    """Return the list or dictionary that a comprehension makes.

    Whose the values of a dictionary are, its keys do not say; where some items are left out, any may be the first.
    """
    if isinstance(node, ast.DictComp):
        return Value({HOLE: reader.values(node.value, frame)})
    found = reader.values(node.elt, frame)
    return Value([found] if any(one.ifs for one in node.generators) else [[one] for one in found])


def of_sequence(values: Iterable[Value]) -> list[Value]:
    """Return the items of sequences, any of which may be meant."""
    found = []
    for value in values:
        if isinstance(value.data, list):
            found += [one.via(*value.places) for item in value.data for one in item]
    return found


def entries(reader: Reader, table: Value, keys: Sequence[Value]) -> list[Value]:
    """Return all entries of a table where its reader takes any, and the key that is asked for cannot be followed.

    Args:
        reader: that follows values.
        table: dictionary or list.
        keys: what the key comes to.

    """
    if not reader.any_entry or any(key.data is not None and HOLE not in str(key.data) for key in keys):
        return []
    if isinstance(table.data, dict):
        return [one.via(*table.places) for item in table.data.values() for one in item]
    return of_sequence([table])
