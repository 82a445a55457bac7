"""What the callers of a function of the repository give for a parameter, in its own file and in others.

Only who starts a server asks for it: there a port may come through a function or a constructor. `values` drives
it; whoever looks for requests reads a function at its calls instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript.modules import Module, is_test, load
from wsdoctor.inspectors._javascript.types import MAX_VALUES, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from wsdoctor.inspectors._javascript.values import Evaluator

__all__ = ["given"]

_MAX_FILES = 10
_SCRIPTS = ("*.js", "*.mjs", "*.cjs", "*.ts", "*.mts", "*.cts", "*.tsx", "*.jsx")


def given(evaluator: Evaluator, function: Node, index: int, module: Module, depth: int) -> list[Value]:
    """Return what callers give for the parameter of a function at a position."""
    name = _name(function, module)
    if name is None or function.id in evaluator.asking:
        return []
    evaluator.asking.add(function.id)
    try:
        found: list[Value] = []
        for call, other in _calls(name, function, module, evaluator):
            arguments = other.script.arguments(call)
            if index < len(arguments):
                found += evaluator.values(arguments[index], other, (), depth)
            if len(found) >= MAX_VALUES:
                break
        return found
    finally:
        evaluator.asking.discard(function.id)


def _name(function: Node, module: Module) -> str | None:
    """Return what a function is called by: its own name, that of what it is assigned to, or that of its class."""
    script = module.script
    own = function.child_by_field_name("name")
    up = function.parent
    if function.type == "method_definition" and own is not None:
        if script.text(own) != "constructor":
            return script.key(own)
        named = up.parent.child_by_field_name("name") if up is not None and up.parent is not None else None
        return script.text(named) if named is not None else None
    if own is not None:
        return script.text(own)
    holder = None
    if up is not None:
        holder = up.child_by_field_name("name") or up.child_by_field_name("key") or up.child_by_field_name("left")
    return script.text(holder).rpartition(".")[2] if holder is not None else None


def _calls(name: str, function: Node, module: Module, evaluator: Evaluator) -> Iterator[tuple[Node, Module]]:
    if not re.fullmatch(r"[\w$]{2,}", name):
        return
    repository = evaluator.repository
    looked = 0
    for path in (module.path, *(path for path in repository.named(*_SCRIPTS) if path != module.path)):
        if looked >= _MAX_FILES:
            return
        if is_test(path) or name not in (repository.text(path) or ""):
            continue
        looked += 1
        other = module if path == module.path else load(path, repository)
        if other is not None:
            yield from ((call, other) for call in _named(name, other) if call.id != function.id)


def _named(name: str, module: Module) -> Iterator[Node]:
    for match in re.finditer(rf"(?<![\w$]){re.escape(name)}\s*(?=\()".encode(), module.script.source):
        node = module.script.at(match.start(), match.start() + 1)
        up = node.parent if node is not None else None
        if up is not None and up.type == "member_expression":
            up = up.parent
        if up is not None and up.type in {"call_expression", "new_expression"}:
            yield up
