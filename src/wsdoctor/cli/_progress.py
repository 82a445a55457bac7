"""A word of progress on standard error, on a terminal only."""

from __future__ import annotations

import sys

__all__ = ["Progress"]


class Progress:
    """Shows how far long work has come.

    Args:
        what: what is counted, such as ``files read``.
        shown: False to stay silent.

    """

    def __init__(self, what: str, *, shown: bool) -> None:
        self.what = what
        self.shown = shown and sys.stderr.isatty()
        self._width = 0

    def __call__(self, done: int, total: int | None = None) -> None:
        """Show how many are done."""
        if not self.shown:
            return
        text = f"{done:,} {self.what}" if total is None else f"{done:,} of {total:,} {self.what}"
        sys.stderr.write(f"\r{text:<{self._width}}")
        sys.stderr.flush()
        self._width = len(text)

    def end(self) -> None:
        """Clear the line."""
        if self.shown and self._width:
            sys.stderr.write(f"\r{'':<{self._width}}\r")
            sys.stderr.flush()
