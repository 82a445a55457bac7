"""Go: a tree with places, and what a file imports and declares; nothing is compiled or executed.

tree-sitter reads it, errors and all. What a function does is not known here; inspectors drive this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, cached_property
from typing import TYPE_CHECKING

from wsdoctor.errors import SyntaxProblem
from wsdoctor.syntax._parsing import tree_of

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Range

__all__ = ["Source", "parse"]

MAX_BYTES = 1 << 20
"""Nobody writes a file of this size by hand."""

_VERSION = re.compile(r"/v\d+$|\.v\d+$")
_BLANK = rb"(?:[\s;]|//[^\n]*|/\*(?s:.*?)\*/)*+"
_PACKAGE = re.compile(_BLANK + rb"package\b" + _BLANK + rb"[A-Za-z_]\w*")
_IMPORT = re.compile(_BLANK + rb"import\b(?P<several>" + _BLANK + rb"\()?")
_SPEC = re.compile(
    _BLANK + rb"(?:(?P<name>[A-Za-z_]\w*|\.)" + _BLANK + rb")?(?:\"(?P<path>[^\"\n\\]*)\"|`(?P<raw>[^`]*)`)"
)
_CLOSE = re.compile(_BLANK + rb"\)")
_REST = re.compile(_BLANK + rb"(?:(?:func|type|var|const)\b|\Z)")
_RAW = re.compile(rb"`[^`\n]*`")
_LATE = re.compile(rb"\nimport\b")


@cache
def _language() -> Language:
    import tree_sitter
    import tree_sitter_go

    return tree_sitter.Language(tree_sitter_go.language())


def _tree(source: bytes, *parts: Range) -> Node:
    """Return the tree of a file, or of parts of it with the places that they have in the file."""
    import tree_sitter

    return tree_of(tree_sitter.Parser(_language(), included_ranges=list(parts)), source).root_node


def parse(text: str) -> Source:
    """Return what gives the tree of a text.

    Raises:
        SyntaxProblem: if it is longer than anybody writes.

    """
    source = text.encode()
    if len(source) > MAX_BYTES:
        raise SyntaxProblem("the file is larger than 1 MiB")
    return Source(source)


def _imported(source: bytes) -> list[tuple[str | None, str]] | None:
    """Return the name, if one is given, and the path of each import; None where only the tree can tell them.

    Imports come before everything but the package's name, so that this much is read without a tree.
    """
    start = _PACKAGE.match(source)
    if start is None:
        return None
    at = start.end()
    found: list[tuple[str | None, str]] = []
    while (declared := _IMPORT.match(source, at)) is not None:
        at = declared.end()
        while (spec := _SPEC.match(source, at)) is not None:
            name, path, raw = spec.groups()
            found.append((None if name is None else name.decode(), (path if raw is None else raw).decode()))
            at = spec.end()
            if not declared["several"]:
                break
        end = _CLOSE.match(source, at) if declared["several"] else spec
        if end is None:
            return None
        at = end.end()
    return found if _REST.match(source, at) and not _LATE.search(source, at) else None


class Source:
    """A file, whose tree is made when somebody asks for a part of it.

    Args:
        source: UTF-8 text.

    """

    def __init__(self, source: bytes) -> None:
        self.source = source

    @cached_property
    def root(self) -> Node:
        """The tree."""
        return _tree(self.source)

    @cached_property
    def imports(self) -> dict[str, str]:
        """Paths of imported packages by the name that the file gives them."""
        found: dict[str, str] = {}
        specs = _imported(self.source)
        if specs is None:
            specs = [spec for node in self._declared("import_declaration") for spec in self._specs(node)]
        for name, full in specs:
            own = _VERSION.sub("", full).rpartition("/")[2].removeprefix("go-")
            found[own if name is None else name] = full
        return found

    @cached_property
    def values(self) -> dict[str, Node]:
        """Expressions of the constants and variables of the package, by name."""
        declared = self._declared("const_declaration", "var_declaration")
        return {name: value for node in declared for name, value in self.bound(node)}

    @cached_property
    def functions(self) -> dict[str, Node]:
        """Functions by name."""
        return {self._named(node): node for node in self._functions if node.child_by_field_name("receiver") is None}

    @cached_property
    def methods(self) -> dict[tuple[str, str], Node]:
        """Methods by name of the type and name."""
        found: dict[tuple[str, str], Node] = {}
        for node in self._functions:
            if (receiver := node.child_by_field_name("receiver")) is not None:
                kind = next((self.text(found) for found in self.find(receiver, "type_identifier")), "")
                found[kind, self._named(node)] = node
        return found

    @cached_property
    def _functions(self) -> list[Node]:
        return self._declared("function_declaration", "method_declaration")

    def _declared(self, *types: str) -> list[Node]:
        return [node for node in self.root.named_children if node.type in types]

    def _named(self, node: Node) -> str:
        return next(map(self.text, node.children_by_field_name("name")), "")

    def _specs(self, node: Node) -> Iterator[tuple[str | None, str]]:
        for spec in self.find(node, "import_spec"):
            name = spec.child_by_field_name("name")
            full = next((self.string(path) or "" for path in spec.children_by_field_name("path")), "")
            yield (None if name is None else self.text(name)), full

    def holds(self, name: str) -> bool:
        """Say whether a name stands anywhere in the file; to know that takes no tree."""
        return name.encode() in self.source

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
        """Return the smallest node at a byte, in the whole tree or in one of the function alone that the byte is in."""
        root = self.root if "root" in vars(self) else self._function_at(start) or self.root
        return root.descendant_for_byte_range(start, start + 1)

    def _function_at(self, at: int) -> Node | None:
        """Return the tree of the one function that a byte is in, None where only the whole tree tells which that is.

        Its first and last line begin where all code as `gofmt` writes it says so. The tree of what is no whole function
        has errors, and a token of several lines may look like one.
        """
        start = self.source.rfind(b"\nfunc ", 0, at) + 1
        end = self.source.find(b"\n}", start) + 2
        if not start or end <= at or not self._flat:
            return None
        if start not in self._parts:
            import tree_sitter

            first = self.source.count(b"\n", 0, start)
            last = first + self.source.count(b"\n", start, end)
            self._parts[start] = _tree(self.source, tree_sitter.Range((first, 0), (last, 1), start, end))
        return None if self._parts[start].has_error else self._parts[start]

    @cached_property
    def _parts(self) -> dict[int, Node]:
        return {}

    @cached_property
    def _flat(self) -> bool:
        """Whether no token goes over several lines."""
        return b"/*" not in self.source and (b"`" not in self.source or b"`" not in _RAW.sub(b"", self.source))

    def around(self, node: Node, *types: str) -> Node | None:
        """Return the closest node of some types around a node, or the node itself."""
        up: Node | None = node
        while up is not None and up.type not in types:
            up = up.parent
        return up
