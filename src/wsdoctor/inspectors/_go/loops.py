"""Loops of Go over what is written out: each element of a list or a map takes the place of the loop's variables.

`Values` is told what a variable stands for; who follows a request drives this.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._go.files import File
from wsdoctor.inspectors._go.functions import enclosing

if TYPE_CHECKING:
    from tree_sitter import Node

    from wsdoctor.inspectors._go.values import Values

__all__ = ["element", "field_of", "rounds"]

_MAX_ROUNDS = 50


def rounds(node: Node, file: File, values: Values) -> Iterator[Node]:
    """Go through the rounds of the closest loop around a node; in each, the variables mean one element.

    Yields:
        What is written out for the element.

    """
    loop = file.source.around(node, "for_statement", "function_declaration", "method_declaration")
    clause = (
        next((one for one in loop.named_children if one.type == "range_clause"), None) if loop is not None else None
    )
    left, over = (
        (clause.child_by_field_name(side) for side in ("left", "right")) if clause is not None else (None, None)
    )
    if left is None or over is None:
        return
    names = [file.source.text(one) for one in left.named_children]
    table, there = _written(over, file, values)
    body = table.child_by_field_name("body") if table is not None else None
    for one in body.named_children[:_MAX_ROUNDS] if body is not None else ():
        key, value = (one.named_children[0], one.named_children[-1]) if one.type == "keyed_element" else (None, one)
        bound = dict(zip(names, (key, value), strict=False))
        told = {name: (element(given), there) for name, given in bound.items() if given is not None}
        values.each.update(told)
        yield one
        for name in told:
            del values.each[name]


def element(node: Node) -> Node:
    """Return what stands in a part of a literal."""
    return node.named_children[0] if node.type == "literal_element" and node.named_children else node


def field_of(literal: Node, key: str, file: File, values: Values) -> Node | None:
    """Return what a struct that is written out has for a field, by its name or by its position."""
    body = literal.child_by_field_name("body") if literal.type == "composite_literal" else literal
    if literal.type == "unary_expression" and literal.named_children:
        return field_of(literal.named_children[-1], key, file, values)
    if body is None or body.type != "literal_value":
        return None
    parts = [one for one in body.named_children if one.type != "comment"]
    for one in parts:
        if one.type == "keyed_element" and file.source.text(one.named_children[0]) == key:
            return element(one.named_children[-1])
    names = _fields(literal, file, values)
    if key not in names or any(one.type == "keyed_element" for one in parts):
        return None
    at = names.index(key)
    return element(parts[at]) if at < len(parts) else None


def _written(over: Node, file: File, values: Values) -> tuple[Node | None, File]:
    """Return the literal that is gone through."""
    if over.type == "composite_literal":
        return over, file
    if over.type != "identifier":
        return None, file
    name, function = file.source.text(over), enclosing(over, file)
    for one in file.source.find(function, "short_var_declaration", "var_declaration") if function is not None else ():
        for bound, value in file.source.bound(one):
            if bound == name and value.type == "composite_literal":
                return value, file
    for other in values.package(file):
        found = other.source.values.get(name) if other.source.holds(name) else None
        if found is not None and found.type == "composite_literal":
            return found, other
    return None, file


def _fields(literal: Node, file: File, values: Values) -> list[str]:
    """Return the names of the fields of the struct that a literal is of, in their order."""
    holder = file.source.around(literal, "composite_literal")
    kind = holder.child_by_field_name("type") if holder is not None else None
    while kind is not None and kind.type in {"slice_type", "array_type", "map_type", "pointer_type"}:
        kind = kind.child_by_field_name("element") or kind.child_by_field_name("value") or kind.named_children[-1]
    if kind is None:
        return []
    if kind.type == "struct_type":
        return _names(kind, file)
    name = file.source.text(kind)
    for other in values.package(file):
        for spec in other.source.find(other.source.root, "type_spec") if other.source.holds(name) else ():
            named, body = spec.child_by_field_name("name"), spec.child_by_field_name("type")
            if named is not None and body is not None and other.source.text(named) == name:
                return _names(body, other)
    return []


def _names(struct: Node, file: File) -> list[str]:
    return [
        file.source.text(name)
        for one in file.source.find(struct, "field_declaration")
        for name in one.children_by_field_name("name")
    ]
