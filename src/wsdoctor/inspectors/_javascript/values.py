"""What expressions of scripts mean, as far as that can be told without running anything.

Values are followed through constants, objects, functions, classes, imports, environment variables and `location`;
what is unknown has no value, or is a hole in a text. Every step is counted, so that no file takes long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from wsdoctor.inspectors import _templates as templates
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript import builtins, calls, components, fields, libraries, names, page_data
from wsdoctor.inspectors._javascript.modules import Module
from wsdoctor.inspectors._javascript.tree import FUNCTIONS, returned
from wsdoctor.inspectors._javascript.types import (
    MAX_DEPTH,
    MAX_VALUES,
    Client,
    Code,
    External,
    Frame,
    Instance,
    Space,
    Value,
)
from wsdoctor.inspectors._javascript.urls import HOLE, Place, Text, join
from wsdoctor.syntax.javascript import unquote

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["Evaluator"]

MAX_STEPS = 20_000
"""Expressions that are looked at for one file."""

_TRANSPARENT = frozenset(
    (
        "parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression", "await_expression",
        "spread_element", "expression_statement", "type_assertion",
    )
)  # fmt: skip
_EXTRA = re.compile(r"expo-constants(?:\.default)?\.(?:expoConfig|manifest2?|easConfig)\.extra")
_OWN_THIS = frozenset(("function_expression", "generator_function", "function"))
_TOLD = re.compile(r"\d{2,}|://")
_HOLE = re.compile(r"\$_[A-Za-z0-9_]*_\$")


class Evaluator:
    """Follows values in the files of a repository.

    Args:
        repository: to read.
        asks_callers: whether parameters are followed to those who call their functions.

    Attributes:
        unset: environment variables that nothing sets, with the place that asks for them.
        asking: functions whose callers are being looked for, by the id of their node.

    """

    def __init__(self, repository: Repository, *, asks_callers: bool = False) -> None:
        self.repository = repository
        self.asks_callers = asks_callers
        self.asking: set[int] = set()
        self.steps = 0
        self.unset: dict[str, Place] = {}
        self.reading: set[int] = set()
        self.changing: set[tuple[str, str]] = set()

    def place(self, node: Node, module: Module) -> Place:
        """Return the place of a node."""
        line, column, end = module.script.place(node)
        return module.path, line, column, end

    def texts(self, node: Node | None, module: Module, frame: Frame = (), depth: int = 0) -> list[Text]:
        """Return the texts that an expression may be."""
        if node is None:
            return []
        return [value for value in self.values(node, module, frame, depth) if isinstance(value, Text)]

    def values(self, node: Node, module: Module, frame: Frame = (), depth: int = 0) -> list[Value]:
        """Return the values that an expression may have, the likeliest first; none if it is unknown."""
        key = node.id
        known = module.given if self.asks_callers else module.values
        if not frame and (kept := known.get(key)) is not None:
            return list(kept)
        self.steps += 1
        if depth > MAX_DEPTH or self.steps > MAX_STEPS or key in self.reading:
            return []
        self.reading.add(key)
        try:
            found = self._read(node, module, frame, depth)
        finally:
            self.reading.discard(key)
        if not frame and self.steps <= MAX_STEPS:
            known[key] = tuple(found)
        return found

    def _read(self, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
        kind = node.type
        while kind in _TRANSPARENT and node.named_children:
            node = next((child for child in node.named_children if child.type != "comment"), node.named_children[0])
            kind = node.type
        reader = getattr(self, f"_{kind}", None)
        if reader is not None:
            found: list[Value] = reader(node, module, frame, depth + 1)
            return _distinct(found)
        if kind in FUNCTIONS or kind in {"object", "array", "class", "class_declaration", "enum_declaration"}:
            return [Code(node, module, frame)]
        return []

    def _literal(self, text: str, node: Node, module: Module) -> Text:
        place = self.place(node, module)
        return Text(text, (place,) if _TOLD.search(text) else ()).at(place)

    def _string(self, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
        return self._templated(unquote(module.script.text(node)[1:-1]), node, module)

    def _jsx_text(self, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
        return []

    def _number(self, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
        return [self._literal(module.script.text(node).replace("_", ""), node, module)]

    def _templated(self, text: str, node: Node, module: Module) -> list[Value]:
        """Return a literal in which a server's template may insert something."""
        holes = module.page.holes if module.page is not None else {}
        if not holes or "$_" not in text:
            return [self._literal(text, node, module)]
        parts: list[list[Text]] = []
        last = 0
        for match in _HOLE.finditer(text):
            parts.append([self._literal(text[last : match.start()], node, module)])
            parts.append(self._hole(match.group(), module) or [Text(HOLE)])
            last = match.end()
        parts.append([self._literal(text[last:], node, module)])
        return self._joined(parts, node, module)

    def _hole(self, name: str, module: Module) -> list[Text]:
        inserted = module.page.holes.get(name, "") if module.page is not None else ""
        return templates.inserted(inserted, module.path, self)

    def _template_string(self, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
        parts: list[list[Text]] = []
        for child in node.named_children:
            if child.type == "template_substitution":
                inner = child.named_children[0] if child.named_children else None
                parts.append(self.texts(inner, module, frame, depth) or [Text(HOLE)])
            else:
                found = self._templated(unquote(module.script.text(child)), node, module)
                parts.append([value for value in found if isinstance(value, Text)])
        return self._joined(parts, node, module)

    def _joined(self, parts: list[list[Text]], node: Node, module: Module) -> list[Value]:
        place = self.place(node, module)
        found: list[Value] = []
        for chosen in product(*(part[:3] for part in parts)):
            found.append(
                join([replace(part, born=None) if at and part.born else part for at, part in enumerate(chosen)]).at(
                    place
                )
            )
            if len(found) >= MAX_VALUES:
                break
        return found

    def _binary_expression(self, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if left is None or right is None or operator is None:
            return []
        sign = operator.type
        if sign == "+":
            numbers = [module.script.text(one) for one in (left, right) if one.type == "number"]
            if len(numbers) == 2 and all(map(str.isdecimal, numbers)):
                return [self._literal(str(int(numbers[0]) + int(numbers[1])), node, module)]
            parts = [self.texts(left, module, frame, depth), self.texts(right, module, frame, depth)]
            if not parts[0] and not parts[1]:
                return []
            return self._joined([part or [Text(HOLE)] for part in parts], node, module)
        if sign in {"||", "??"}:
            known = set(self.unset)
            first = [value for value in self.values(left, module, frame, depth) if not names.missing(value)]
            sure = [value for value in first if not isinstance(value, Text) or value.sure > 0.7]
            if sure:
                return sure
            other = self.values(right, module, frame, depth)
            if other:
                self.unset = {name: place for name, place in self.unset.items() if name in known}
            return [*other, *first]
        return self.values(right, module, frame, depth) if sign == "&&" else []

    def _unary_expression(self, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
        inner = node.child_by_field_name("argument")
        sign = node.child_by_field_name("operator")
        if inner is None or sign is None or sign.type != "+":
            return []
        return self.values(inner, module, frame, depth)

    def _ternary_expression(self, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
        found: list[Value] = []
        for name in ("consequence", "alternative"):
            branch = node.child_by_field_name(name)
            if branch is not None:
                found += self.values(branch, module, frame, depth)
        return found

    def _assignment_expression(self, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
        right = node.child_by_field_name("right")
        return self.values(right, module, frame, depth) if right is not None else []

    def _shorthand_property_identifier(self, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
        return self._identifier(node, module, frame, depth)

    def _identifier(self, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
        name = module.script.text(node)
        if name == "undefined":
            return []
        if name.startswith("$_") and _HOLE.fullmatch(name):
            return list(self._hole(name, module))
        binding = module.script.lookup(node, name)
        if binding is None:
            return names.free(self, name, module, depth)
        found = names.bound(self, binding, name, module, frame, depth)
        return [
            builtins.changed(value, name, node, module, self, frame, depth) if isinstance(value, Text) else value
            for value in found
        ]

    def elements(self, values: Iterable[Value], depth: int) -> list[Value]:
        """Return the values of what stands in arrays, those that are spread among them too."""
        found: list[Value] = []
        for value in values:
            if isinstance(value, Code) and value.node.type == "array":
                for child in value.node.named_children[:20]:
                    if child.type == "spread_element":
                        inner = self.values(child, value.module, value.frame, depth)
                        found += self.elements(inner, depth + 1) if depth < MAX_DEPTH else []
                    else:
                        found += self.values(child, value.module, value.frame, depth)
            elif isinstance(value, Instance):
                found += builtins.listed(self, value, depth)
        return found

    def _member_expression(self, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
        of, name = node.child_by_field_name("object"), node.child_by_field_name("property")
        if of is None or name is None:
            return []
        if of.type == "meta_property" or module.script.text(of) == "import.meta":
            return [External(f"import.meta.{module.script.text(name)}")]
        values = self.values(of, module, frame, depth)
        found = self.member(values, module.script.text(name), module, depth, node)
        if not found and any(isinstance(one, Code) and one.node.type == "object" for one in values):
            found = fields.put(self, values, of, module.script.text(name), module, frame, depth)
        return found

    def _subscript_expression(self, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
        of, index = node.child_by_field_name("object"), node.child_by_field_name("index")
        if of is None or index is None:
            return []
        if of.type == "call_expression" and (part := builtins.part_of(self, of, index, module, frame, depth)):
            return part
        found: list[Value] = []
        values = self.values(of, module, frame, depth)
        keys = self.texts(index, module, frame, depth)
        for key in keys:
            found += self.member(values, key.text, module, depth, node)
        if not keys:
            for value in values:
                found += self.every(value, depth)
        return found

    def every(self, value: Value, depth: int) -> Iterator[Value]:
        """Yield all values of an object of which one is taken that is not known."""
        if isinstance(value, Code) and value.node.type == "object":
            for child in value.node.named_children[:MAX_VALUES]:
                inner = child.child_by_field_name("value") if child.type == "pair" else None
                if inner is not None:
                    yield from self.values(inner, value.module, value.frame, depth)

    def member(
        self, values: Iterable[Value], name: str, module: Module, depth: int, node: Node | None = None
    ) -> list[Value]:
        """Return a property of values."""
        found: list[Value] = []
        for value in values:
            self.steps += 1
            if depth > MAX_DEPTH or self.steps > MAX_STEPS:
                break
            if isinstance(value, Code):
                found += self._of_code(value, name, depth + 1)
            elif isinstance(value, Space):
                found += names.exported(self, value.path, name, depth + 1)
            elif isinstance(value, Instance) and isinstance(value.of, External):
                found += libraries.member(self, value, name, module, depth + 1) or self._of_element(value, name, module)
            elif isinstance(value, Instance) and isinstance(value.of, Code):
                found += fields.field(self, value, value.of, name, depth + 1)
            elif isinstance(value, Text):
                found += builtins.part(value, name)
            elif isinstance(value, Client) and name in {"create", "extend"}:
                found.append(External(f"{value.library}.create"))
            elif isinstance(value, External):
                found += self._of_external(value, name, module, depth, node)
        return found

    def _of_element(self, value: Instance, name: str, module: Module) -> list[Value]:
        if (part := builtins.entry(value, name)) is not None:
            return part
        if name == "dataset":
            return [External("document.dataset")]
        if name == "app" and isinstance(value.of, External) and value.of.name.startswith("express-ws"):
            return list(value.arguments[0]) if value.arguments else []
        return [*page_data.content(value, module, self)] if name == "content" else []

    def _of_external(
        self, value: External, name: str, module: Module, depth: int, node: Node | None
    ) -> Iterable[Value]:
        if value.name in {"process.env", "import.meta.env", "Bun.env"}:
            place = self.place(node, module) if node is not None else (module.path, 1, 1, 1)
            return names.variable(self, name, module, place)
        if value.name in {"window", "globalThis", "self", "global"}:
            return names.window(self, name, module, depth + 1)
        if value.name.startswith("document.") and value.name.endswith("dataset"):
            return page_data.data(name, module, self)
        if _EXTRA.fullmatch(value.name):
            return names.handed(self, name, module, depth + 1)
        location = builtins.location(value.name, name)
        return [location] if location is not None else [External(f"{value.name}.{name}")]

    def _of_code(self, value: Code, name: str, depth: int) -> list[Value]:
        node, module = value.node, value.module
        if node.type == "array":
            items = [child for child in node.named_children if child.type != "comment"]
            if name.isdecimal() and int(name) < len(items):
                return self.values(items[int(name)], module, value.frame, depth)
            return []
        if node.type == "enum_declaration":
            for child in node.named_children[-1].named_children:
                key, given = child.child_by_field_name("name"), child.child_by_field_name("value")
                if key is not None and given is not None and module.script.key(key) == name:
                    return self.values(given, module, value.frame, depth)
            return []
        if node.type == "object":
            inner = module.script.property(node, name)
            if inner is not None:
                return self.values(inner, module, value.frame, depth)
            for child in reversed(node.named_children):
                if child.type == "spread_element":
                    spread = self.values(child, module, value.frame, depth)
                    if found := self.member(spread, name, module, depth):
                        return found
            return fields.option(self, value, name, depth)
        if node.type in components.ELEMENTS:
            return components.attribute(self, value, name, depth)
        return fields.static(self, value, name, depth)

    def _this(self, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
        up = node.parent
        while up is not None:
            if up.type == "class_body" and up.parent is not None:
                return [Instance(Code(up.parent, module, frame), (), up, module)]
            if up.parent is not None and up.parent.type == "object" and _binds_this(up):
                whole = fields.whole_component(up.parent)
                return [Code(whole, module, frame)]
            up = up.parent
        return []

    def _new_expression(self, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
        constructor = node.child_by_field_name("constructor")
        if constructor is None:
            return []
        arguments = module.script.arguments(node)
        if module.script.text(constructor) == "URL":
            return builtins.new_url(self, node, arguments, module, frame, depth)
        given = tuple(tuple(self.values(argument, module, frame, depth)) for argument in arguments[:8])
        return [
            Instance(value, given, node, module)
            for value in self.values(constructor, module, frame, depth)
            if isinstance(value, (Code, External))
        ]

    def _call_expression(self, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
        return calls.call(self, node, module, frame, depth)

    def invoke(self, value: Code, arguments: tuple[tuple[Value, ...], ...], depth: int) -> list[Value]:
        """Return what a function of the repository returns."""
        node = value.node
        if node.type not in FUNCTIONS or depth > MAX_DEPTH or any(node.id == one for one, _ in value.frame):
            return []
        frame: Frame = (*value.frame, (node.id, arguments))
        found: list[Value] = []
        for result in returned(node):
            found += self.values(result, value.module, frame, depth + 1)
        return _distinct(found)


def _binds_this(node: Node) -> bool:
    """Say whether a member of an object is a function with a ``this`` of its own, which is the object."""
    value = node.child_by_field_name("value") if node.type == "pair" else None
    return node.type == "method_definition" or (value is not None and value.type in _OWN_THIS)


def _distinct(values: list[Value]) -> list[Value]:
    if len(values) < 2:
        return values
    found: dict[object, Value] = {}
    for value in values:
        found.setdefault(value.text if isinstance(value, Text) else id(value), value)
    return list(found.values())[:MAX_VALUES]
