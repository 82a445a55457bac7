"""lighttpd configuration: text in, assignments and conditions with line and column out.

It knows the grammar (values, arrays, conditions with else, include), not what a setting means.
The lighttpd inspector drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from wsdoctor.errors import SyntaxProblem

__all__ = ["Assignment", "Condition", "Pair", "Statement", "Value", "parse"]

MAX_DEPTH = 60
"""Arrays within arrays and conditions within conditions."""

_TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*)"""
    r"""|(?P<string>"(?:\\.|[^"\\])*"?)"""
    r"""|(?P<mark>=>|\+=|:=|==|!=|=~|!~|=\^|=\$|\$(?=[A-Z])|[{}()\[\],=+])"""
    r"""|(?P<word>[^\s{}()\[\],=+"\#!]+|.)""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """An element of an array: its key, ``""`` without one, and its value."""

    key: str
    value: Value
    line: int


Value: TypeAlias = "str | tuple[Pair, ...]"


@dataclass(frozen=True, slots=True)
class Assignment:
    """``name op value``; ``include`` is an assignment with the operator ``""``."""

    name: str
    operator: str
    value: Value
    line: int
    column: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Condition:
    """``$FIELD["key"] op "value" { … }``; an ``else`` without condition has an empty field."""

    field: str
    key: str
    operator: str
    value: str
    line: int
    column: int
    end_line: int
    block: tuple[Statement, ...]
    otherwise: bool = False


Statement: TypeAlias = "Assignment | Condition"


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int
    column: int

    @property
    def plain(self) -> str:
        return re.sub(r"\\(.)", r"\1", self.text[1:].removesuffix('"')) if self.text.startswith('"') else self.text


def _tokens(text: str, first_line: int) -> Iterator[_Token]:
    line, start = first_line, 0
    for found in _TOKEN.finditer(text):
        if found.lastgroup != "skip":
            yield _Token(found[0], line, found.start() - start + 1)
        if newlines := found[0].count("\n"):
            line += newlines
            start = text.rindex("\n", found.start(), found.end()) + 1


class _Reader:
    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self, ahead: int = 0) -> str:
        index = self.at + ahead
        return self.tokens[index].text if index < len(self.tokens) else ""

    def take(self) -> _Token:
        token = self.tokens[self.at] if self.at < len(self.tokens) else _Token("", self.line, 1)
        self.at += 1
        return token

    @property
    def line(self) -> int:
        """Line of the token before."""
        return self.tokens[min(self.at, len(self.tokens)) - 1].line if self.tokens and self.at else 1

    def block(self, depth: int) -> tuple[Statement, ...]:
        found: list[Statement] = []
        while self.at < len(self.tokens):
            if self.peek() == "}":
                self.at += 1
                if depth:
                    break
                continue
            if self.peek() in {"$", "else", "elseif", "elsif"}:
                found.append(self._condition(depth))
            elif self.peek() in {"include", "include_shell"}:
                name, value = self.take(), self.take()
                found.append(Assignment(name.text, "", value.plain, name.line, name.column, value.line))
            elif self.peek(1) in {"=", "+=", ":="}:
                name, operator = self.take(), self.take()
                result = self._value(0)
                found.append(Assignment(name.text, operator.text, result, name.line, name.column, self.line))
            else:
                self.at += 1
        return tuple(found)

    def _condition(self, depth: int) -> Condition:
        first = self.tokens[self.at]
        otherwise = False
        while self.peek() in {"else", "elseif", "elsif", "if"}:
            otherwise = True
            self.at += 1
        field = key = operator = value = ""
        head: list[_Token] = []
        while self.at < len(self.tokens) and self.peek() != "{":
            head.append(self.take())
        texts = [token.plain for token in head]
        if len(texts) > 4 and texts[0] == "$" and texts[2] == "[":
            field, key = texts[1], texts[3]
            operator, value = (*texts[5:7], "", "")[:2]
        self.at += 1
        if depth >= MAX_DEPTH:
            raise SyntaxProblem(f"conditions are nested more than {MAX_DEPTH} deep", first.line, first.column)
        block = self.block(depth + 1)
        return Condition(field, key, operator, value, first.line, first.column, self.line, block, otherwise)

    def _value(self, depth: int) -> Value:
        value = self._atom(depth)
        while self.peek() == "+":
            self.at += 1
            other = self._atom(depth)
            if isinstance(value, str) and isinstance(other, str):
                value += other
            elif not isinstance(value, str) and not isinstance(other, str):
                value = (*value, *other)
        return value

    def _atom(self, depth: int) -> Value:
        token = self.take()
        if token.text != "(":
            return token.plain
        if depth >= MAX_DEPTH:
            raise SyntaxProblem(f"arrays are nested more than {MAX_DEPTH} deep", token.line, token.column)
        pairs: list[Pair] = []
        while self.at < len(self.tokens) and self.peek() != ")":
            if self.peek() in {",", "=>", "}"}:
                self.at += 1
                continue
            line = self.tokens[self.at].line
            value = self._value(depth + 1)
            key = ""
            if self.peek() == "=>" and isinstance(value, str):
                self.at += 1
                key, value = value, self._value(depth + 1)
            pairs.append(Pair(key, value, line))
        self.at += 1
        return tuple(pairs)


def parse(text: str, *, first_line: int = 1) -> tuple[Statement, ...]:
    """Read a configuration or a fragment of one.

    Args:
        text: the configuration.
        first_line: line of the file at which the text begins.

    Raises:
        SyntaxProblem: if conditions or arrays are nested without measure.

    """
    return _Reader(list(_tokens(text, first_line))).block(0)
