"""What the callers of a function of the repository give for a parameter, in its own file and in others.

Only who starts a server asks for it: there a port may come through a function or a constructor. `values` drives
it; whoever looks for requests reads a function at its calls instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript.call_sites import modules_with, name_of
from wsdoctor.inspectors._javascript.modules import Module
from wsdoctor.inspectors._javascript.types import MAX_VALUES, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from wsdoctor.inspectors._javascript.values import Evaluator

__all__ = ["given"]


def given(evaluator: Evaluator, function: Node, index: int, module: Module, depth: int) -> list[Value]:
    """Return what callers give for the parameter of a function at a position."""
    name = name_of(function, module)
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


def _calls(name: str, function: Node, module: Module, evaluator: Evaluator) -> Iterator[tuple[Node, Module]]:
    if not re.fullmatch(r"[\w$]{2,}", name):
        return
    for other in modules_with(name, module, evaluator):
        yield from ((call, other) for call in _named(name, other) if call.id != function.id)


def _named(name: str, module: Module) -> Iterator[Node]:
    for match in re.finditer(rf"(?<![\w$]){re.escape(name)}\s*(?=\()".encode(), module.script.source):
        node = module.script.at(match.start(), match.start() + 1)
        up = node.parent if node is not None else None
        if up is not None and up.type == "member_expression":
            up = up.parent
        if up is not None and up.type in {"call_expression", "new_expression"}:
            yield up
