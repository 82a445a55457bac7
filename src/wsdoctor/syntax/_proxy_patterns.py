"""Regular expressions of proxies, tried on a short text without ever running away.

A repository is hostile: an expression that could take long is not tried but answered with None, "cannot tell".
"""

from __future__ import annotations

import re

__all__ = ["found"]

MAX_PATTERN = 300
MAX_TEXT = 200
MAX_REPEATS = 4
"""Unbounded repeats in one expression; each one multiplies the time by the length of the text."""

_NAMED = re.compile(r"\(\?<(?![=!])")
_REPEAT = re.compile(r"(?<!\\)[*+]|\{\d*,\d*\}")
_NESTED = re.compile(r"(?:[*+}?]|\|)[^()]*\)+[*+{]")
_POSSESSIVE = re.compile(r"(?<=[*+?}])\+")


def found(pattern: str, text: str, *, ignore_case: bool = False) -> bool | None:
    """Say whether a Perl-compatible expression is found in a text; None where it cannot be told."""
    if len(pattern) > MAX_PATTERN or len(text) > MAX_TEXT or _NESTED.search(pattern):
        return None
    pattern = _POSSESSIVE.sub("", _NAMED.sub("(?P<", pattern))
    if len(_REPEAT.findall(pattern)) > MAX_REPEATS:
        return None
    try:
        return re.search(pattern, text, re.IGNORECASE if ignore_case else 0) is not None
    except (re.error, OverflowError):
        return None
