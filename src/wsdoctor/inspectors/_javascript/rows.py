"""Tables of routes: the row that a target was taken from says which path leads there.

What loops over a table and makes a proxy of each row tells a path and a target apart from each other; only the place
of the target joins them again. It judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript.modules import Module, load
from wsdoctor.inspectors._javascript.proxies import Entry
from wsdoctor.inspectors._javascript.values import Evaluator

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["rowed"]

_PATHS = (
    "context", "path", "pathFilter", "prefix", "from", "match", "mount", "route", "url", "source", "basePath",
    "endpoint",
)  # fmt: skip
_CARRIES = ("ws", "websocket", "websockets")
_WITHIN = frozenset(
    (
        '"', "'", "`", "string", "string_fragment", "template_string", "number", "pair", "object", "array",
        "binary_expression", "template_substitution", "parenthesized_expression", "as_expression", "member_expression",
        "identifier",
    )
)  # fmt: skip


def rowed(entry: Entry, evaluator: Evaluator) -> Entry:
    """Return an entry with path, place and option for WebSockets of the row of a table that its target stands in.

    Args:
        entry: as the call that makes the proxy says it.
        evaluator: that follows values.

    """
    for path, line, column, _ in filter(None, (entry.target.born, *entry.target.places)):
        module = load(path, evaluator.repository)
        if module is None:
            continue
        node = module.script.root.descendant_for_point_range((line - 1, column - 1), (line - 1, column))
        for row, name in _rows(node, module):
            if module is entry.module and entry.node.start_byte <= row.start_byte < entry.node.end_byte:
                break
            return replace(entry, path=name, node=row, module=module, carries=_carries(row, module, entry.carries))
    return entry


def _rows(node: Node | None, module: Module) -> Iterator[tuple[Node, str]]:
    """Yield what is around a target and has a path, each with that path."""
    script = module.script
    while node is not None and node.type in _WITHIN:
        found: str | None = None
        if node.type == "pair" and (key := node.child_by_field_name("key")) is not None:
            found = script.key(key)
        elif node.type == "object":
            given = (script.property(node, name) for name in _PATHS)
            found = next((text for one in given if one is not None and (text := _path(one, module))), None)
        elif node.type == "array" and node.named_children:
            found = _path(node.named_children[0], module)
        if found and found.startswith("/"):
            yield node, found
        node = node.parent


def _path(node: Node, module: Module) -> str | None:
    first = node.named_children[0] if node.type == "array" and node.named_children else node
    text = module.script.string(first)
    return text if text and text.startswith("/") else None


def _carries(row: Node, module: Module, said: bool | None) -> bool | None:
    """Return whether a row says that it carries WebSockets, or else what the call says that makes a proxy of it."""
    pending = [row]
    while pending:
        node = pending.pop()
        inner = node.child_by_field_name("value") if node.type == "pair" else node
        if inner is None or inner.type != "object":
            continue
        given = [one for name in _CARRIES if (one := module.script.property(inner, name)) is not None]
        if given:
            return module.script.text(given[0]) == "true"
        pending += [child for child in inner.named_children if child.type == "pair"]
    return said
