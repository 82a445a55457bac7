"""Go: a tree with places, and what a file imports and declares; nothing is compiled or executed.

tree-sitter reads it, errors and all. What a function does is not known here; inspectors drive this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax._parsing import tree_of

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

__all__ = ["Source", "parse"]

MAX_BYTES = 1 << 20
"""Nobody writes a file of this size by hand."""

_VERSION = re.compile(r"/v\d+$|\.v\d+$")


@cache
def _parser() -> Parser:
    import tree_sitter
    import tree_sitter_go

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_go.language()))


def parse(text: str) -> Source:
    """Return the tree of a text.

    Raises:
        SyntaxProblem: if it is longer than anybody writes.

    """
    source = text.encode()
    if len(source) > MAX_BYTES:
        raise SyntaxProblem("the file is larger than 1 MiB")
    return Source(source, tree_of(_parser(), source).root_node)


class Source:
    """A parsed file.

    Args:
        source: UTF-8 text.
        root: of its tree.

    Attributes:
        imports: paths of imported packages by the name that the file gives them.
        functions: by name.
        methods: by name of the type and name.
        values: expressions of the constants and variables of the package, by name.

    """

    def __init__(self, source: bytes, root: Node) -> None:
        self.source = source
        self.root = root
        self.imports: dict[str, str] = {}
        self.functions: dict[str, Node] = {}
        self.methods: dict[tuple[str, str], Node] = {}
        self.values: dict[str, Node] = {}
        for node in root.named_children:
            if node.type == "import_declaration":
                self._import(node)
            elif node.type in {"const_declaration", "var_declaration"}:
                self.values.update(self.bound(node))
            elif node.type in {"function_declaration", "method_declaration"}:
                self._function(node)

    def _import(self, node: Node) -> None:
        for spec in self.find(node, "import_spec"):
            name = spec.child_by_field_name("name")
            full = next((self.string(path) or "" for path in spec.children_by_field_name("path")), "")
            own = _VERSION.sub("", full).rpartition("/")[2].removeprefix("go-")
            self.imports[self.text(name) if name is not None else own] = full

    def _function(self, node: Node) -> None:
        name = next(map(self.text, node.children_by_field_name("name")), "")
        receiver = node.child_by_field_name("receiver")
        if receiver is None:
            self.functions[name] = node
        else:
            kind = next((self.text(found) for found in self.find(receiver, "type_identifier")), "")
            self.methods[kind, name] = node

    def bound(self, node: Node) -> Iterator[tuple[str, Node]]:
        """Yield each name with its expression of a declaration or assignment."""
        if node.type in {"short_var_declaration", "assignment_statement"}:
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            names = left.named_children if left is not None else []
            yield from self._pairs(names, right)
            return
        for spec in self.find(node, "const_spec", "var_spec"):
            names = [name for name in spec.children_by_field_name("name") if name.is_named]
            yield from self._pairs(names, spec.child_by_field_name("value"))

    def _pairs(self, names: list[Node], values: Node | None) -> Iterator[tuple[str, Node]]:
        given = values.named_children if values is not None else []
        for number, name in enumerate(names):
            if given:
                yield self.text(name), given[number] if number < len(given) else given[0]

    def text(self, node: Node) -> str:
        """Return the text of a node."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def string(self, node: Node) -> str | None:
        """Return what a literal of a string means, None for any other node."""
        if node.type in {"interpreted_string_literal", "raw_string_literal"}:
            return self.text(node)[1:-1]
        return None

    def place(self, node: Node) -> tuple[int, int, int]:
        """Return 1-based line, 1-based column and 1-based last line of a node."""
        row, column = node.start_point
        return row + 1, column + 1, node.end_point[0] + 1

    def find(self, node: Node, *types: str) -> Iterator[Node]:
        """Yield the nodes of some types within a node, in the order of the text."""
        pending = [node]
        looked = 0
        while pending and looked < 50_000:
            one = pending.pop()
            looked += 1
            if one.type in types:
                yield one
            pending.extend(reversed(one.named_children))

    def at(self, start: int) -> Node | None:
        """Return the smallest node at a byte."""
        return self.root.descendant_for_byte_range(start, start + 1)

    def around(self, node: Node, *types: str) -> Node | None:
        """Return the closest node of some types around a node, or the node itself."""
        up: Node | None = node
        while up is not None and up.type not in types:
            up = up.parent
        return up
