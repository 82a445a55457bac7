"""Finds words in configuration and code that is known to be in play; a textual reading, no parser.

Such a rule speaks only where nothing of the request was observed: what arrived says more than what is written. Only
lines that count are looked at: comments are blanked out first. No verdicts here.
"""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.rules._log_text import names_cause, quote, says_accepted

__all__ = ["FILE_LIMIT", "found_in", "named_like", "text_of", "unseen"]

FILE_LIMIT = 200_000
"""No more characters of a file are read; longer configuration is generated, and its beginning tells enough."""
_COMMENT = re.compile(r"(?m)^[ \t]*(?:#|//|;).*$|[ \t]#[ \t].*$")


def unseen(headers: Headers | None, first_bytes: bytes | None, outcome: str | None, log: str | None = None) -> bool:
    """Say whether nothing of the request itself was observed, nor that it was accepted, nor why it was refused."""
    if headers is not None or first_bytes is not None or outcome == "upgraded":
        return False
    return not names_cause(log) and not says_accepted(log)


def text_of(file: SourceFile) -> str:
    """Return the text without whole-line comments."""
    return _COMMENT.sub("", file.text[:FILE_LIMIT])


def found_in(files: tuple[SourceFile, ...], pattern: re.Pattern[str]) -> str | None:
    """Return file name and matching line of the first match, ready to be quoted, or None."""
    for file in files:
        text = text_of(file)
        if (found := pattern.search(text)) is not None:
            at = found.start() + len(found[0]) - len(found[0].lstrip())
            start = text.rfind("\n", 0, at) + 1
            line = text[start : start + 300].split("\n", 1)[0]
            return f"{file.name[:80]} says “{quote(line, 100)}”"
    return None


def named_like(files: tuple[SourceFile, ...], pattern: re.Pattern[str]) -> SourceFile | None:
    """Return the first file whose name matches, or None."""
    return next((file for file in files if pattern.search(file.name)), None)
