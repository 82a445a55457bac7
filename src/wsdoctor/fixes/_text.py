"""What fixes share: lines by number, their indentation, and a change within one line.

It knows no product; the modules of this folder drive it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from wsdoctor.fixes._edits import Edit
from wsdoctor.model.traffic import Caller, Declared, Hop

__all__ = ["ANSWER_426", "SCRIPTS", "Lines", "alone", "indent_of", "plain_scheme", "within_script"]

ANSWER_426 = frozenset(("websockets", "ws"))
"""Frameworks whose servers answer 426 to a plain GET on every path, whatever their version."""

SCRIPTS = (".sh", ".bash", ".tf", ".tpl", "Dockerfile", ".Dockerfile", ".py", ".rb")
"""Endings of files in which a configuration within is quoted by rules of another language."""


def indent_of(line: str) -> str:
    """Return the white space that a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


class Lines:
    r"""The lines of a text, by 1-based number.

    Args:
        text: with ``\n`` as line end.

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

    def substitute(self, number: int, pattern: str, new: str) -> Edit | None:
        r"""Return the edit of a line in which a pattern is found once; groups of it may stand in what comes instead."""
        changed, count = re.subn(pattern, new, self[number])
        return Edit(number, number, (changed,)) if count == 1 else None

    def drop(self, first: int, last: int | None = None) -> Edit:
        """Return the edit that takes lines away."""
        return Edit(first, first if last is None else last, ())

    def after(self, number: int, lines: Sequence[str]) -> Edit:
        """Return the edit that puts lines after one."""
        return Edit(number + 1, number, tuple(lines))


def within_script(path: str) -> bool:
    """Say whether a configuration in this file is quoted by rules of another language."""
    return path.endswith(SCRIPTS) or path.rpartition("/")[2].startswith("Dockerfile")


def alone(traffic: Caller | Hop, declared: Declared) -> bool:
    """Say whether nothing that leads to another port is declared by the same line."""
    here = (traffic.location.file, traffic.location.line)
    ports = {
        each.to.port
        for each in (declared.callers if isinstance(traffic, Caller) else declared.hops)
        if (each.location.file, each.location.line) == here and each.product == traffic.product
    }
    return ports <= {traffic.to.port}


def plain_scheme(hop: Hop, lines: Lines, number: int) -> list[Edit] | None:
    """Return the edit that takes TLS out of the one URL of a line that names the port, None if it is not there."""
    found = re.findall(rf"\b(?:https|wss)://[^\s\"'`/;,)]*:{hop.to.port}\b", lines[number])
    if len(found) != 1:
        return None
    url = found[0]
    scheme = "http" if url.startswith("https") else "ws"
    edit = lines.change(number, rf"{re.escape(url)}\b", f"{scheme}://{url.partition('://')[2]}")
    return None if edit is None else [edit]
