"""JSON, with comments and trailing commas as editors and platforms take it, with the place of every key and value."""

from __future__ import annotations

import json
import re

from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax._tree import Mapping, Node, Pair, Scalar, Sequence

__all__ = ["parse"]

MAX_DEPTH = 100
"""Nesting that nobody writes; deeper documents are refused."""

_TOKEN = re.compile(
    r"(?P<skip>(?:\s|//[^\n]*|/\*.*?\*/)+)|(?P<string>\"(?:[^\"\\\n]|\\.)*\")|(?P<mark>[{}\[\],:])"
    r"|(?P<word>[^\s{}\[\],:\"/]+)",
    re.DOTALL,
)


def parse(text: str) -> Node:
    """Return the value that a text holds; what is missing at its end is taken as closed there.

    Raises:
        SyntaxProblem: if it is not JSON.

    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.start = 0
        self.open: list[Mapping | Sequence] = []
        self.keys: list[Scalar | None] = []
        self.root: Node | None = None

    def read(self) -> Node:
        while self.at < len(self.text) and (self.root is None or self.open):
            match = _TOKEN.match(self.text, self.at)
            if match is None:
                raise SyntaxProblem("it is not JSON", self.line, self.at - self.start + 1)
            self.token(match)
            newlines = match.group().count("\n")
            self.at = match.end()
            if newlines:
                self.line += newlines
                self.start = self.text.rfind("\n", 0, self.at) + 1
        while self.open:
            self.close()
        if self.root is None:
            raise SyntaxProblem("there is nothing in it", self.line)
        return self.root

    def token(self, match: re.Match[str]) -> None:
        column = self.at - self.start + 1
        if match["mark"]:
            self.mark(match["mark"], column)
        elif match["string"]:
            try:
                value = json.loads(match["string"], strict=False)
            except ValueError:
                value = match["string"][1:-1]
            self.add(Scalar(value, self.line, column, self.line, '"'))
        elif match["word"]:
            self.add(Scalar(match["word"], self.line, column, self.line))

    def mark(self, mark: str, column: int) -> None:
        if mark in "{[":
            if len(self.open) >= MAX_DEPTH:
                raise SyntaxProblem("it is nested too deeply", self.line, column)
            node = (Mapping if mark == "{" else Sequence)([], self.line, column, self.line)
            self.add(node)
            self.open.append(node)
            self.keys.append(None)
        elif mark in "}]" and self.open:
            self.close()

    def close(self) -> None:
        node = self.open.pop()
        self.keys.pop()
        node.end_line = self.line

    def add(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self.keys[-1]
        if key is None and isinstance(node, Scalar):
            self.keys[-1] = node
        elif key is not None:
            parent.pairs.append(Pair(key, node))
            self.keys[-1] = None
