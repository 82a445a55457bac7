"""Fields of structs in Go: what literals, assignments, flags, tags and configuration files give them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._go import options
from wsdoctor.inspectors._go.files import File
from wsdoctor.inspectors._go.functions import enclosing
from wsdoctor.inspectors._javascript.urls import HOLE, Text
from wsdoctor.inspectors._options import option

if TYPE_CHECKING:
    from tree_sitter import Node

    from wsdoctor.inspectors._go.values import Values

__all__ = ["field", "kind_of"]

_TAG = re.compile(r"(?:envDefault|default|env-default):\"(?P<value>[^\"]*)\"")
_TAG_NAME = re.compile(r"\b(?:env|envconfig|mapstructure):\"(?P<name>[A-Z][A-Z0-9_]*)")
_TAG_FLAG = re.compile(r"\b(?:long|flag|name|arg):\"(?:--)?(?P<name>[\w-]+)")
_TAG_KEY = re.compile(r"\b(?:yaml|toml|json|mapstructure|koanf|hcl|ini|xml):\"(?P<name>[\w.-]+)")
_TYPE = re.compile(r"[*&\[\]\s]*(?:\w+\.)?(?P<name>\w+)")
_MAX_DEPTH = 6
_MAX_VALUES = 12


def field(values: Values, node: Node, file: File, depth: int) -> Text | None:
    """Return what a field of a struct is given: by its type where that is known, else by its name alone.

    Args:
        values: that follow.
        node: the selector expression.
        file: of it.
        depth: of following.

    """
    of, name = node.child_by_field_name("operand"), node.child_by_field_name("field")
    if of is None or name is None:
        return None
    key = file.source.text(name)
    kind = kind_of(values, of, file)
    files = [one for one in (*values.package(file), *values.imported(file)) if one.source.holds(key)]
    if (told := _set(values, node, key, kind, files, file)) is not None:
        return told
    return _first(_given(values, key, kind, files, depth))


def _first(found: Iterator[Text]) -> Text | None:
    """Return the one text among those that something is given, None where they differ."""
    texts: dict[str, Text] = {}
    for number, text in enumerate(found):
        if number >= _MAX_VALUES:
            break
        if text.text and HOLE not in text.text:
            texts.setdefault(text.text, text)
    return next(iter(texts.values())) if len(texts) == 1 else None


def kind_of(values: Values, node: Node, file: File, depth: int = 0) -> str | None:
    """Return the name of the type of an expression, None if it is not known."""
    if depth > _MAX_DEPTH:
        return None
    source = file.source
    if node.type in {"parenthesized_expression", "unary_expression"} and node.named_children:
        return kind_of(values, node.named_children[-1], file, depth + 1)
    if node.type == "composite_literal":
        return _bare(node.child_by_field_name("type"), file)
    if node.type == "call_expression":
        callee = node.child_by_field_name("function")
        for function, other in values.functions(callee, file) if callee is not None else ():
            result = function.child_by_field_name("result")
            if result is not None and result.type == "parameter_list":
                result = next((one.child_by_field_name("type") for one in result.named_children), None)
            return _bare(result, other)
        return None
    if node.type == "selector_expression":
        of, name = node.child_by_field_name("operand"), node.child_by_field_name("field")
        if of is None or name is None:
            return None
        holder = kind_of(values, of, file, depth + 1)
        for declared, other in _declared(source.text(name), holder, (*values.package(file), *values.imported(file))):
            return _bare(declared.child_by_field_name("type"), other)
        return None
    return _kind_of_name(values, node, file, depth) if node.type == "identifier" else None


def _kind_of_name(values: Values, node: Node, file: File, depth: int) -> str | None:
    source, name = file.source, file.source.text(node)
    function = enclosing(node, file)
    if function is not None:
        for one in source.find(function, "short_var_declaration", "assignment_statement"):
            for bound, value in source.bound(one):
                if bound == name and one.start_byte < node.start_byte and value.id != node.id:
                    return kind_of(values, value, file, depth + 1)
        for one in source.find(function, "parameter_declaration", "var_spec"):
            if name in {source.text(each) for each in one.children_by_field_name("name")}:
                return _spelled(values, one, file, depth)
    for other in values.package(file):
        if other.source.holds(name) and name in other.source.values:
            return kind_of(values, other.source.values[name], other, depth + 1)
    for other in values.package(file):
        for spec in other.source.find(other.source.root, "var_spec") if other.source.holds(f"var {name}") else ():
            if name in {other.source.text(each) for each in spec.children_by_field_name("name")}:
                return _spelled(values, spec, other, depth)
    return None


def _spelled(values: Values, node: Node, file: File, depth: int) -> str | None:
    kind = node.child_by_field_name("type")
    value = node.child_by_field_name("value")
    if kind is None and value is not None and value.named_children:
        return kind_of(values, value.named_children[0], file, depth + 1)
    return _bare(kind, file)


def _bare(kind: Node | None, file: File) -> str | None:
    match = _TYPE.fullmatch(file.source.text(kind)) if kind is not None else None
    return match["name"] if match is not None else None


def _declared(key: str, kind: str | None, files: tuple[File, ...]) -> Iterator[tuple[Node, File]]:
    """Yield the declarations of a field, in a type if that is known."""
    for file in files:
        for match in (
            re.finditer(rf"\b{re.escape(key)}\b".encode(), file.source.source) if file.source.holds(key) else ()
        ):
            node = file.source.at(match.start())
            declared = node.parent if node is not None and node.type == "field_identifier" else None
            if declared is not None and declared.type == "field_declaration":
                spec = file.source.around(declared, "type_spec", "block")
                named = spec.child_by_field_name("name") if spec is not None and spec.type == "type_spec" else None
                if kind is None or (named is not None and file.source.text(named) == kind):
                    yield declared, file


def _set(values: Values, node: Node, key: str, kind: str | None, files: list[File], file: File) -> Text | None:
    """Return what the environment, a command line or a configuration file sets a field to by its tags."""
    known = list(_declared(key, kind, tuple(files)))
    for declared, other in known if kind is not None or len(known) == 1 else ():
        tag = declared.child_by_field_name("tag")
        written = other.source.text(tag) if tag is not None else ""
        name = _TAG_NAME.search(written)
        if name is not None and (found := values.variable(name["name"], other)) is not None:
            return found
        flag = _TAG_FLAG.search(written)
        told = option((flag["name"],), other.path, values.repository) if flag is not None else None
        if told is not None:
            return values.placed(*told)
        keys = _keys(values, node, file)
        if _TAG_KEY.search(written) and (set_here := options.configured(values, keys, other)) is not None:
            return set_here
    return None


def _keys(values: Values, node: Node, file: File) -> tuple[str, ...]:
    """Return the keys under which a configuration file has what a chain of selectors asks for."""
    found: list[str] = []
    one: Node | None = node
    files = (*values.package(file), *values.imported(file))
    while one is not None and one.type == "selector_expression":
        of, name = one.child_by_field_name("operand"), one.child_by_field_name("field")
        key = file.source.text(name) if name is not None else ""
        kind = kind_of(values, of, file) if of is not None else None
        for declared, other in _declared(key, kind, files):
            tag = declared.child_by_field_name("tag")
            match = _TAG_KEY.search(other.source.text(tag)) if tag is not None else None
            if match is not None:
                found.append(match["name"])
                break
        else:
            break
        one = of
    return tuple(reversed(found))


def _given(values: Values, key: str, kind: str | None, files: list[File], depth: int) -> Iterator[Text]:
    word = re.escape(key)
    for file in files:
        source = file.source
        for match in re.finditer(rf"{word}(?<=\b{word})\s*(?=[:=]|\w)".encode(), source.source):
            node = source.at(match.start())
            holder = source.around(node, "keyed_element", "field_declaration", "assignment_statement") if node else None
            if holder is None:
                continue
            if holder.type == "keyed_element" and holder.named_children[0].start_byte == match.start():
                literal = source.around(holder, "composite_literal")
                made = _bare(literal.child_by_field_name("type"), file) if literal is not None else None
                if made is not None and made != kind and (kind is not None or made == "Server"):
                    continue
                value = holder.named_children[-1]
                inner = value.named_children[0] if value.type == "literal_element" and value.named_children else value
                if text := values.text(inner, file, depth):
                    yield text
            elif holder.type == "assignment_statement":
                for name, expression in source.bound(holder):
                    if name.endswith(f".{key}") and (text := values.text(expression, file, depth)):
                        yield text
        if (told := options.stored(values, rf"&[\w.]+\.{re.escape(key)}\b", file, depth)) is not None:
            yield told
    for declared, other in _declared(key, kind, tuple(files)):
        tag = declared.child_by_field_name("tag")
        if tag is not None and (default := _TAG.search(other.source.text(tag))) is not None:
            yield Text(default["value"], (values.place(tag, other),))
