"""The tree that YAML and JSON are read into: scalars, mappings and sequences, each with its lines and column.

It knows no language and no product. Aliases share one node, so a tree may be a graph: walk by keys, not blindly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

__all__ = ["Mapping", "Node", "Pair", "Scalar", "Sequence", "find", "items", "plain_data", "scalar", "text"]

_DEPTH = 20
_MERGES = 8
"""Merges within merges that are followed."""


class Scalar(NamedTuple):
    """A value.

    Attributes:
        text: as it is meant, without quotes.
        line: 1-based line that it starts on; of a block scalar that of its indicator.
        column: 1-based.
        end_line: 1-based last line.
        style: ``|``, ``>``, ``'``, ``"`` or ``""`` for a plain one.
        tag: ``!Ref`` and the like, ``""`` for none.

    """

    text: str
    line: int
    column: int = 1
    end_line: int = 0
    style: str = ""
    tag: str = ""

    @property
    def first_line(self) -> int:
        """The line that its content starts on."""
        return self.line + 1 if self.style in {"|", ">"} else self.line


class Pair(NamedTuple):
    """A key and its value.

    Attributes:
        key: of the pair.
        value: of the pair.

    """

    key: Scalar
    value: Node

    @property
    def line(self) -> int:
        """The 1-based line of the key."""
        return self.key.line

    @property
    def alias(self) -> bool:
        """Whether the value is written elsewhere, before the key."""
        return (self.value.line, self.value.column) < (self.key.line, self.key.column)

    @property
    def end_line(self) -> int:
        """The 1-based last line of the value, or of the key where the value is an alias."""
        return self.key.end_line if self.alias else max(self.value.end_line, self.key.end_line)


@dataclass(slots=True)
class Mapping:
    """Pairs in the order in which they are written.

    Attributes:
        pairs: own ones, merges (``<<``) among them.
        line: 1-based first line.
        column: 1-based.
        end_line: 1-based last line.
        tag: ``!Sub`` and the like.

    """

    pairs: list[Pair] = field(default_factory=list)
    line: int = 1
    column: int = 1
    end_line: int = 0
    tag: str = ""

    def pair(self, key: str, *, _merges: int = 0) -> Pair | None:
        """Return the pair of a key, an own one before one that is merged; None where there is none."""
        merged: list[Node] = []
        for pair in reversed(self.pairs):
            name = pair.key.text
            if name == key:
                return pair
            if name == "<<" and _merges < _MERGES:
                merged += pair.value.items if isinstance(pair.value, Sequence) else [pair.value]
        for node in merged:
            if isinstance(node, Mapping) and (found := node.pair(key, _merges=_merges + 1)) is not None:
                return found
        return None

    def get(self, key: str) -> Node | None:
        """Return the value of a key, None where there is none."""
        found = self.pair(key)
        return None if found is None else found.value

    def all_pairs(self) -> list[Pair]:
        """Return the pairs with what is merged in, each key once."""
        names: dict[str, Pair] = {}
        pending: list[tuple[Mapping, int]] = [(self, 0)]
        while pending:
            mapping, depth = pending.pop(0)
            for pair in mapping.pairs:
                if pair.key.text != "<<":
                    names.setdefault(pair.key.text, pair)
                elif depth < _MERGES:
                    merged = pair.value.items if isinstance(pair.value, Sequence) else [pair.value]
                    pending += ((node, depth + 1) for node in merged if isinstance(node, Mapping))
        return list(names.values())


@dataclass(slots=True)
class Sequence:
    """A list.

    Attributes:
        items: of it.
        line: 1-based first line.
        column: 1-based.
        end_line: 1-based last line.
        tag: ``!Join`` and the like.

    """

    items: list[Node] = field(default_factory=list)
    line: int = 1
    column: int = 1
    end_line: int = 0
    tag: str = ""


Node: TypeAlias = Scalar | Mapping | Sequence


def find(node: Node | None, *keys: str | int) -> Node | None:
    """Return what stands under keys and indexes, one in the other; None where one is absent."""
    for key in keys:
        if isinstance(node, Mapping) and isinstance(key, str):
            found = node.pair(key)
            node = None if found is None else found.value
        elif isinstance(node, Sequence) and isinstance(key, int) and -1 <= key < len(node.items):
            node = node.items[key] if node.items else None
        else:
            return None
    return node


def scalar(node: Node | None, *keys: str | int) -> Scalar | None:
    """Return the scalar under keys, None where there is none."""
    found = find(node, *keys)
    return found if isinstance(found, Scalar) else None


def text(node: Node | None, *keys: str | int) -> str | None:
    """Return the text of the scalar under keys, None where there is none."""
    found = find(node, *keys)
    return found.text if isinstance(found, Scalar) else None


def items(node: Node | None, *keys: str | int) -> Iterator[Node]:
    """Yield the items of the list under keys; a single value counts as a list of one."""
    found = find(node, *keys)
    if isinstance(found, Sequence):
        yield from found.items
    elif found is not None:
        yield found


def plain_data(node: Node, *, _depth: int = 0) -> Any:
    """Return a tree as numbers, text, lists and mappings; what is nested too deeply is None."""
    if _depth > _DEPTH:
        return None
    if isinstance(node, Scalar):
        if node.style:
            return node.text
        if re.fullmatch(r"-?\d{1,18}", node.text):
            return int(node.text)
        return {"true": True, "false": False, "null": None}.get(node.text, node.text)
    if isinstance(node, Sequence):
        return [plain_data(item, _depth=_depth + 1) for item in node.items]
    return {pair.key.text: plain_data(pair.value, _depth=_depth + 1) for pair in node.all_pairs()}
