"""References to variables in a text: what `$NAME`, `${NAME:-default}` and their kin stand for.

It knows nothing of where values come from; who asks hands in a function that looks a name up.
"""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["expand", "is_open"]

_MAX_DEPTH = 12
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_REFERENCE = re.compile(rf"\$(?P<name>{_NAME})")
_BRACED = re.compile(rf"(?P<name>{_NAME})(?P<how>:?[-=?+])?")
_OPEN = re.compile(r"\$\{?[A-Za-z_]|\{\{|<%")


def expand(text: str, lookup: Callable[[str], str | None], *, _depth: int = 0) -> str:
    """Return a text with references to variables replaced; those that are unknown stay as they are written.

    ``$NAME``, ``${NAME}``, ``${NAME:-default}``, ``${NAME-default}``, ``${NAME:=default}``, ``${NAME:+other}`` and
    ``$$`` are understood. What stands in ``{{ }}`` stays; `is_open` says whether anything stayed.

    Args:
        text: as written.
        lookup: value of a variable, None if unknown.

    """
    if "$" not in text or _depth > _MAX_DEPTH:
        return text
    parts: list[str] = []
    at = 0
    while (dollar := text.find("$", at)) >= 0:
        parts.append(text[at:dollar])
        if text.startswith("$$", dollar):
            parts.append("$")
            at = dollar + 2
        elif text.startswith("${", dollar):
            end = _closing(text, dollar + 2)
            parts.append(_braced(text[dollar + 2 : end], lookup, _depth) if end > 0 else text[dollar:])
            at = end + 1 if end > 0 else len(text)
        elif match := _REFERENCE.match(text, dollar):
            value = lookup(match["name"])
            parts.append(match.group() if value is None else value)
            at = match.end()
        else:
            parts.append("$")
            at = dollar + 1
    return "".join(parts) + text[at:]


def is_open(text: str) -> bool:
    """Say whether a text still holds a reference or a template, so that it is not a value yet."""
    return _OPEN.search(text) is not None


def _closing(text: str, start: int) -> int:
    depth = 1
    for at in range(start, min(len(text), start + 2000)):
        if text[at] == "}":
            depth -= 1
            if not depth:
                return at
        elif text[at] == "{" and text[at - 1] == "$":
            depth += 1
    return -1


def _braced(inside: str, lookup: Callable[[str], str | None], depth: int) -> str:
    match = _BRACED.match(inside)
    whole = f"${{{inside}}}"
    if match is None or (not match["how"] and match.end() != len(inside)):
        return whole
    value, how, word = lookup(match["name"]), match["how"] or "", inside[match.end() :]
    if how.endswith("+"):
        return expand(word, lookup, _depth=depth + 1) if value else ""
    if value or (value is not None and not how.startswith(":")):
        return value
    if how.endswith(("-", "=")):
        return expand(word, lookup, _depth=depth + 1)
    return whole if value is None else value
