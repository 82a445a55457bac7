"""What the callers of a function of the repository give for a parameter, in its own file and in others.

Only who starts a server asks for it: there a port may come through a function or a constructor. `values` drives
it; whoever looks for requests reads a function at its calls instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript.call_sites import called, name_of
from wsdoctor.inspectors._javascript.modules import Module
from wsdoctor.inspectors._javascript.tree import modules_with
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
        for other in modules_with(name, module, evaluator.repository):
            for call, at in called(name, other):
                arguments = other.script.arguments(call)
                if index < len(arguments) and at not in arguments and call.id != function.id:
                    found += evaluator.values(arguments[index], other, (), depth)
                if len(found) >= MAX_VALUES:
                    return found
        return found
    finally:
        evaluator.asking.discard(function.id)
