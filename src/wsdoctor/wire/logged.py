"""What a program logged, without what its way to the file put around it: JSON of Docker and journald, colours.

Prefixes of lines, such as a time or the name of a container, are left alone: they hide nothing. What cannot be read
stays as it is, and nothing here judges.
"""

from __future__ import annotations

import json
import re

__all__ = ["plain_log"]

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
"""What werkzeug, uvicorn and Sanic put around words for a terminal; it is no part of what they say."""
_KEYS = ("log", "MESSAGE")
"""Docker's json-file driver, and ``journalctl -o json``."""


def plain_log(text: str) -> str:
    """Return the text as the program wrote it, as far as that can be told."""
    if text.startswith("{"):
        text = "".join(map(_unwrapped, text.splitlines(keepends=True)))
    return _COLOUR.sub("", text) if "\x1b" in text else text


def _unwrapped(line: str) -> str:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return line
    message = next((record[key] for key in _KEYS if key in record), None) if isinstance(record, dict) else None
    if isinstance(message, str):  # Docker keeps the end of the line, and leaves it out where it split a long one
        return message if "log" in record else f"{message}\n"
    if isinstance(message, list) and all(isinstance(byte, int) and 0 <= byte < 256 for byte in message):
        return bytes(message).decode("utf-8", "backslashreplace") + "\n"
    return line
