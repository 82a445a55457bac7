"""HAProxy configuration: text in, sections and their lines out, each word split as HAProxy splits it.

It reads whole files and fragments; it does not know what a keyword means. The HAProxy inspector drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Line", "Section", "parse"]

SECTIONS = frozenset(
    (
        "global", "defaults", "frontend", "backend", "listen", "peers", "resolvers", "mailers", "userlist", "program",
        "http-errors", "cache", "ring", "log-forward", "fcgi-app", "crt-store", "traces", "acme",
    )
)  # fmt: skip

_WORD = re.compile(r"""(?:\\.|"(?:\\.|[^"\\])*"?|'[^']*'?|[^\s#"'\\]|\\$)+""")
_QUOTED = re.compile(r"""\\(?P<escaped>.)|"(?P<double>(?:\\.|[^"\\])*)"?|'(?P<single>[^']*)'?""")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a section: its words, quotes taken off, and its place."""

    words: tuple[str, ...]
    line: int
    column: int

    def starts(self, *words: str) -> bool:
        """Say whether the line begins with these words."""
        return self.words[: len(words)] == words


@dataclass(frozen=True, slots=True)
class Section:
    """A section.

    Attributes:
        kind: ``frontend``, ``backend``, …; ``""`` for lines before any section.
        name: its name, ``""`` if it has none.
        args: all words after the kind.
        line: 1-based first line.
        end_line: last line that belongs to it.
        lines: its lines without the first.

    """

    kind: str
    name: str
    args: tuple[str, ...]
    line: int
    end_line: int
    lines: tuple[Line, ...]

    def having(self, *words: str) -> Iterator[Line]:
        """Yield the lines that begin with these words."""
        return (line for line in self.lines if line.starts(*words))

    def last(self, *words: str) -> Line | None:
        """Return the last line that begins with these words, for settings of which the last one counts."""
        found = list(self.having(*words))
        return found[-1] if found else None


def parse(text: str, *, first_line: int = 1) -> tuple[Section, ...]:
    """Read a configuration or a fragment of one; lines before any section make a section without kind.

    Args:
        text: the configuration.
        first_line: line of the file at which the text begins.

    """
    sections: list[Section] = []
    head: tuple[str, ...] = ("",)
    start = first_line
    lines: list[Line] = []

    def end() -> None:
        if lines or head[0]:
            last = lines[-1].line if lines else start
            sections.append(Section(head[0], head[1] if len(head) > 1 else "", head[1:], start, last, tuple(lines)))

    for number, content in enumerate(text.split("\n"), first_line):
        words = _words(content)
        if not words:
            continue
        if words[0] in SECTIONS:
            end()
            head, start, lines = words, number, []
        else:
            lines.append(Line(words, number, len(content) - len(content.lstrip()) + 1))
    end()
    return tuple(sections)


def _words(content: str) -> tuple[str, ...]:
    """Split a line; a ``#`` outside quotes ends it."""
    found: list[str] = []
    at = 0
    while at < len(content):
        if content[at].isspace():
            at += 1
            continue
        word = _WORD.match(content, at)
        if word is None:
            break
        found.append(_QUOTED.sub(_plain, word[0]))
        at = word.end()
    return tuple(found)


def _plain(quoted: re.Match[str]) -> str:
    if (escaped := quoted["escaped"]) is not None:
        return {"r": "\r", "n": "\n", "t": "\t"}.get(escaped, escaped)
    return quoted["double"] if quoted["double"] is not None else quoted["single"]
