"""Text into Markdown that renders as text: nothing in it becomes markup, a link, a mention or a reference.

Sites that render Markdown turn more than its syntax into links: ``@name``, ``#12``, addresses. Words that hold
such signs become code spans, where none of that happens. Shared by the renderers that write Markdown.
"""

from __future__ import annotations

import re

from wsdoctor.model.redact import printable

__all__ = ["block", "cell", "link", "span", "text"]

_MARKUP = re.compile(r"([\\`*_\[\]<>&~|$!{}])")
_LINKED = re.compile(r"@|#\w|://|www\.|(?i:\bGH-\d)|\$|`|<|\w_\w|\*")
_LONGEST = 4000
_ADDRESS = re.compile(r"https?://[!-;=?-~]+")
_TICKS = re.compile(r"`+")


def text(words: str, limit: int = _LONGEST) -> str:
    """Return a sentence in which markup is escaped and words that a site would link are code spans."""
    return " ".join(
        span(word) if _LINKED.search(word) else _MARKUP.sub(r"\\\1", word) for word in printable(words, limit).split()
    )


def span(words: str) -> str:
    """Return a code span; its fence is longer than any run of backticks within."""
    shown = printable(words)
    if not shown.strip():
        return "` `"
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(shown)), default=0))
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def link(title: str, address: str) -> str:
    """Return a link, or the title alone where the address is none of the web."""
    return f"[{text(title)}](<{address}>)" if _ADDRESS.fullmatch(address) else text(title)


def cell(markdown: str) -> str:
    """Return Markdown that does not end its table cell: pipes escaped, also within code spans."""
    return re.sub(r"(?<!\\)\|", r"\\|", markdown)


def block(lines: tuple[str, ...] | list[str], language: str = "") -> str:
    """Return a fenced code block; its fence is longer than any run of backticks within."""
    shown = "\n".join(printable(line, _LONGEST) for line in lines)
    fence = "`" * max(3, 1 + max((len(run) for run in _TICKS.findall(shown)), default=0))
    return f"{fence}{language}\n{shown}\n{fence}"
