"""HCL, the language of Terraform, Nomad, Consul and Packer: blocks, attributes and their expressions with places.

tree-sitter reads it, errors and all; here its tree becomes one that says what expressions mean as far as that can be
told without running anything. What an expression refers to is for the inspectors to find.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from wsdoctor.syntax._parsing import tree_of

__all__ = ["Attribute", "Block", "Call", "Choice", "Expression", "Items", "Join", "Literal", "Pairs", "Reference",
           "Unknown", "parse"]  # fmt: skip

MAX_DEPTH = 100
"""Nesting that nobody writes; what is deeper is left out."""

_ESCAPES = re.compile(r'\\(["\\ntr])')


@dataclass(frozen=True, slots=True)
class Literal:
    """Text, number, truth value or null."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Reference:
    """A traversal such as ``var.port`` or ``aws_lb.main.arn``; indexes are parts too."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """A text with expressions in it."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A conditional."""

    condition: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True)
class Items:
    """A tuple."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """An object; the line of each key."""

    pairs: tuple[tuple[Expression, Expression, int], ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything else, as written."""

    text: str


Expression: TypeAlias = Literal | Reference | Call | Join | Choice | Items | Pairs | Unknown


@dataclass(frozen=True, slots=True)
class Attribute:
    """A name and its expression.

    Attributes:
        name: of the attribute.
        value: its expression.
        line: 1-based.
        column: 1-based.
        end_line: 1-based.
        value_line: 1-based line that the expression starts on.

    """

    name: str
    value: Expression
    line: int
    column: int
    end_line: int
    value_line: int


@dataclass(slots=True)
class Block:
    """A block.

    Attributes:
        type: such as ``resource``; ``""`` for the file itself.
        labels: such as the resource's type and name.
        line: 1-based.
        column: 1-based.
        end_line: 1-based.
        attributes: of it, the last one of a name wins.
        blocks: within it; ``dynamic "x"`` stands here as a block of type x.

    """

    type: str
    labels: tuple[str, ...]
    line: int
    column: int
    end_line: int
    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def of(self, *types: str) -> Iterator[Block]:
        """Yield the blocks of these types."""
        return (block for block in self.blocks if block.type in types)

    def get(self, name: str) -> Expression | None:
        """Return the expression of an attribute, None where there is none."""
        found = self.attributes.get(name)
        return None if found is None else found.value


def parse(text: str) -> Block:
    """Return the file as a block; what cannot be read of it is left out."""
    tree = tree_of(_parser(), text.encode("utf-8", "replace"))
    file = Block("", (), 1, 1, text.count("\n") + 1)
    _body(tree.root_node, file, 0)
    return file


@cache
def _parser() -> Any:
    import tree_sitter
    import tree_sitter_hcl

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))


def _text(node: Any) -> str:
    return str(node.text.decode("utf-8", "replace"))


def _body(body: Any, into: Block, depth: int) -> None:
    if depth > MAX_DEPTH:
        return
    for child in body.children:
        if child.type == "attribute" and len(child.named_children) > 1:
            found = _attribute(child, depth)
            into.attributes[found.name] = found
        elif child.type == "block":
            into.blocks.append(_block(child, depth))
        elif child.type in {"ERROR", "body"}:
            _body(child, into, depth + 1)


def _attribute(node: Any, depth: int) -> Attribute:
    named = node.named_children
    (row, column), value = node.start_point, named[1]
    return Attribute(
        _text(named[0]), _expression(value, depth + 1), row + 1, column + 1, _last(node), value.start_point[0] + 1
    )


def _last(node: Any) -> int:
    row, column = node.end_point
    return int(row if column == 0 else row + 1)


def _block(node: Any, depth: int) -> Block:
    words = [child for child in node.children if child.type in {"identifier", "string_lit"}]
    names = [_quoted(child) if child.type == "string_lit" else _text(child) for child in words]
    (row, column) = node.start_point
    if names[0] == "dynamic" and len(names) > 1:
        found = Block(names[1], (), row + 1, column + 1, _last(node))
        holder = Block("", (), 1, 1, 1)
        for child in node.children:
            if child.type == "body":
                _body(child, holder, depth + 1)
        for content in holder.of("content"):
            found.attributes, found.blocks = content.attributes, content.blocks
        return found
    found = Block(names[0], tuple(names[1:]), row + 1, column + 1, _last(node))
    for child in node.children:
        if child.type == "body":
            _body(child, found, depth + 1)
    return found


