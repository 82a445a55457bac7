"""Reads the answers that a log shows as they came: a status line and the fields under it, as curl prints them.

What was asked is seen only where the log shows that, too. No verdicts here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["ShownAnswer", "answers_in"]

_LIMIT = 20_000
_ANSWER = re.compile(
    r"(?im)^[<\s]{0,40}HTTP/(?P<version>1\.[01]|[23](?:\.0)?) (?P<status>[1-5]\d\d)\b[^\n]*"
    r"(?P<fields>(?:\n[< \t]{0,40}[\w-]{1,80}:[^\n]*)*)"
)
_FIELD = re.compile(r"(?m)^[< \t]*([\w-]+):[ \t]*([^\r\n]*)")
_ASKED = re.compile(
    r"(?im)^[^\n]{0,200}\bcurl\b(?![^\n]*--http2)[^\n]*-H ?['\"]?(?:upgrade: ?websocket|sec-websocket-)"
    r"|^> ?sec-websocket-(?:key|version):"
)


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer as a log shows it.

    Attributes:
        version: ``1.0``, ``1.1``, ``2`` or ``3``.
        status: its status code.
        fields: names in lower case → values, those of the last field of a name.
        to_handshake: True if the log shows in front of it that an opening handshake was asked for.

    """

    version: str
    status: int
    fields: Mapping[str, str]
    to_handshake: bool


def answers_in(log: str | None) -> tuple[ShownAnswer, ...]:
    """Return the answers that the log shows, in their order."""
    return () if log is None else _answers(log[:_LIMIT])


@lru_cache(maxsize=16)
def _answers(text: str) -> tuple[ShownAnswer, ...]:
    return tuple(
        ShownAnswer(
            found["version"].removesuffix(".0") if found["version"] != "1.0" else "1.0",
            int(found["status"]),
            {name.lower(): value.strip() for name, value in _FIELD.findall(found["fields"])},
            _ASKED.search(text, 0, found.start()) is not None,
        )
        for found in _ANSWER.finditer(text)
    )
