"""Functions that a shell script defines, by the lines of their bodies."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Function", "functions"]

_HEAD = re.compile(r"^(?P<indent>[ \t]*)(?:function\s+)?(?P<name>[A-Za-z_][\w-]*)\s*\(\s*\)\s*\{[ \t]*(?P<rest>.*)$")
_BARE = re.compile(r"^(?P<indent>[ \t]*)function\s+(?P<name>[A-Za-z_][\w-]*)\s*\{[ \t]*(?P<rest>.*)$")
_END = re.compile(r"[;\s]*\}\s*$")


@dataclass(frozen=True, slots=True)
class Function:
    """A function.

    Attributes:
        name: of it.
        body: text between the braces.
        first: 1-based line that the body begins on.
        last: 1-based line of the closing brace.

    """

    name: str
    body: str
    first: int
    last: int


def functions(text: str, first_line: int) -> list[Function]:
    """Return the functions of a script whose closing brace stands under the line that opens them.

    Args:
        text: of the script.
        first_line: 1-based line of the file that it starts on.

    """
    found: list[Function] = []
    lines = text.split("\n") if "{" in text else []
    for at, line in enumerate(lines):
        head = _HEAD.match(line) or _BARE.match(line)
        if head is None:
            continue
        if (end := _END.search(head["rest"])) is not None:
            found.append(Function(head["name"], head["rest"][: end.start()], first_line + at, first_line + at))
            continue
        closing = f"{head['indent']}}}"
        last = next((row for row in range(at + 1, len(lines)) if lines[row].rstrip().rstrip(";") == closing), None)
        if last is not None:
            body = "\n".join([head["rest"], *lines[at + 1 : last]])
            found.append(Function(head["name"], body, first_line + at, first_line + last))
    return found
