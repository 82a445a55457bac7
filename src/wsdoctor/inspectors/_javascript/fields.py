"""What objects have under a name: fields and methods of classes and their instances, options of components.

`values` drives this while it follows an expression; it asks back for the values of the expressions found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript import components
from wsdoctor.inspectors._javascript.modules import Module
from wsdoctor.inspectors._javascript.names import bound
from wsdoctor.inspectors._javascript.tree import FUNCTIONS, assignments
from wsdoctor.inspectors._javascript.types import Code, External, Frame, Instance, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from wsdoctor.inspectors._javascript.values import Evaluator

__all__ = ["field", "option", "put", "static", "whole_component"]


def whole_component(node: Node) -> Node:
    """Return the options of a component for the object of its methods, or the object itself."""
    up = node.parent
    if up is not None and up.type == "pair" and up.parent is not None:
        key = up.child_by_field_name("key")
        if key is not None and key.text in {b"methods", b"computed", b"watch", b"actions", b"getters"}:
            return up.parent
    return node


def option(evaluator: Evaluator, value: Code, name: str, depth: int) -> list[Value]:
    """Return what a component's ``data``, ``computed`` or ``methods`` has under a name."""
    script = value.module.script
    for section in ("data", "computed", "getters", "methods", "state", "setup"):
        for one in _section(evaluator, value, section, depth):
            if isinstance(one, Code) and one.node.type == "object" and (node := script.property(one.node, name)):
                found = evaluator.values(node, one.module, one.frame, depth + 1)
                if section not in {"computed", "getters"}:
                    return found
                state = (tuple(_section(evaluator, value, "state", depth)),) if section == "getters" else ()
                return [
                    result
                    for each in found
                    if isinstance(each, Code)
                    for result in evaluator.invoke(each, state, depth + 1)
                ]
    return []


def _section(evaluator: Evaluator, value: Code, name: str, depth: int) -> list[Value]:
    """Return the objects that the options of a component or store have under a name, or that a function there makes."""
    inner = value.module.script.property(value.node, name)
    objects: list[Value] = []
    for one in evaluator.values(inner, value.module, value.frame, depth + 1) if inner is not None else ():
        made = isinstance(one, Code) and one.node.type in FUNCTIONS
        objects += evaluator.invoke(one, (), depth + 1) if made and isinstance(one, Code) else [one]
    return objects


def put(
    evaluator: Evaluator, values: list[Value], of: Node, name: str, module: Module, frame: Frame, depth: int
) -> list[Value]:  # fmt: skip
    """Return what is assigned to a property of an object after it was made."""
    owners = {one.module.path: one.module for one in values if isinstance(one, Code)}
    for other in (module, *(one for path, one in owners.items() if path != module.path)):
        for right in assignments(other, name, f"{module.script.text(of)}."):
            if found := evaluator.values(right, other, frame if other is module else (), depth):
                return found
    return []


def static(evaluator: Evaluator, value: Code, name: str, depth: int) -> list[Value]:
    """Return a static field or method of a class."""
    body = value.node.child_by_field_name("body")
    for child in body.named_children if body is not None and body.type == "class_body" else ():
        key = child.child_by_field_name("name")
        if key is not None and value.module.script.key(key) == name:
            given = child.child_by_field_name("value")
            if child.type == "method_definition":
                return [Code(child, value.module, value.frame)]
            if given is not None:
                return evaluator.values(given, value.module, value.frame, depth)
    return []


def field(evaluator: Evaluator, instance: Instance, of: Code, name: str, depth: int) -> list[Value]:
    """Return a field, getter or method of an instance, or what its constructor assigns or takes under that name."""
    script = of.module.script
    body = of.node.child_by_field_name("body")
    constructor: Node | None = None
    for child in body.named_children if body is not None else ():
        key = child.child_by_field_name("name")
        if key is None:
            continue
        if script.text(key) == "constructor":
            constructor = child
        if script.key(key) != name:
            continue
        given = child.child_by_field_name("value")
        code = Code(child, of.module, of.frame)
        if child.type == "method_definition":
            getter = any(part.type == "get" for part in child.children)
            return evaluator.invoke(code, (), depth) if getter else [code]
        if given is not None and (found := evaluator.values(given, of.module, of.frame, depth)):
            return found
    if name == "props":
        return components.props(evaluator, of, depth)
    frame: Frame = of.frame
    if constructor is not None and instance.arguments:
        frame = (*frame, (constructor.id, instance.arguments))
    for right in assignments(of.module, name, "this."):
        if found := evaluator.values(right, of.module, frame, depth):
            return found
    if constructor is not None and (taken := _taken(evaluator, constructor, name, of.module, frame, depth)):
        return taken
    for child in of.node.named_children:
        if child.type == "class_heritage":
            parent = child.named_children[0]
            parent = parent.child_by_field_name("value") or parent
            for base in evaluator.values(parent, of.module, of.frame, depth):
                if isinstance(base, Code):
                    return field(evaluator, instance, base, name, depth + 1) if depth < 30 else []
    return []


def _taken(evaluator: Evaluator, constructor: Node, name: str, module: Module, frame: Frame, depth: int) -> list[Value]:
    binding = module.script.bindings(constructor).get(name)
    if binding is None:
        return []
    if found := bound(evaluator, binding, name, module, frame, depth):
        return found
    parameters = constructor.child_by_field_name("parameters")
    for child in parameters.named_children if parameters is not None else ():
        pattern, kind = child.child_by_field_name("pattern"), child.child_by_field_name("type")
        if pattern is not None and kind is not None and module.script.text(pattern) == name and kind.named_children:
            known = module.script.lookup(constructor, module.script.text(kind.named_children[0]))
            if known is not None:
                classes = bound(evaluator, known, "", module, (), depth)
                return [Instance(one, (), child, module) for one in classes if isinstance(one, (Code, External))]
    return []
