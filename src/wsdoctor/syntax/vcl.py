"""Varnish configuration language: text in, statements and blocks with line and column out.

It reads VCL 4 and what can be read of older ones; it knows the grammar, not what a subroutine does.
The Varnish inspector drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wsdoctor.errors import SyntaxProblem

__all__ = ["Statement", "parse"]

MAX_DEPTH = 60
"""Blocks within blocks."""

_TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))"""
    r"""|(?P<long>\{".*?"\}|\"\"\".*?\"\"\")"""
    r"""|(?P<string>"[^"\n]*"?)"""
    r"""|(?P<inline>C\{.*?\}C)"""
    r"""|(?P<mark>==|!=|!~|>=|<=|&&|\|\||[{}();,=~!<>+*])"""
    r"""|(?P<word>(?:[^\s{}();,=~!<>+*"/\#&|]|/(?![/*]))+|.)""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, or what stands before a block with the block.

    Attributes:
        words: tokens; strings keep their quotes, so that ``"pipe"`` is not ``pipe``.
        line: 1-based line of the first token.
        column: 1-based column of it.
        end_line: line of the ``;`` or of the closing brace.
        block: statements within braces, None without.

    """

    words: tuple[str, ...]
    line: int
    column: int
    end_line: int
    block: tuple[Statement, ...] | None = None

    def starts(self, *words: str) -> bool:
        """Say whether the statement begins with these tokens."""
        return self.words[: len(words)] == words

    def walk(self) -> Iterator[Statement]:
        """Yield the statement and all within it."""
        yield self
        for statement in self.block or ():
            yield from statement.walk()


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int
    column: int


def _tokens(text: str, first_line: int) -> Iterator[_Token]:
    line, start = first_line, 0
    for found in _TOKEN.finditer(text):
        content = found[0]
        if found.lastgroup == "long":
            inner = content[2:-2] if content.startswith("{") else content[3:-3]
            yield _Token(f'"{inner}"', line, found.start() - start + 1)
        elif found.lastgroup not in {"skip", "inline"}:
            yield _Token(content, line, found.start() - start + 1)
        if newlines := content.count("\n"):
            line += newlines
            start = text.rindex("\n", found.start(), found.end()) + 1


def parse(text: str, *, first_line: int = 1) -> tuple[Statement, ...]:
    """Read a VCL file or a fragment of one.

    Args:
        text: the VCL.
        first_line: line of the file at which the text begins.

    Raises:
        SyntaxProblem: if blocks are nested without measure.

    """
    found: list[list[Statement]] = [[]]
    heads: list[list[_Token]] = []
    words: list[_Token] = []
    parentheses = 0
    last = first_line
    for token in _tokens(text, first_line):
        last = token.line
        if token.text in "()":
            parentheses = max(0, parentheses + (1 if token.text == "(" else -1))
        if token.text == "{":
            if len(heads) >= MAX_DEPTH:
                raise SyntaxProblem(f"blocks are nested more than {MAX_DEPTH} deep", token.line, token.column)
            heads.append(words or [token])
            found.append([])
            words, parentheses = [], 0
        elif token.text == "}":
            _end(found[-1], words, token.line)
            words, parentheses = [], 0
            if heads:
                inner = tuple(found.pop())
                found[-1].append(_statement(heads.pop(), token.line, inner))
        elif token.text == ";" and not parentheses:
            _end(found[-1], words, token.line)
            words = []
        else:
            words.append(token)
    _end(found[-1], words, last)
    while heads:
        inner = tuple(found.pop())
        found[-1].append(_statement(heads.pop(), last, inner))
    return tuple(found[0])


def _end(found: list[Statement], words: list[_Token], line: int) -> None:
    if words:
        found.append(_statement(words, line, None))


def _statement(words: list[_Token], end: int, block: tuple[Statement, ...] | None) -> Statement:
    texts = tuple(word.text for word in words if word.text != "{")
    return Statement(texts, words[0].line, words[0].column, end, block)
