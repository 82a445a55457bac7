"""TOML: tables with their entries, each with its lines; a statement that does not parse is left out.

`tomllib` reads the values; it keeps no places, so the statements are found here.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

from wsdoctor.errors import SyntaxProblem

__all__ = ["Entry", "Table", "parse"]

_HEADER = re.compile(r"\s*(?P<open>\[\[?)(?P<path>[^\]#]*)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*(?P<key>(?:[A-Za-z0-9_\-.\s]|\"[^\"]*\"|'[^']*'){1,300}?)\s*=\s*(?P<value>.*)", re.DOTALL)
_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([^.\s\"']+)")
_PIECE = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|(?P<long>"""|\'\'\')|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|(?P<open>[\[{])|(?P<close>[\]}])',
    re.DOTALL,
)
_MAX_STATEMENT = 400
"""Lines that one value may span."""
_MAX_ENDLESS = 20
"""Values without an end after which each line is taken for itself, for a file of them is no TOML."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value.

    Attributes:
        key: dotted keys as one text with dots.
        value: as `tomllib` gives it.
        line: 1-based.
        column: 1-based.
        end_line: 1-based.

    """

    key: str
    value: Any
    line: int
    column: int = 1
    end_line: int = 0


@dataclass(slots=True)
class Table:
    """A table.

    Attributes:
        path: keys of its header, () for what stands before the first one.
        line: 1-based line of the header.
        array: whether it is an item of an array of tables.
        entries: in the order in which they are written.
        end_line: 1-based line of the last entry.

    """

    path: tuple[str, ...] = ()
    line: int = 1
    array: bool = False
    entries: list[Entry] = field(default_factory=list)
    end_line: int = 1

    def entry(self, key: str) -> Entry | None:
        """Return the entry of a key, None where there is none."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def get(self, key: str) -> Any:
        """Return the value of a key, None where there is none."""
        found = self.entry(key)
        return None if found is None else found.value


def parse(text: str) -> list[Table]:
    """Return the tables of a text in order.

    Raises:
        SyntaxProblem: if nothing in it can be read, and there is something to read.

    """
    tables = [Table()]
    lines = text.split("\n")
    at = 0
    endless = 0
    bad: int | None = None
    while at < len(lines):
        line = lines[at]
        first = at + 1
        at += 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if header := _HEADER.match(line):
            path = tuple(next(filter(None, part), "") for part in _PART.findall(header["path"]))
            tables.append(Table(path, first, header["open"] == "[[", [], first))
            continue
        statement, at, ends = _statement(lines, at - 1, _MAX_STATEMENT if endless < _MAX_ENDLESS else 1)
        endless += not ends
        if (entry := _entry(statement, first, at)) is None:
            bad = bad or first
            continue
        tables[-1].entries.append(entry)
        tables[-1].end_line = entry.end_line
    if bad is not None and len(tables) == 1 and not tables[0].entries:
        raise SyntaxProblem("it is not TOML", bad)
    return tables


def _statement(lines: list[str], at: int, most: int) -> tuple[str, int, bool]:
    """Return a statement that starts on a line, the index of the line after it, and whether it ends at all."""
    statement = lines[at]
    for end in range(at + 1, min(at + most, len(lines)) + 1):
        if _whole(statement):
            return statement, end, True
        if end < len(lines):
            statement += "\n" + lines[end]
    return lines[at], at + 1, False


def _whole(statement: str) -> bool:
    depth = 0
    for match in _PIECE.finditer(statement):
        if match["long"]:
            return False
        depth += bool(match["open"]) - bool(match["close"])
    return depth <= 0


def _entry(statement: str, line: int, end_line: int) -> Entry | None:
    match = _KEY.match(statement) if "=" in statement else None
    if match is None:
        return None
    try:
        value = tomllib.loads("value = " + match["value"])["value"]
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return None
    key = ".".join(next(filter(None, part), "") for part in _PART.findall(match["key"]))
    return Entry(key, value, line, match.start("key") + 1, end_line)
