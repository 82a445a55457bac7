"""Just enough YAML to find units and variables: blocks, flow lists, anchors and merges, with the line of each word.

It takes what it understands and leaves out the rest; it raises nothing. It knows no product.
"""

from __future__ import annotations

import re
from typing import TypeAlias

__all__ = ["Node", "Word", "documents", "entry", "words"]

_KEY = re.compile(r"(?P<key>\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s#\[{&*!|>'\"%@`-][^#]*?|-[^\s#][^#]*?|<<)\s*:(?:\s+|$)")
_MARK = re.compile(r"^(?:---|\.\.\.)(?: .*)?$", re.MULTILINE)
_ANCHOR = re.compile(r"&(?P<name>[^\s,\]}]+)\s*")
_TAG = re.compile(r"![^\s]*\s*")
_BLOCK = re.compile(r"[|>][+\-0-9]*\s*(?:#.*)?$")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_MAX_DEPTH = 40
_MAX_REPEATED = 100_000
"""Nodes of one document that may stand in further places by aliases; what is more is left out, for it is a bomb."""


class Word(str):
    """A scalar, with the 1-based line and column that it starts at."""

    __slots__ = ("column", "line")

    line: int
    column: int

    def __new__(cls, text: str, line: int, column: int = 1) -> Word:
        """Make a word of a text at its place."""
        self = super().__new__(cls, text)
        self.line, self.column = line, column
        return self


Node: TypeAlias = "Word | dict[Word, Node] | list[Node]"


def documents(text: str, *wanted: str) -> list[Node]:
    """Return what each document of a YAML text holds.

    Args:
        text: of the file.
        wanted: words that a document must hold somewhere; another is left out without being read.

    """
    found: list[Node] = []
    number, start = 1, 0
    for end, following in (*(match.span() for match in _MARK.finditer(text)), (len(text), len(text))):
        part = text[start:end]
        if all(word in part for word in wanted) and (node := _Reader(_lines(part, number)).block(-1, 0)) is not None:
            found.append(node)
        number += text.count("\n", start, following)
        start = following
    return found


def _lines(part: str, number: int) -> list[tuple[int, int, str]]:
    """Return number, indent and content of the lines that are not blank."""
    found = []
    for row, line in enumerate(part.split("\n"), number):
        inner = line.lstrip(" ")
        if content := inner.rstrip():
            found.append((row, len(line) - len(inner), content))
    return found


def entry(node: Node | None, *keys: str) -> Node | None:
    """Return what stands under keys, one in the other; None where one is absent."""
    for key in keys:
        if not isinstance(node, dict):
            return None
        node = next((value for name, value in node.items() if name == key), None)
    return node


def words(node: Node | None) -> list[Word]:
    """Return the scalars of a list, or the one scalar, of a node."""
    if isinstance(node, list):
        return [word for item in node for word in words(item)]
    return [node] if isinstance(node, Word) else []


