"""YAML: several documents, anchors, merges and tags, with the place of every key and value.

PyYAML's events are turned into a tree without recursion, because its own composers end the process on deep nesting.
Documents that do not parse are left out as long as one does. Nothing is constructed, no tag means anything here.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax._tree import Mapping, Node, Pair, Scalar, Sequence

__all__ = ["parse"]

MAX_DEPTH = 100
"""Nesting that nobody writes; deeper documents are refused."""

MAX_REPEATED = 200_000
"""Nodes of one document that may stand in further places by aliases; what is more is left out, for it is a bomb."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BREAK = re.compile(r"^---(?:\s.*)?$", re.MULTILINE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def parse(text: str, problems: list[SyntaxProblem] | None = None) -> list[Node]:
    """Return the documents of a text, empty ones left out.

    Args:
        text: of the file.
        problems: gets what could not be read of a text that is readable elsewhere.

    Raises:
        SyntaxProblem: if no document can be read, and there is something to read.

    """
    text = _CONTROL.sub(" ", text)
    try:
        return list(_documents(text, 0))
    except SyntaxProblem as problem:
        first = problem
    found: list[Node] = []
    parts = _parts(text)
    for offset, part in parts if len(parts) > 1 else ():
        try:
            found += _documents(part, offset)
        except SyntaxProblem as problem:
            if problems is not None:
                problems.append(problem)
    if not found:
        raise first
    return found


def _parts(text: str) -> list[tuple[int, str]]:
    """Return each document with the number of lines before it."""
    starts = [0, *(match.start() for match in _BREAK.finditer(text)), len(text)]
    return [
        (text.count("\n", 0, start), text[start:end])
        for start, end in itertools.pairwise(starts)
        if text[start:end].strip()
    ]


def _documents(text: str, offset: int) -> Iterator[Node]:
    try:
        yield from _Builder(offset).build(iter(_LOADER(text).get_event, None))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = error.problem or error.context or "it is not YAML"
        line = (mark.line if mark else 0) + 1 + offset
        raise SyntaxProblem(str(words)[:200], line, (mark.column if mark else 0) + 1) from None
    except (yaml.YAMLError, ValueError) as error:
        raise SyntaxProblem(str(error).split("\n")[0][:200], offset + 1) from None


class _Builder:
    def __init__(self, offset: int) -> None:
        self.offset = offset + 1
        self.open: list[Mapping | Sequence] = []
        self.keys: list[Scalar | None] = []
        self.anchors: dict[str, Node] = {}
        self.named: list[str | None] = []
        self.weights: dict[str, int] = {}
        self.room = MAX_REPEATED
        self.root: Node | None = None

    def build(self, events: Iterable[Any]) -> Iterator[Node]:
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self.add(self.scalar(event), event.anchor)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self.start(event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self.end(event)
            elif kind is yaml.AliasEvent:
                line = event.start_mark.line + self.offset
                node = self.repeated(event.anchor or "")
                self.add(Scalar("", line, event.start_mark.column + 1, line) if node is None else node, None)
            elif kind is yaml.DocumentEndEvent:
                if self.root is not None and not (isinstance(self.root, Scalar) and not self.root.text):
                    yield self.root
                self.root, self.anchors, self.weights, self.room = None, {}, {}, MAX_REPEATED

    def scalar(self, event: Any) -> Scalar:
        start, end = event.start_mark, event.end_mark
        first, last = start.line, end.line
        if last != first and not end.column:
            last -= 1
        style = event.style or ""
        if style == "|":
            last = min(last, first + max(event.value.rstrip("\n").count("\n") + 1, 1))
        return Scalar(event.value, first + self.offset, start.column + 1, last + self.offset, style, event.tag or "")

    def start(self, event: Any) -> None:
        mark = event.start_mark
        line = mark.line + self.offset
        if len(self.open) >= MAX_DEPTH:
            raise SyntaxProblem("it is nested too deeply", line)
        kind = Mapping if isinstance(event, yaml.MappingStartEvent) else Sequence
        node = kind([], line, mark.column + 1, line, event.tag or "")
        self.add(node, event.anchor)
        self.open.append(node)
        self.keys.append(None)
        self.named.append(event.anchor)

    def repeated(self, anchor: str) -> Node | None:
        """Return what an alias stands for; nothing while that is still open, or where there is no room for it."""
        node = self.anchors.get(anchor)
        weight = self.weights.get(anchor, 0 if isinstance(node, Mapping | Sequence) else 1)
        if not 0 < weight <= self.room:
            return None
        self.room -= weight
        return node

    def end(self, event: Any) -> None:
        node = self.open.pop()
        self.keys.pop()
        anchor = self.named.pop()
        if anchor is not None and self.anchors[anchor] is node:
            self.weights[anchor] = _weight(node)
        end = event.end_mark
        if end.index > event.start_mark.index:
            node.end_line = end.line + self.offset
        if self.open and node.end_line > self.open[-1].end_line:
            self.open[-1].end_line = node.end_line

    def add(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = node
            self.weights.pop(anchor, None)
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if node.end_line > parent.end_line and node.line >= parent.line:
            parent.end_line = node.end_line
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif (key := self.keys[-1]) is not None:
            parent.pairs.append(Pair(key, node))
            self.keys[-1] = None
        else:
            self.keys[-1] = node if isinstance(node, Scalar) else Scalar("", node.line, node.column, node.end_line)


def _weight(node: Node) -> int:
    """Return how many nodes there are in a node, itself included; of a bomb, just more than there is room for."""
    found, pending = 0, [node]
    while pending and found <= MAX_REPEATED:
        found += 1
        one = pending.pop()
        if isinstance(one, Mapping):
            pending += (part for pair in one.pairs for part in (pair.key, pair.value))
        elif isinstance(one, Sequence):
            pending += one.items
    return found
