"""Finding one's way in a YAML text: the pair or mapping at a line, and the lines that it takes.

It knows no product; the fixes of products that are configured in YAML drive it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wsdoctor.fixes._text import Lines
from wsdoctor.syntax import yaml
from wsdoctor.syntax._tree import Mapping, Node, Pair, Sequence

__all__ = ["mappings", "own_lines", "pairs"]


def mappings(text: str) -> Iterator[Mapping]:
    """Yield all mappings of a text, those above first, each once."""
    pending: list[Node] = list(reversed(yaml.parse(text, [])))
    seen: set[int] = set()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Mapping):
            yield node
            pending += (pair.value for pair in reversed(node.pairs))
        elif isinstance(node, Sequence):
            pending += reversed(node.items)


def pairs(text: str, *names: str) -> Iterator[tuple[Mapping, Pair]]:
    """Yield each pair whose key is one of these names, with the mapping that it is in."""
    for mapping in mappings(text):
        for pair in mapping.pairs:
            if pair.key.text in names:
                yield mapping, pair


def own_lines(pair: Pair, lines: Lines) -> tuple[int, int] | None:
    """Return first and last line of a pair in block style, None if it shares a line or is written elsewhere."""
    line = lines[pair.line]
    if pair.alias or not re.match(rf"\s*[\"']?{re.escape(pair.key.text)}[\"']?\s*:", line):
        return None
    column = pair.key.column
    last = pair.line
    for number in range(pair.line + 1, len(lines) + 1):
        stripped = lines[number].strip()
        indent = len(lines[number]) - len(lines[number].lstrip(" "))
        if not stripped or stripped.startswith("#"):
            continue
        if indent < column - 1 or (indent == column - 1 and not stripped.startswith("- ")):
            break
        last = number
    return pair.line, last
