"""JavaScript, TypeScript, JSX: a tree with places, scopes, bindings, imports and exports; nothing is executed.

tree-sitter reads it, errors and all, so a file that is partly broken is partly read. What a name or a call means is
not known here; inspectors drive this and look at the tree only where the text gives them a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax._parsing import tree_of

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

__all__ = ["Binding", "Export", "Import", "Script", "parse", "unquote"]

MAX_BYTES = 1 << 20
"""Nobody writes a script of this size by hand."""

_FUNCTIONS = frozenset(
    (
        "function_declaration", "function_expression", "arrow_function", "method_definition",
        "generator_function", "generator_function_declaration",
    )
)  # fmt: skip
_SCOPES = _FUNCTIONS | {"program", "statement_block", "for_statement", "for_in_statement", "catch_clause"}
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\n)|(.))", re.DOTALL)
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


@dataclass(frozen=True, slots=True)
class Binding:
    """One way in which a name gets its value.

    Attributes:
        kind: ``value``, ``element`` (of what is iterated over), ``parameter``, ``import``, ``function`` or ``class``.
        node: expression, function, class, or for a parameter the function that has it.
        path: properties to take of the value, outermost first, where it is taken apart.
        index: number of the parameter.
        default: expression for a value that is missing.
        source: module that is imported.
        name: what is imported of it, ``default`` or ``*``.

    """

    kind: str
    node: Node
    path: tuple[str, ...] = ()
    index: int = 0
    default: Node | None = None
    source: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Import:
    """What a statement imports; `name` is ``default``, ``*`` or a name of the module."""

    local: str
    source: str
    name: str


@dataclass(frozen=True, slots=True)
class Export:
    """What a module exports under a name: an expression or declaration, or a name of another module."""

    node: Node | None
    source: str = ""
    name: str = ""


@cache
def _parser(typed: bool) -> Parser:
    import tree_sitter
    import tree_sitter_typescript as grammars

    pointer = grammars.language_typescript() if typed else grammars.language_tsx()
    return tree_sitter.Parser(tree_sitter.Language(pointer))


def parse(text: str, *, typed: bool = False) -> Script:
    """Return the tree of a text.

    Args:
        text: of the file.
        typed: whether it is TypeScript without JSX, where ``<T>x`` is a cast.

    Raises:
        SyntaxProblem: if it is longer than anybody writes.

    """
    source = text.encode()
    if len(source) > MAX_BYTES:
        raise SyntaxProblem("the script is larger than 1 MiB")
    return Script(source, tree_of(_parser(typed), source).root_node)


def unquote(text: str) -> str:
    """Return what a string literal without its quotes means."""
    return _ESCAPE.sub(_escaped, text) if "\\" in text else text


def _escaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        number = int(code, 16)
        return chr(number) if number < 0x110000 else ""
    return "" if match[4] else _CONTROLS.get(match[5], match[5])


def _field(node: Node, name: str) -> Node:
    """Return a part of a node, or the node itself where a broken file lacks it."""
    found = node.child_by_field_name(name)
    return found if found is not None else node


class Script:
    """A parsed script.

    Args:
        source: UTF-8 text.
        root: of its tree.

    """

    def __init__(self, source: bytes, root: Node) -> None:
        self.source = source
        self.root = root
        self._scopes: dict[int, dict[str, Binding]] = {}
        self._exports: dict[str, Export] | None = None
        self._stars: list[str] = []

    def text(self, node: Node) -> str:
        """Return the text of a node."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def place(self, node: Node) -> tuple[int, int, int]:
        """Return 1-based line, 1-based column and 1-based last line of a node."""
        row, column = node.start_point
        if column:
            start = node.start_byte - column
            column = len(self.source[start : node.start_byte].decode("utf-8", "replace"))
        return row + 1, column + 1, node.end_point[0] + 1

    def at(self, start: int, end: int) -> Node | None:
        """Return the smallest node over a range of bytes."""
        return self.root.descendant_for_byte_range(start, end)

    def string(self, node: Node) -> str | None:
        """Return what a literal of a string means, None for any other node."""
        if node.type == "string":
            return unquote(self.text(node)[1:-1])
        if node.type == "template_string" and not any(part.type == "template_substitution" for part in node.children):
            return unquote(self.text(node)[1:-1])
        return None

    def key(self, node: Node) -> str | None:
        """Return the name of a property as written in an object, a pattern or a class."""
        if node.type in {"property_identifier", "identifier", "shorthand_property_identifier", "number",
                         "private_property_identifier", "shorthand_property_identifier_pattern"}:  # fmt: skip
            return self.text(node)
        if node.type == "computed_property_name" and node.named_children:
            return self.string(node.named_children[0])
        return self.string(node)

    def property(self, node: Node, name: str) -> Node | None:
        """Return the value of a property of an object, or the method of that name; the last one counts."""
        found: Node | None = None
        for child in node.named_children:
            if child.type == "pair":
                if self.key(_field(child, "key")) == name:
                    found = child.child_by_field_name("value")
            elif (child.type == "shorthand_property_identifier" and self.text(child) == name) or (
                child.type == "method_definition" and self.key(_field(child, "name")) == name
            ):
                found = child
        return found

    def arguments(self, call: Node) -> list[Node]:
        """Return the arguments of a call or of ``new``."""
        given = call.child_by_field_name("arguments")
        return [node for node in given.named_children if node.type != "comment"] if given is not None else []

    def callee(self, call: Node) -> Node | None:
        """Return what is called; the grammar puts the ``await`` of ``await f<T>()`` around it instead of the call."""
        found = call.child_by_field_name("function")
        if found is not None and found.type == "await_expression" and found.named_children:
            return found.named_children[0]
        return found

    def scopes(self, node: Node) -> Iterator[Node]:
        """Yield the scopes around a node, the closest first."""
        up: Node | None = node
        while up is not None:
            if up.type in _SCOPES:
                yield up
            up = up.parent

    def function(self, node: Node) -> Node | None:
        """Return the closest function around a node."""
        up = node.parent
        while up is not None and up.type not in _FUNCTIONS:
            up = up.parent
        return up

    def lookup(self, node: Node, name: str) -> Binding | None:
        """Return what a name means at a node, None if it is not bound in the file."""
        for scope in self.scopes(node):
            if (found := self.bindings(scope).get(name)) is not None:
                return found
        return None

    def bindings(self, scope: Node) -> dict[str, Binding]:
        """Return the names that a scope binds itself."""
        if scope.id not in self._scopes:
            found: dict[str, Binding] = {}
            if scope.type in _FUNCTIONS:
                self._parameters(scope, found)
            elif scope.type in {"for_statement", "for_in_statement", "catch_clause"}:
                self._statement(scope.child_by_field_name("initializer"), found)
                for name, path, default in self.pattern(_field(scope, "left")):
                    found[name] = Binding("element", _field(scope, "right"), path, default=default)
            else:
                for child in scope.named_children:
                    self._statement(child, found)
            self._scopes[scope.id] = found
        return self._scopes[scope.id]

    def _parameters(self, function: Node, found: dict[str, Binding]) -> None:
        one = function.child_by_field_name("parameter")
        if one is not None:
            found[self.text(one)] = Binding("parameter", function)
        several = function.child_by_field_name("parameters")
        index = 0
        for child in several.named_children if several is not None else ():
            if child.type == "comment":
                continue
            default = child.child_by_field_name("value")
            for name, path, own in self.pattern(_field(child, "pattern")):
                found[name] = Binding("parameter", function, path, index, own if path else default)
            index += 1

    def _statement(self, node: Node | None, found: dict[str, Binding]) -> None:
        if node is None:
            return
        if node.type == "export_statement":
            self._statement(node.child_by_field_name("declaration"), found)
        elif node.type in {"lexical_declaration", "variable_declaration"}:
            for child in node.named_children:
                for name, path, default in self.pattern(_field(child, "name")):
                    found[name] = Binding("value", _field(child, "value"), path, default=default)
        elif node.type in {"function_declaration", "generator_function_declaration", "class_declaration",
                           "abstract_class_declaration", "enum_declaration"}:  # fmt: skip
            kind = "value" if node.type == "enum_declaration" else "function" if "function" in node.type else "class"
            found[self.text(_field(node, "name"))] = Binding(kind, node)
        elif node.type == "import_statement":
            for each in self.imports(node):
                found[each.local] = Binding("import", node, source=each.source, name=each.name)

    def pattern(self, node: Node) -> Iterator[tuple[str, tuple[str, ...], Node | None]]:
        """Yield each name of a pattern with the properties that lead to it and its default."""
        if node.type == "identifier":
            yield self.text(node), (), None
        elif node.type == "object_pattern":
            for child in node.named_children:
                yield from self._part(child)
        elif node.type == "array_pattern":
            for number, child in enumerate(node.named_children):
                for name, path, default in self.pattern(child):
                    yield name, (str(number), *path), default

    def _part(self, child: Node) -> Iterator[tuple[str, tuple[str, ...], Node | None]]:
        if child.type == "shorthand_property_identifier_pattern":
            yield self.text(child), (self.text(child),), None
        elif child.type == "object_assignment_pattern":
            left = self.text(_field(child, "left"))
            yield left, (left,), child.child_by_field_name("right")
        elif child.type == "pair_pattern":
            value, default = _field(child, "value"), None
            if value.type == "assignment_pattern":
                value, default = _field(value, "left"), value.child_by_field_name("right")
            for name, path, own in self.pattern(value):
                yield name, (self.key(_field(child, "key")) or "", *path), own if path else default

    def imports(self, statement: Node) -> Iterator[Import]:
        """Yield what an import statement binds."""
        source = self.string(_field(statement, "source")) or ""
        clauses = [clause for clause in statement.named_children if clause.type == "import_clause"]
        for child in (child for clause in clauses for child in clause.named_children):
            if child.type == "identifier":
                yield Import(self.text(child), source, "default")
            elif child.type == "namespace_import":
                yield Import(self.text(child.named_children[-1]), source, "*")
            for one in child.named_children if child.type == "named_imports" else ():
                name = _field(one, "name")
                yield Import(self.text(one.child_by_field_name("alias") or name), source, self.key(name) or "")

    def exports(self) -> tuple[dict[str, Export], list[str]]:
        """Return what the module exports by name, and the modules of which it exports everything."""
        if self._exports is None:
            self._exports = {}
            for node in self.root.named_children:
                if node.type == "export_statement":
                    self._export(node, self._exports)
                elif node.type == "expression_statement":
                    self._common(node.named_children[0], self._exports)
        return self._exports, self._stars

    def _export(self, node: Node, found: dict[str, Export]) -> None:
        module = node.child_by_field_name("source")
        source = (self.string(module) or "") if module is not None else ""
        declaration, value = node.child_by_field_name("declaration"), node.child_by_field_name("value")
        if declaration is not None or value is not None:
            if any(child.type == "default" for child in node.children):
                found["default"] = Export(value or declaration)
            else:
                names: dict[str, Binding] = {}
                self._statement(declaration, names)
                for name in names:
                    found[name] = Export(None, "", name)
            return
        clause = next((child for child in node.named_children if child.type == "export_clause"), None)
        if clause is None:
            spaces = [child for child in node.named_children if child.type == "namespace_export"]
            found.update((self.text(space.named_children[-1]), Export(None, source, "*")) for space in spaces)
            self._stars += [source] if source and not spaces else []
            return
        for one in clause.named_children:
            own = _field(one, "name")
            found[self.text(one.child_by_field_name("alias") or own)] = Export(None, source, self.text(own))

    def _common(self, node: Node, found: dict[str, Export]) -> None:
        if node.type != "assignment_expression":
            return
        right = _field(node, "right")
        name = self.text(_field(node, "left"))
        if name == "module.exports":
            found["default"] = Export(right)
        elif name.startswith(("module.exports.", "exports.")):
            found[name.rpartition(".")[2]] = Export(right)
        if right.type == "assignment_expression":
            self._common(right, found)