def _quoted(node: Any) -> str:
    return _unescape("".join(_text(child) for child in node.children if child.type == "template_literal"))


def _unescape(text: str) -> str:
    return _ESCAPES.sub(lambda match: {"n": "\n", "t": "\t", "r": "\r"}.get(match[1], match[1]), text)


def _expression(node: Any, depth: int) -> Expression:
    if depth > MAX_DEPTH:
        return Unknown("")
    named = node.named_children
    kind = node.type
    if kind == "expression":
        return _chain([child for child in named if child.type != "comment"], node, depth)
    if kind in {"literal_value", "collection_value", "template_expr"} and named:
        return _expression(named[0], depth + 1)
    if kind in _READERS:
        return _READERS[kind](node, depth + 1)
    return _leaf(node)


def _leaf(node: Any) -> Expression:
    text = _text(node)
    match node.type:
        case "numeric_lit":
            return Literal(int(text)) if re.fullmatch(r"\d{1,18}", text) else Literal(float(text))
        case "bool_lit":
            return Literal(text == "true")
        case "null_lit":
            return Literal(None)
        case "string_lit":
            return Literal(_quoted(node))
        case _:
            return Unknown(text[:200])


def _chain(parts: list[Any], node: Any, depth: int) -> Expression:
    """Read a value with what is taken from it behind."""
    if len(parts) == 1 and parts[0].type != "variable_expr":
        return _expression(parts[0], depth + 1)
    if not parts or parts[0].type != "variable_expr":
        return Unknown(_text(node)[:200])
    path = [_text(parts[0])]
    for part in parts[1:]:
        if part.type == "get_attr":
            path.append(_text(part).lstrip(".").strip())
        elif part.type == "index":
            path.append(_text(part).strip("[].\"' "))
        else:
            return Unknown(_text(node)[:200])
    return Reference(tuple(path))


def _call(node: Any, depth: int) -> Expression:
    named = node.named_children
    arguments: list[Any] = next((child.named_children for child in named if child.type == "function_arguments"), [])
    return Call(_text(named[0]), tuple(_expression(child, depth) for child in arguments if child.type == "expression"))


def _choice(node: Any, depth: int) -> Expression:
    parts = [_expression(child, depth) for child in node.named_children if child.type != "comment"]
    return Choice(*parts) if len(parts) == 3 else Unknown(_text(node)[:200])


def _tuple(node: Any, depth: int) -> Expression:
    return Items(tuple(_expression(child, depth) for child in node.named_children if child.type == "expression"))


def _object(node: Any, depth: int) -> Expression:
    pairs = []
    for child in node.named_children:
        key, value = child.child_by_field_name("key"), child.child_by_field_name("val")
        if key is None or value is None:
            continue
        name = _expression(key, depth)
        if isinstance(name, Reference) and len(name.path) == 1:
            name = Literal(name.path[0])
        pairs.append((name, _expression(value, depth), child.start_point[0] + 1))
    return Pairs(tuple(pairs))


def _template(node: Any, depth: int) -> Expression:
    """Read a text with what is put into it; the text between is taken from the file, for the tree drops blanks."""
    quoted = node.type == "quoted_template"
    children = node.children
    source = node.text
    base = node.start_byte
    at = children[0].end_byte - base if children else 0
    if not quoted and len(children) > 1:
        at = source.find(b"\n", children[1].end_byte - base) + 1 or at
    end = children[-1].start_byte - base if len(children) > 1 else len(source)
    parts: list[Expression] = []

    def literal(upto: int) -> None:
        if upto > at:
            text = source[at:upto].decode("utf-8", "replace")
            parts.append(Literal(_unescape(text) if quoted else text))

    for child in children:
        if child.type in {"template_interpolation", "template_directive"}:
            literal(child.start_byte - base)
            inner = next((part for part in child.named_children if part.type == "expression"), None)
            known = child.type == "template_interpolation" and inner is not None
            parts.append(_expression(inner, depth) if known else Unknown(_text(child)[:200]))
            at = child.end_byte - base
    literal(end)
    if all(isinstance(part, Literal) for part in parts):
        return Literal("".join(str(part.value) for part in parts if isinstance(part, Literal)))
    return Join(tuple(parts))


_READERS: dict[str, Callable[[Any, int], Expression]] = {
    "function_call": _call,
    "conditional": _choice,
    "tuple": _tuple,
    "object": _object,
    "quoted_template": _template,
    "heredoc_template": _template,
}
