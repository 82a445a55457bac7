"""Go templates, as Helm's charts are written in: text, actions and blocks, with the line of each.

Nothing is evaluated here; a block that is not closed ends with the text, and an action that cannot be read is kept as
one that nobody knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = [
    "Action",
    "Branches",
    "Define",
    "Expression",
    "Field",
    "Literal",
    "Loop",
    "Piece",
    "Pipeline",
    "Text",
    "parse",
]

MAX_DEPTH = 60
"""Blocks within blocks, and parentheses within parentheses; what is deeper is not read."""

_END = re.compile(r"/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`|(?P<end>\}\})", re.DOTALL)
MAX_ACTION = 4000
"""Characters of an action; what is longer is text."""

_TOKEN = re.compile(
    r"\s*(?:(?P<string>\"(?:[^\"\\]|\\.)*\"|`[^`]*`)|(?P<number>-?\d+(?:\.\d+)?)|(?P<mark>:=|=|[|(),])"
    r"|(?P<field>\$?[A-Za-z_]?\w*(?:\.[A-Za-z_]\w*)+|\$[A-Za-z_]\w*|\$|\.(?![A-Za-z_]))|(?P<word>[A-Za-z_]\w*))"
)
_OPENS = frozenset(("if", "with", "range", "define", "block"))


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Field:
    """A path from the dot, from ``$`` or from a variable; the first part is ``""``, ``$`` or ``$name``."""

    start: str
    path: tuple[str, ...]
    of: Pipeline | None = None


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands, the result of each being the last argument of the next; a variable may be set to the result."""

    commands: tuple[tuple[Expression, ...], ...]
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """The name of a function."""

    name: str


Expression: TypeAlias = Literal | Field | Pipeline | Word


@dataclass(frozen=True, slots=True)
class Text:
    """What stands there as it is."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Action:
    """Something whose result stands there."""

    pipeline: Pipeline
    line: int


@dataclass(slots=True)
class Branches:
    """``if`` and ``with``: conditions and what follows each; None is ``else``."""

    changes_dot: bool
    branches: list[tuple[Pipeline | None, list[Piece]]]
    line: int


@dataclass(slots=True)
class Loop:
    """``range``."""

    pipeline: Pipeline
    body: list[Piece]
    otherwise: list[Piece]
    line: int


@dataclass(slots=True)
class Define:
    """``define`` and ``block``."""

    name: str
    body: list[Piece]
    line: int
    shown: Pipeline | None = None


Piece: TypeAlias = Text | Action | Branches | Loop | Define


@dataclass(slots=True)
class _Open:
    word: str
    into: list[Piece]
    piece: Piece | None = None
    others: list[list[Piece]] = field(default_factory=list)


def parse(text: str) -> list[Piece]:
    """Return the pieces of a template."""
    whole: list[Piece] = []
    blocks: list[_Open] = [_Open("", whole)]
    at, line, trim = 0, 1, False
    while (start := text.find("{{", at)) >= 0 and (end := _end(text, start + 2)) >= 0:
        body = text[start + 2 : end - 2]
        left, right = body[:1] == "-" and body[1:2].isspace(), body[-1:] == "-" and body[-2:-1].isspace()
        _text(text[at:start], line, trim, left, blocks[-1].into)
        line += text.count("\n", at, start)
        body = body[left : len(body) - right].strip()
        if not body.startswith("/*"):
            _action(body, line, blocks)
        line += text.count("\n", start, end)
        trim, at = right, end
    _text(text[at:], line, trim, False, blocks[-1].into)
    return whole


def _end(text: str, at: int) -> int:
    """Return where an action ends, behind its braces; -1 if nowhere near."""
    found = next((match for match in _END.finditer(text, at, at + MAX_ACTION) if match["end"]), None)
    return -1 if found is None else found.end()


def _text(text: str, line: int, left: bool, right: bool, into: list[Piece]) -> None:
    if left:
        stripped = text.lstrip()
        line += text.count("\n", 0, len(text) - len(stripped))
        text = stripped
    if right:
        text = text.rstrip()
    if text:
        into.append(Text(text, line))


def _action(body: str, line: int, blocks: list[_Open]) -> None:
    word, _, rest = body.partition(" ")
    here = blocks[-1]
    if word == "end":
        if len(blocks) > 1:
            blocks.pop()
        return
    if word == "else" and len(blocks) > 1:
        _else(rest.strip(), here)
        return
    if word not in _OPENS or len(blocks) > MAX_DEPTH:
        if body:
            here.into.append(Action(_pipeline(body), line))
        return
    inner: list[Piece] = []
    piece: Piece
    if word in {"define", "block"}:
        name, _, shown = rest.strip().partition(" ")
        piece = Define(name.strip('"`'), inner, line, _pipeline(shown) if word == "block" else None)
    elif word == "range":
        piece = Loop(_pipeline(rest), inner, [], line)
    else:
        piece = Branches(word == "with", [(_pipeline(rest), inner)], line)
    here.into.append(piece)
    blocks.append(_Open(word, inner, piece))


def _else(rest: str, here: _Open) -> None:
    inner: list[Piece] = []
    if isinstance(here.piece, Branches):
        condition = re.sub(r"^(?:if|with)\s+", "", rest)
        here.piece.branches.append((_pipeline(condition) if condition else None, inner))
    elif isinstance(here.piece, Loop):
        here.piece.otherwise = inner
    here.into = inner


def _pipeline(text: str) -> Pipeline:
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(text) and (match := _TOKEN.match(text, at)) and match.end() > at:
        kind = match.lastgroup or ""
        tokens.append((kind, match[kind]))
        at = match.end()
    reader = _Reader(tokens)
    return reader.pipeline(0)


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def pipeline(self, depth: int) -> Pipeline:
        variables: list[str] = []
        sets = next((row for row, (_, text) in enumerate(self.tokens) if text in {":=", "="}), None)
        if (
            depth == 0
            and sets is not None
            and all(text.startswith("$") or text == "," for _, text in self.tokens[:sets])
        ):
            variables = [text for _, text in self.tokens[:sets] if text.startswith("$")]
            self.at = sets + 1
        commands: list[tuple[Expression, ...]] = []
        command: list[Expression] = []
        while self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            self.at += 1
            if text == ")" and kind == "mark":
                break
            if text == "|" and kind == "mark":
                commands.append(tuple(command))
                command = []
            elif text == "(" and kind == "mark" and depth < MAX_DEPTH:
                command.append(self.after(self.pipeline(depth + 1)))
            elif kind != "mark":
                command.append(_leaf(kind, text))
        commands.append(tuple(command))
        return Pipeline(tuple(commands), tuple(variables))

    def after(self, pipeline: Pipeline) -> Expression:
        """Take the fields that stand directly behind a parenthesis."""
        if self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            if kind == "field" and text.startswith(".") and len(text) > 1:
                self.at += 1
                return Field("", tuple(text[1:].split(".")), pipeline)
        return pipeline


def _leaf(kind: str, text: str) -> Expression:
    if kind == "string":
        inside = text[1:-1]
        return Literal(
            inside if text[0] == "`" else re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), inside)
        )
    if kind == "number":
        return Literal(float(text) if "." in text else int(text))
    if kind == "field":
        start, _, rest = text.partition(".")
        return Field(start, tuple(part for part in rest.split(".") if part))
    if text in {"true", "false", "nil"}:
        return Literal({"true": True, "false": False}.get(text))
    return Word(text)
