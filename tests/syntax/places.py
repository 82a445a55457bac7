"""What every parser promises of any text: each node stands where it says, within the text and within its parent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def assert_placed(text: str, nodes: Iterable[Any], first: int = 1, last: int | None = None) -> None:
    """Assert that nodes stand in the lines of a text in order, and those inside of others within them."""
    lines = text.split("\n")
    end = len(lines) if last is None else last
    for node in nodes:
        whole_end = getattr(node, "end_line", node.line)
        assert first <= node.line <= whole_end <= end
        assert 1 <= getattr(node, "column", 1) <= len(lines[node.line - 1]) + 1
        inside = next((found for name in ("block", "section", "lines") if (found := getattr(node, name, None))), ())
        assert_placed(text, inside, node.line, whole_end)
        first = node.line
