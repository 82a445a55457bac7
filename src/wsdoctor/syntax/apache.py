"""Apache httpd configuration: text in, a tree of directives and sections with line and column out.

It reads whole files, fragments and ``.htaccess``; it knows the grammar and the flags of mod_rewrite, not what a
directive means for WebSockets. The Apache inspector drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wsdoctor.errors import SyntaxProblem

__all__ = ["Directive", "flags", "parse", "words"]

MAX_DEPTH = 60
"""Sections within sections."""

_WORD = re.compile(r'\s*(?:"(?P<double>(?:\\.|[^"\\])*)"|\'(?P<single>(?:\\.|[^\'\\])*)\'|(?P<plain>\S+))')
_OPEN = re.compile(r"<(?P<name>[A-Za-z][\w:.-]*)(?P<rest>[^\n]*)$")
_CLOSE = re.compile(r"</\s*(?P<name>[A-Za-z][\w:.-]*)\s*>?")


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive, or a section with what stands in it.

    Attributes:
        name: as written, such as ``ProxyPass`` or ``VirtualHost``.
        args: words, quotes taken off.
        line: 1-based line of the name.
        column: 1-based column of the name.
        end_line: last line, of a section that of its closing tag.
        section: directives within, None for a simple directive.
        source: the file, as the caller named it.

    """

    name: str
    args: tuple[str, ...]
    line: int
    column: int
    end_line: int
    section: tuple[Directive, ...] | None = None
    source: str = ""

    @property
    def word(self) -> str:
        """The name in lower case; Apache does not tell cases apart."""
        return self.name.lower()

    def inner(self, *names: str) -> Iterator[Directive]:
        """Yield the directives within that have one of these names, in lower case."""
        return (directive for directive in self.section or () if directive.word in names)


@dataclass(slots=True)
class _Open:
    name: str
    args: tuple[str, ...]
    line: int
    column: int
    found: list[Directive]


def parse(text: str, *, source: str = "", first_line: int = 1) -> tuple[Directive, ...]:
    """Read a configuration or a fragment of one.

    Args:
        text: the configuration.
        source: name of the file, kept in each directive.
        first_line: line of the file at which the text begins.

    Raises:
        SyntaxProblem: if sections are nested without measure.

    """
    stack = [_Open("", (), first_line, 1, [])]
    last = first_line
    for line, end, column, content in _lines(text, first_line):
        last = end
        if close := _CLOSE.match(content):
            _close(stack, close["name"].lower(), end, source)
        elif opened := _OPEN.match(content):
            if len(stack) > MAX_DEPTH:
                raise SyntaxProblem(f"sections are nested more than {MAX_DEPTH} deep", line, column)
            args = words(opened["rest"].rstrip().removesuffix(">"))
            stack.append(_Open(opened["name"], args, line, column, []))
        else:
            name, *args_found = words(content)
            stack[-1].found.append(Directive(name, tuple(args_found), line, column, end, None, source))
    while len(stack) > 1:
        _close(stack, stack[-1].name.lower(), last, source)
    return tuple(stack[0].found)


def _close(stack: list[_Open], name: str, end: int, source: str) -> None:
    if all(section.name.lower() != name for section in stack[1:]):
        return
    closed = ""
    while closed != name:
        section = stack.pop()
        made = Directive(section.name, section.args, section.line, section.column, end, tuple(section.found), source)
        stack[-1].found.append(made)
        closed = section.name.lower()


def _lines(text: str, first_line: int) -> Iterator[tuple[int, int, int, str]]:
    """Yield first line, last line, column and content of each logical line that is not empty or a comment."""
    held: list[str] = []
    start = first_line
    number = first_line
    for number, line in enumerate(text.split("\n"), first_line):
        if not held:
            start = number
        if line.endswith("\\"):
            held.append(line[:-1])
            continue
        yield from _logical(start, number, "".join((*held, line)))
        held = []
    yield from _logical(start, number, "".join(held))


def _logical(start: int, end: int, whole: str) -> Iterator[tuple[int, int, int, str]]:
    content = whole.strip()
    if content and not content.startswith("#"):
        yield start, end, len(whole) - len(whole.lstrip()) + 1, content


def words(content: str) -> tuple[str, ...]:
    """Split a line into words, quotes taken off."""
    found: list[str] = []
    for word in _WORD.finditer(content):
        plain = word["plain"]
        quoted = word["double"] if word["double"] is not None else word["single"]
        found.append(plain if quoted is None else re.sub(r"\\([\"'\\])", r"\1", quoted))
    return tuple(found)


def flags(args: tuple[str, ...], place: int) -> frozenset[str]:
    """Return the flags of a RewriteRule or RewriteCond, in upper case, without values but with ``=``.

    Args:
        args: words of the directive.
        place: index at which flags may stand.

    """
    if len(args) <= place:
        return frozenset()
    return frozenset(flag.strip().upper() for flag in args[place].strip("[]").split(",") if flag.strip())
