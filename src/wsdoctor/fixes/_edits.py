"""Edits of a text by lines: which go together, what the text becomes, and the unified diff of it.

It knows no product and no file: text in, text out. The fixes make edits, `mending` puts them together.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Edit", "applied", "together", "unified"]


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Lines take the place of others.

    Attributes:
        line: 1-based first line that goes.
        end_line: last line that goes; one less than `line` puts the new ones before `line` and takes none away.
        lines: the new ones, without line ends.

    """

    line: int
    end_line: int
    lines: tuple[str, ...]

    def meets(self, other: Edit) -> bool:
        """Say whether both want the same lines, or the same place between two lines."""
        if self.end_line < self.line and other.end_line < other.line:
            return self.line == other.line
        if self.end_line < self.line:
            return other.line < self.line <= other.end_line
        if other.end_line < other.line:
            return self.line < other.line <= self.end_line
        return self.line <= other.end_line and other.line <= self.end_line


def together(wishes: Iterable[Sequence[Edit]]) -> tuple[list[Edit], list[bool]]:
    """Put the edits of several fixes of one text together.

    A fix is taken whole or not at all: one that wants lines that another changes otherwise is left for later. What
    two fixes want alike is done once.

    Returns:
        The edits, and for each fix whether it is among them.

    """
    taken: list[Edit] = []
    whole: list[bool] = []
    for edits in wishes:
        new = [edit for edit in edits if edit not in taken]
        fits = not any(edit.meets(other) for edit in new for other in taken)
        whole.append(fits)
        if fits:
            taken += new
    return sorted(taken), whole


def applied(text: str, edits: Iterable[Edit]) -> str:
    r"""Return a text after edits that do not meet; its line ends and what begins and ends it stay as they are.

    Args:
        text: as it is in the file, ``\r\n`` and a byte order mark among it.
        edits: of its lines.

    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    lines = text.removeprefix(mark).split("\n")
    end = "\r" if lines and lines[0].endswith("\r") else ""
    for edit in sorted(edits, reverse=True):
        new = [line + end for line in edit.lines]
        if edit.end_line >= len(lines) and new and end and not lines[-1].endswith(end):
            new[-1] = new[-1].removesuffix(end)
        lines[edit.line - 1 : edit.end_line] = new
    return mark + "\n".join(lines)


def unified(path: str, before: str, after: str) -> str:
    """Return the unified diff of a file as ``git apply`` and ``patch -p1`` take it; ``""`` without a difference."""
    name = f"{path}\t" if " " in path else path
    rows = difflib.unified_diff(_kept(before), _kept(after), f"a/{name}", f"b/{name}", lineterm="\n")
    return "".join(row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n" for row in rows)


def _kept(text: str) -> list[str]:
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
