"""Values of charts: what `values.yaml` and what overrides it say, with the place of each, and the results of functions.

A value knows the lines of values files that it came from, so that what a template makes of it can be led back there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from wsdoctor.syntax._tree import Mapping, Node, Scalar, Sequence

__all__ = ["UNKNOWN", "Data", "Layers", "Line", "Origin", "Unknown", "Value", "dump", "is_true", "shown"]

_MAX_DEPTH = 30


@dataclass(frozen=True, slots=True)
class Origin:
    """A line of a values file.

    Attributes:
        file: relative to the root.
        line: 1-based.
        path: keys with dots.

    """

    file: str
    line: int
    path: str


@dataclass(frozen=True, slots=True)
class Line:
    """Where a line of text comes from: file and line that it is written in, and values that were put into it."""

    file: str
    line: int
    used: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class Layers:
    """A mapping or list of values; of several files the strongest comes first."""

    nodes: tuple[tuple[str, Node], ...]
    path: tuple[str, ...] = ()

    def get(self, key: str) -> Value:
        """Return what stands under a key."""
        found: list[tuple[str, Node]] = []
        line = 0
        for file, node in self.nodes:
            if isinstance(node, Mapping) and (pair := node.pair(key)) is not None:
                line = line or pair.line
                found.append((file, pair.value))
        return self._value(found, key, line)

    def _value(self, found: list[tuple[str, Node]], key: str, line: int) -> Value:
        if not found:
            return Value(None)
        path = (*self.path, key)
        file, first = found[0]
        origin = Origin(file, line or first.line, ".".join(path))
        if isinstance(first, Mapping):
            return Value(Layers(tuple(each for each in found if isinstance(each[1], Mapping)), path), (origin,))
        if isinstance(first, Sequence):
            return Value(Layers(((file, first),), path), (origin,))
        return Value(_typed(first), (origin,))

    def items(self) -> list[tuple[str | int, Value]]:
        """Return keys or indexes with their values."""
        file, first = self.nodes[0]
        if isinstance(first, Sequence):
            return [(row, self._value([(file, node)], str(row), node.line)) for row, node in enumerate(first.items)]
        names: dict[str, None] = {}
        for _, node in reversed(self.nodes):
            if isinstance(node, Mapping):
                names.update((pair.key.text, None) for pair in node.all_pairs())
        return [(name, self.get(name)) for name in names]

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self.nodes[0][1], Sequence)


class Unknown:
    """Something that cannot be told without running Helm."""


UNKNOWN = Unknown()
Data: TypeAlias = "bool | int | float | str | Layers | list[Value] | dict[str, Value] | Unknown | None"


@dataclass(frozen=True, slots=True)
class Value:
    """A value.

    Attributes:
        data: of it.
        origins: lines of values files that it came from.
        lines: of a text of several lines, where each comes from.

    """

    data: Data
    origins: tuple[Origin, ...] = ()
    lines: tuple[Line | None, ...] = ()


def is_true(value: Value) -> bool:
    """Say whether a template takes a value for true; what is unknown is."""
    data = value.data
    if isinstance(data, Layers):
        return bool(data.items())
    return isinstance(data, Unknown) or bool(data)


def shown(value: Value) -> str:
    """Return a value as a template prints it."""
    data = value.data
    if isinstance(data, Unknown):
        return "unknown"
    if data is None:
        return ""
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, Layers | list | dict):
        return "unknown"
    if isinstance(data, float) and data.is_integer():
        return str(int(data))
    return str(data)


def dump(value: Value) -> Value:
    """Return a value as YAML, each line with where it comes from."""
    if not isinstance(value.data, Layers | list | dict):
        return Value(_scalar(value), value.origins)
    rows = list(_rows(value, 0))
    lines = tuple(Line(origins[0].file, origins[0].line, origins) if origins else None for _, origins in rows)
    return Value("\n".join(text for text, _ in rows), value.origins, lines)


def _rows(value: Value, depth: int) -> Iterator[tuple[str, tuple[Origin, ...]]]:
    data = value.data
    pairs: list[tuple[str | int, Value]]
    if isinstance(data, Layers):
        pairs, listed = data.items(), data.is_list
    elif isinstance(data, dict):
        pairs, listed = list(data.items()), False
    else:
        pairs, listed = list(enumerate(data)) if isinstance(data, list) else [], True
    if not pairs or depth > _MAX_DEPTH:
        yield ("[]" if listed else "{}"), value.origins
        return
    for key, inner in pairs:
        head = "-" if listed else f"{_key(str(key))}:"
        if not isinstance(inner.data, Layers | list | dict):
            yield f"{head} {_scalar(inner)}", inner.origins
            continue
        rows = list(_rows(inner, depth + 1))
        if listed:
            yield f"- {rows[0][0]}", rows[0][1]
            yield from ((f"  {text}", origins) for text, origins in rows[1:])
        elif rows[0][0] in {"{}", "[]"}:
            yield f"{head} {rows[0][0]}", inner.origins
        else:
            yield head, inner.origins
            yield from ((f"  {text}", origins) for text, origins in rows)


def _key(text: str) -> str:
    return text if re.fullmatch(r"[\w./-]+", text) else json.dumps(text)


def _scalar(value: Value) -> str:
    data = value.data
    if data is None:
        return "null"
    if isinstance(data, str):
        plain = re.fullmatch(r"[A-Za-z_/][\w./-]*", data) and data.lower() not in {"true", "false", "null", "yes", "no"}
        return data if plain else json.dumps(data)
    return shown(value)


def _typed(node: Node) -> Data:
    if not isinstance(node, Scalar):
        return UNKNOWN
    if node.style:
        return node.text
    if node.text in {"", "~", "null", "Null", "NULL"}:
        return None
    if node.text.lower() in {"true", "false"}:
        return node.text.lower() == "true"
    if re.fullmatch(r"-?\d{1,18}", node.text):
        return int(node.text)
    return float(node.text) if re.fullmatch(r"-?\d+\.\d+", node.text) else node.text
