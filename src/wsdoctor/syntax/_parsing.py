"""How tree-sitter is driven: so that whoever has set a limit of time can end it.

Its recovery from errors may take time in the square of the text, all of it in C, where no signal is seen. The function
that it calls now and then gives Python the chance to see one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Parser, Tree

__all__ = ["tree_of"]

_CHUNK = 1 << 16
"""Bytes that it is handed at a time."""


def tree_of(parser: Parser, source: bytes) -> Tree:
    """Return the tree of a source; what a handler of a signal raises meanwhile ends it."""
    try:
        return parser.parse(
            lambda offset, _: source[offset : offset + _CHUNK], encoding="utf8", progress_callback=_go_on
        )
    except BaseException:
        parser.reset()
        raise


def _go_on(offset: int, failed: bool) -> bool:
    return False
