"""Caddyfile: text in, a tree of directives with line and column out.

It reads whole files and fragments: site blocks, a single site without braces, snippets, named matchers, heredocs.
It expands nothing: ``import`` and ``{$NAME}`` stay as written. The Caddy inspector drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wsdoctor.errors import SyntaxProblem

__all__ = ["Directive", "parse"]

MAX_DEPTH = 60
"""Blocks within blocks."""

_QUOTED = re.compile(r'"(?P<double>(?:\\.|[^"\\])*)"|`(?P<back>[^`]*)`', re.DOTALL)
_BEGUN = re.compile(r"<<(?P<mark>[A-Za-z0-9_-]+)\n")
_HEREDOC = re.compile(r"<<(?P<mark>[A-Za-z0-9_-]+)\n(?P<text>.*?)^[ \t]*(?P=mark)(?=\s|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive; at the top level a site, a snippet ``(name)`` or, with an empty name, the global options.

    Attributes:
        name: first word; of a site its first address.
        args: the other words, quotes taken off; of a site its other addresses.
        line: 1-based line of the name.
        column: 1-based column of the name.
        end_line: last line, of a block that of its closing brace.
        block: directives within braces, None for a simple directive.
        source: the file, as the caller named it.

    """

    name: str
    args: tuple[str, ...]
    line: int
    column: int
    end_line: int
    block: tuple[Directive, ...] | None = None
    source: str = ""

    def inner(self, *names: str) -> Iterator[Directive]:
        """Yield the directives of the block that have one of these names."""
        return (directive for directive in self.block or () if directive.name in names)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int
    column: int
    quoted: bool = False
    end_line: int = 0


def _tokens(text: str, first_line: int) -> Iterator[_Token]:
    line, start, at = first_line, 0, 0
    endless: set[str] = set()
    while at < len(text):
        if text[at] == "\n":
            line, start, at = line + 1, at + 1, at + 1
            continue
        if text[at].isspace():
            at += 1
            continue
        if text[at] == "#":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
            continue
        if text.startswith("\\\n", at):
            at += 2
            start = at
            yield _Token("\\", line, 1)
            line += 1
            continue
        quoted = _QUOTED.match(text, at) or _heredoc(text, at, endless)
        if quoted:
            content = quoted[quoted.lastgroup or 0]
            newlines = quoted[0].count("\n")
            yield _Token(content.replace('\\"', '"'), line, at - start + 1, True, line + newlines)
            if newlines:
                line += newlines
                start = text.rindex("\n", at, quoted.end()) + 1
            at = quoted.end()
            continue
        end = at
        while end < len(text) and not text[end].isspace():
            end += 1
        yield _Token(text[at:end], line, at - start + 1)
        at = end


def _heredoc(text: str, at: int, endless: set[str]) -> re.Match[str] | None:
    """Return the heredoc that starts somewhere, None if there is none; `endless` collects marks that nothing ends."""
    begun = _BEGUN.match(text, at)
    if begun is None or begun["mark"] in endless:
        return None
    found = _HEREDOC.match(text, at)
    if found is None:
        endless.add(begun["mark"])
    return found


def _rows(text: str, first_line: int) -> list[list[_Token]]:
    """Return the tokens by line; a backslash joins a line to the next."""
    rows: list[list[_Token]] = []
    last = -1
    for token in _tokens(text, first_line):
        if token.text == "\\" and not token.quoted:
            last = token.line + 1
            continue
        if not rows or token.line != last:
            rows.append([])
        rows[-1].append(token)
        last = token.end_line or token.line
    return rows


class _Reader:
    def __init__(self, rows: list[list[_Token]], source: str) -> None:
        self.rows = rows
        self.source = source
        self.at = 0

    def block(self, depth: int) -> tuple[tuple[Directive, ...], int]:
        found: list[Directive] = []
        last = self.rows[-1][-1] if self.rows else None
        end = 1 if last is None else last.end_line or last.line
        while self.at < len(self.rows):
            row = self.rows[self.at]
            self.at += 1
            if _is(row[0], "}"):
                if depth:
                    return tuple(found), row[0].line
                continue
            if depth == 0:
                self._addresses(row)
            found.append(self._directive(row, depth))
        return tuple(found), end

    def _addresses(self, row: list[_Token]) -> None:
        """Join the addresses of a site that go over several lines."""
        while row[-1].text.endswith(",") and self.at < len(self.rows):
            row += self.rows[self.at]
            self.at += 1

    def _directive(self, row: list[_Token], depth: int) -> Directive:
        opens = _is(row[-1], "{")
        closes = _is(row[-1], "}") and len(row) > 1
        words = [token.text for token in row[: len(row) - (opens or closes)]]
        if depth == 0:
            words = [word for text in words for word in text.split(",") if word]
        first = row[0]
        end = row[-1].end_line or row[-1].line
        inner: tuple[Directive, ...] | None = None
        if opens:
            if depth >= MAX_DEPTH:
                raise SyntaxProblem(f"blocks are nested more than {MAX_DEPTH} deep", first.line, first.column)
            inner, end = self.block(depth + 1)
        if closes and depth:
            self.at -= 1
            self.rows[self.at] = [row[-1]]
        name = words[0] if words else ""
        return Directive(name, tuple(words[1:]), first.line, first.column, end, inner, self.source)


def _is(token: _Token, brace: str) -> bool:
    return token.text == brace and not token.quoted


def parse(text: str, *, source: str = "", first_line: int = 1) -> tuple[Directive, ...]:
    """Read a Caddyfile or a fragment of one.

    Args:
        text: the Caddyfile.
        source: name of the file, kept in each directive.
        first_line: line of the file at which the text begins.

    Raises:
        SyntaxProblem: if blocks are nested without measure.

    """
    found, end = _Reader(_rows(text, first_line), source).block(0)
    sites = [index for index, directive in enumerate(found) if directive.block is None]
    if not sites or sites[0] == len(found) - 1 or found[sites[0]].name == "import":
        return found
    first = sites[0]
    site = found[first]
    body = tuple(found[first + 1 :])
    return (*found[:first], Directive(site.name, site.args, site.line, site.column, end, body, source))