class _Reader:
    def __init__(self, lines: list[tuple[int, int, str]]) -> None:
        self.lines = lines
        self.at = 0
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.room = _MAX_REPEATED

    def peek(self) -> tuple[int, int, str] | None:
        lines = self.lines
        while self.at < len(lines):
            line = lines[self.at]
            if line[2][0] != "#":
                return line
            self.at += 1
        return None

    def block(self, above: int, depth: int) -> Node | None:
        first = self.peek()
        if first is None or first[1] <= above or depth > _MAX_DEPTH:
            return None
        if first[2] == "-" or first[2].startswith("- "):
            return self.sequence(first[1], depth)
        if _KEY.match(first[2]):
            return self.mapping(first[1], depth)
        self.at += 1
        return self.value(first[2], first[0], first[1], above, depth)

    def sequence(self, indent: int, depth: int) -> Node:
        items: list[Node] = []
        while (line := self.peek()) and line[1] == indent and (line[2] == "-" or line[2].startswith("- ")):
            number, _, content = line
            rest = content[1:].lstrip(" ")
            inner = indent + len(content) - len(rest)
            if not rest or rest.startswith("#"):
                self.at += 1
                item = self.block(indent, depth + 1)
            elif _KEY.match(rest) or rest.startswith("- "):
                self.lines[self.at] = (number, inner, rest)
                item = self.block(indent, depth + 1)
            else:
                self.at += 1
                item = self.value(rest, number, inner, indent, depth)
            items.append(Word("", number) if item is None else item)
        return items

    def mapping(self, indent: int, depth: int) -> Node:
        found: dict[Word, Node] = {}
        merged: list[Node] = []
        while line := self.peek():
            number, column, content = line
            match = _KEY.match(content)
            if column < indent or match is None:
                if column < indent:
                    break
                self.at += 1
                continue
            self.at += 1
            if column > indent:
                continue
            key = Word(_unquote(match["key"]), number, column + 1)
            value = self.value(content[match.end() :], number, column + match.end(), indent, depth)
            if key == "<<":
                merged += value if isinstance(value, list) else [value]
            else:
                found[key] = value
        for other in merged:
            if isinstance(other, dict):
                found = {**other, **found}
        return found

    def value(self, text: str, number: int, column: int, indent: int, depth: int) -> Node:
        anchor = None
        if text[:1] == "&" and (match := _ANCHOR.match(text)):
            anchor, text = match["name"], text[match.end() :]
        if text[:1] == "!" and (match := _TAG.match(text)):
            text = text[match.end() :]
        node = self.plain(text, number, column, indent, depth)
        if anchor is not None:
            self.anchors[anchor] = (node, _weight(node))
        return node

    def repeated(self, anchor: str, number: int) -> Node:
        node, weight = self.anchors.get(anchor, (Word("", number), 1))
        self.room -= weight
        return node if self.room >= 0 else Word("", number)

    def plain(self, text: str, number: int, column: int, indent: int, depth: int) -> Node:
        first = text[:1]
        if first in {"", "#"}:
            following = self.peek()
            same = following is not None and following[1] == indent and following[2].startswith("- ")
            return self.block(indent - 1 if same else indent, depth + 1) or Word("", number, column + 1)
        if first in {"|", ">"} and _BLOCK.match(text):
            taken = []
            while self.at < len(self.lines) and self.lines[self.at][1] > indent:
                taken.append(self.lines[self.at][2])
                self.at += 1
            return Word("\n".join(taken), number, column + 1)
        if first == "*":
            return self.repeated(text[1:].split()[0] if text[1:].strip() else "", number)
        if first in {"[", "{"}:
            while text.count("[") + text.count("{") > text.count("]") + text.count("}") and self.at < len(self.lines):
                text += " " + _COMMENT.sub("", self.lines[self.at][2])
                self.at += 1
            return _Flow(text, number, column).node(0)
        if first in {'"', "'"}:
            return Word(_unquote(text), number, column + 1)
        return Word((_COMMENT.sub("", text) if "#" in text else text).strip(), number, column + 1)


def _weight(node: Node) -> int:
    """Return how many nodes there are in a node, itself included; of a bomb, just more than there is room for."""
    found, pending = 0, [node]
    while pending and found <= _MAX_REPEATED:
        found += 1
        one = pending.pop()
        if isinstance(one, dict):
            pending += one.values()
        elif isinstance(one, list):
            pending += one
    return found


class _Flow:
    piece = re.compile(
        r"\s*(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[\[\]{},]|:(?=[\s,\[{}\]]|$)"
        r"|(?:[^\s,\[\]{}:]|:(?![\s,\]}]|$)|(?<=\S) (?=[^\s,\]}:#]))+)"
    )

    def __init__(self, text: str, line: int, column: int) -> None:
        self.tokens = [(match[1], column + match.start(1) + 1) for match in self.piece.finditer(text)]
        self.last = len(self.tokens)
        self.tokens.append(("", 1))
        self.line = line
        self.at = 0

    def node(self, depth: int) -> Node:
        piece, column = self.tokens[self.at]
        self.at = min(self.at + 1, self.last)
        if depth > _MAX_DEPTH or piece not in {"[", "{"}:
            return Word(_unquote(piece), self.line, column)
        close = "]" if piece == "[" else "}"
        items: list[Node] = []
        pairs: dict[Word, Node] = {}
        while (following := self.tokens[self.at][0]) not in {"", close}:
            if following in {",", ":", "]", "}"}:
                self.at += 1
                continue
            item = self.node(depth + 1)
            if self.tokens[self.at][0] == ":":
                self.at += 1
                empty = self.tokens[self.at][0] in {",", "}", "]", ""}
                value = Word("", self.line) if empty else self.node(depth + 1)
                if isinstance(item, Word):
                    pairs[item] = value
            else:
                items.append(item)
        self.at = min(self.at + 1, self.last)
        return items if close == "]" else pairs


def _unquote(text: str) -> str:
    first = text[:1]
    if first == "'":
        end = text.find("'", 1)
        return text[1:] if end < 0 else text[1:end]
    if first == '"':
        match = re.match(r'"((?:[^"\\]|\\.)*)"?', text)
        return (
            re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), match[1]) if match else text
        )
    return text
