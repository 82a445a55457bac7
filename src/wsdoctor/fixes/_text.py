"""What fixes share: lines by number, their indentation, and a change within one line.

It knows no product; the modules of this folder drive it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from wsdoctor.fixes._edits import Edit

__all__ = ["SCRIPTS", "Lines", "indent_of"]

SCRIPTS = (".sh", ".bash", ".tf", ".tpl", "Dockerfile", ".Dockerfile", ".py", ".rb")
"""Endings of files in which a configuration within is quoted by rules of another language."""


def indent_of(line: str) -> str:
    """Return the white space that a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


class Lines:
    """The lines of a text, by 1-based number.

    Args:
        text: with ``\\n`` as line end.

    """

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, number: int) -> str:
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def find(self, pattern: str, first: int, last: int) -> list[int]:
        """Return the numbers of the lines from first to last in which a pattern is found, comments left out."""
        shape = re.compile(pattern)
        last = min(last, len(self.lines))
        return [number for number in range(first, last + 1) if shape.search(re.sub(r"(?:^|\s)#.*", "", self[number]))]

    def change(self, number: int, pattern: str, new: str) -> Edit | None:
        """Return the edit that puts something else where a pattern is found once in a line, None if it is not."""
        found = list(re.finditer(pattern, self[number]))
        if len(found) != 1:
            return None
        line = self[number]
        return Edit(number, number, (line[: found[0].start()] + new + line[found[0].end() :],))

    def drop(self, first: int, last: int | None = None) -> Edit:
        """Return the edit that takes lines away."""
        return Edit(first, first if last is None else last, ())

    def after(self, number: int, lines: Sequence[str]) -> Edit:
        """Return the edit that puts lines after one."""
        return Edit(number + 1, number, tuple(lines))
