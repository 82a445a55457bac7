"""What components of React are given: the attributes of the elements that they are used as, and their defaults.

`fields` and `call_sites` ask; nothing here knows what a connection is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript.modules import Module
from wsdoctor.inspectors._javascript.tree import assignments, modules_with
from wsdoctor.inspectors._javascript.types import Code, External, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from wsdoctor.inspectors._javascript.values import Evaluator

__all__ = ["ELEMENTS", "attribute", "elements", "props", "used_in"]

ELEMENTS = frozenset(("jsx_self_closing_element", "jsx_opening_element"))
"""Types of nodes that have the attributes of an element."""
_MAX_ELEMENTS = 6
_ELEMENT = re.compile(rb"/>|</\w*>")


def used_in(name: str, module: Module, repository: Repository) -> Iterator[Module]:
    """Yield the scripts with elements of a component of a script, which may have elements itself; a few of them."""
    may = module.suffix in {"jsx", "tsx"} or _ELEMENT.search(module.script.source) is not None
    if may and name[:1].isupper():
        yield from modules_with(f"<{name}", module, repository)


def elements(name: str, module: Module) -> Iterator[tuple[Node, Node]]:
    """Yield each element of a script that is of a component of that name, and the name in it."""
    for match in re.finditer(rf"<{re.escape(name)}(?=[\s/>])".encode(), module.script.source):
        node = module.script.at(match.start() + 1, match.start() + 2)
        if node is not None and node.parent is not None and node.parent.type in ELEMENTS:
            yield node.parent, node


def attribute(evaluator: Evaluator, value: Code, name: str, depth: int) -> list[Value]:
    """Return the value of an attribute of an element."""
    script = value.module.script
    for child in value.node.named_children:
        if child.type == "jsx_attribute" and script.text(child.named_children[0]) == name:
            given = child.named_children[-1]
            inner = given.named_children[0] if given.type == "jsx_expression" and given.named_children else given
            return evaluator.values(inner, value.module, value.frame, depth)
        if child.type == "jsx_expression" and child.named_children and child.named_children[0].type == "spread_element":
            spread = evaluator.values(child.named_children[0].named_children[0], value.module, value.frame, depth)
            found = evaluator.member(spread, name, value.module, depth)
            if known := [one for one in found if not isinstance(one, External)]:
                return [*known]
    return []


def props(evaluator: Evaluator, component: Code, depth: int) -> list[Value]:
    """Return what a component that is a class is given, its defaults last."""
    named = component.node.child_by_field_name("name")
    name = component.module.script.text(named) if named is not None else ""
    found: list[Value] = []
    for other in used_in(name, component.module, evaluator.repository):
        found += (Code(element, other) for element, _ in elements(name, other))
    defaults = evaluator.member([component], "defaultProps", component.module, depth)
    for right in assignments(component.module, "defaultProps", f"{name}."):
        defaults += evaluator.values(right, component.module, (), depth)
    return [*found[:_MAX_ELEMENTS], *defaults]
