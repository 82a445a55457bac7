"""Go packages of a repository, and the texts that their expressions mean without running anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript.urls import HOLE, Place, Text, join
from wsdoctor.inspectors._units import unit_of
from wsdoctor.inspectors._values import environment
from wsdoctor.syntax import go

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["File", "Values", "package_files"]

MAX_DEPTH = 15
_MAX_FILES = 60
_MAX_BYTES = 2_000_000
"""Of the files whose trees are kept; a tree takes twenty times the memory of its text."""
_VERB = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]|%%")
_ENV_HELPER = re.compile(r"env|lookup|fallback|default", re.IGNORECASE)
_TAG = re.compile(r"(?:envDefault|default|env-default):\"(?P<value>[^\"]*)\"")
_TAG_NAME = re.compile(r"\b(?:env|envconfig|mapstructure):\"(?P<name>[A-Z][A-Z0-9_]*)")


@dataclass(slots=True)
class File:
    """A Go file.

    Attributes:
        path: relative to the root.
        source: its tree.
        memory: of those who look at it.

    """

    path: str
    source: go.Source
    memory: dict[object, object] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The folder that is its package."""
        return self.path.rpartition("/")[0]


def package_files(folder: str, repository: Repository) -> list[File]:
    """Return the files of the package in a folder, without its tests."""
    known: dict[str, list[File]] = repository.memory.setdefault("go packages", {})  # type: ignore[assignment]
    if folder not in known:
        kept = sum(len(file.source.source) for files in known.values() for file in files)
        if len(known) > 200 or kept > _MAX_BYTES:
            known.clear()
        found: list[File] = []
        for path in repository.glob(f"{folder}/*.go" if folder else "*.go")[:_MAX_FILES]:
            text = repository.text(path)
            if text is not None and not path.endswith("_test.go"):
                try:
                    found.append(File(path, go.parse(text)))
                except SyntaxProblem:
                    continue
        known[folder] = found
    return known[folder]


class Values:
    """Follows texts in the Go files of a repository.

    Args:
        repository: to read.

    """

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.steps = 0

    def place(self, node: Node, file: File) -> Place:
        """Return the place of a node."""
        line, column, end = file.source.place(node)
        return file.path, line, column, end

    def text(self, node: Node | None, file: File, depth: int = 0) -> Text | None:
        """Return the text that an expression means, None if nothing of it is known."""
        self.steps += 1
        if node is None or depth > MAX_DEPTH or self.steps > 5000:
            return None
        source = file.source
        literal = source.string(node)
        if literal is not None or node.type == "int_literal":
            value = literal if literal is not None else source.text(node).replace("_", "")
            place = self.place(node, file)
            return Text(value, (place,)).at(place)
        if node.type in {"parenthesized_expression", "unary_expression", "type_conversion_expression"}:
            inner = node.child_by_field_name("operand") or (node.named_children[-1] if node.named_children else None)
            return self.text(inner, file, depth + 1)
        if node.type == "identifier":
            return self._name(source.text(node), node, file, depth + 1)
        if node.type == "binary_expression":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            parts = [self.text(left, file, depth + 1), self.text(right, file, depth + 1)]
            if parts == [None, None]:
                return None
            return join([part or Text(HOLE) for part in parts]).at(self.place(node, file))
        if node.type == "call_expression":
            return self._call(node, file, depth + 1)
        if node.type == "selector_expression":
            return self._selector(node, file, depth + 1)
        return None

    def _name(self, name: str, node: Node, file: File, depth: int) -> Text | None:
        function = file.source.around(node, "function_declaration", "method_declaration")
        found: list[Text] = []
        for one in file.source.find(function, "short_var_declaration", "var_declaration", "const_declaration",
                                    "assignment_statement") if function is not None else ():  # fmt: skip
            for bound, value in file.source.bound(one):
                if bound == name and one.start_byte < node.start_byte and (text := self.text(value, file, depth)):
                    found.append(text)
        known = [text for text in found if text.text not in {"", HOLE}]
        if known:
            return known[0]
        for other in package_files(file.folder, self.repository):
            if other.source.holds(name) and name in other.source.values:
                return self.text(other.source.values[name], other, depth)
        return None

    def _call(self, node: Node, file: File, depth: int) -> Text | None:
        callee, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if callee is None or given is None:
            return None
        name = file.source.text(callee)
        arguments = [one for one in given.named_children if one.type != "comment"]
        last = name.rpartition(".")[2]
        if last == "Sprintf" and arguments:
            return self._formatted(arguments, node, file, depth)
        if last in {"Getenv", "LookupEnv"} and arguments:
            return self._variable(file.source.string(arguments[0]), file)
        if last == "JoinHostPort" and len(arguments) == 2:
            host, port = (self.text(one, file, depth) or Text(HOLE) for one in arguments)
            return join([host, Text(":"), port])
        if last in {"String", "Int", "Uint", "StringP", "IntP"} and name.startswith(("flag.", "pflag.")):
            defaults = [one for one in arguments[1:] if one.type != "nil"]
            defaults = [one for one in defaults if len(file.source.string(one) or "xx") > 1] or defaults
            return self.text(defaults[0], file, depth) if defaults else None
        if last == "Or" and arguments:
            return next((text for one in arguments if (text := self.text(one, file, depth)) and text.text), None)
        if last in {"Itoa", "Atoi", "TrimSpace", "string", "int", "Quote", "FormatInt"} and arguments:
            return self.text(arguments[0], file, depth)
        if len(arguments) == 2 and _ENV_HELPER.search(last) and (key := file.source.string(arguments[0])):
            return self._variable(key, file) or self.text(arguments[1], file, depth)
        return self._result(callee, file, depth)

    def _result(self, callee: Node, file: File, depth: int) -> Text | None:
        """Return what a function of the package without arguments returns last that is known."""
        name = file.source.text(callee)
        for other in package_files(file.folder, self.repository) if callee.type == "identifier" else ():
            function = other.source.functions.get(name) if other.source.holds(name) else None
            for result in other.source.find(function, "return_statement") if function is not None else ():
                inner = result.named_children[0].named_children if result.named_children else []
                if inner and (text := self.text(inner[0], other, depth)) and text.text:
                    return text
        return None

    def _formatted(self, arguments: list[Node], node: Node, file: File, depth: int) -> Text | None:
        pattern = self.text(arguments[0], file, depth)
        if pattern is None:
            return None
        rest = iter(arguments[1:])
        parts: list[Text] = []
        last = 0
        for match in _VERB.finditer(pattern.text):
            parts.append(Text(pattern.text[last : match.start()]))
            last = match.end()
            one = None if match.group() == "%%" else next(rest, None)
            parts.append(Text("%") if match.group() == "%%" else self.text(one, file, depth) or Text(HOLE))
        parts.append(Text(pattern.text[last:]))
        return join(parts).at(self.place(node, file))

    def _variable(self, name: str | None, file: File) -> Text | None:
        if name is None:
            return None
        found = environment(self.repository).value(name, unit_of(file.path, self.repository), file.path)
        if found is None:
            return None
        place = (found[1].file, found[1].line, found[1].column, found[1].line)
        return Text(found[0], (place,)).at(place)

    def _selector(self, node: Node, file: File, depth: int) -> Text | None:
        of, name = node.child_by_field_name("operand"), node.child_by_field_name("field")
        if of is None or name is None:
            return None
        key = file.source.text(name)
        folder = self.folder_of(file.source.text(of), file)
        if folder is not None:
            for other in package_files(folder, self.repository):
                if other.source.holds(key) and key in other.source.values:
                    return self.text(other.source.values[key], other, depth)
            return None
        return self._field(key, file, depth)

    def _field(self, key: str, file: File, depth: int) -> Text | None:
        """Return a field of a struct by what literals or tags give it, in the package or those that it imports."""
        folders = [file.folder, *(there for name in file.source.imports if (there := self.folder_of(name, file)))]
        for folder in folders[:20]:
            for other in package_files(folder, self.repository):
                if not other.source.holds(key):
                    continue
                if (found := next(self._given(key, other, depth), None)) is not None:
                    return found
        return None

    def _given(self, key: str, file: File, depth: int) -> Iterator[Text]:
        for match in re.finditer(rf"\b{re.escape(key)}\s*(?=[:=]|\w)".encode(), file.source.source):
            node = file.source.at(match.start())
            element = (
                file.source.around(node, "keyed_element", "field_declaration", "assignment_statement") if node else None
            )
            if element is None:
                continue
            if element.type == "keyed_element" and element.named_children[0].start_byte == match.start():
                value = element.named_children[-1]
                inner = value.named_children[0] if value.type == "literal_element" and value.named_children else value
                if text := self.text(inner, file, depth):
                    yield text
            elif element.type == "field_declaration":
                yield from self._tagged(element, file)
            elif element.type == "assignment_statement":
                for name, expression in file.source.bound(element):
                    if name.endswith(f".{key}") and (text := self.text(expression, file, depth)):
                        yield text

    def _tagged(self, element: Node, file: File) -> Iterator[Text]:
        tag = element.child_by_field_name("tag")
        written = file.source.text(tag) if tag is not None else ""
        name = _TAG_NAME.search(written)
        if name is not None and (found := self._variable(name["name"], file)) is not None:
            yield found
        match = _TAG.search(written)
        if match is not None and tag is not None:
            yield Text(match["value"], (self.place(tag, file),))

    def folder_of(self, name: str, file: File) -> str | None:
        """Return the folder of an imported package of the repository."""
        path = file.source.imports.get(name)
        if path is None:
            return None
        modules: Any = self.repository.memory.get("go modules")
        if not isinstance(modules, dict):
            modules = {}
            for found in self.repository.named("go.mod"):
                match = re.search(r"^module\s+(\S+)", self.repository.text(found) or "", re.MULTILINE)
                if match:
                    modules[match[1]] = found.rpartition("/")[0]
            self.repository.memory["go modules"] = modules
        for module, root in modules.items():
            if path == module or path.startswith(module + "/"):
                return "/".join(part for part in (root, path[len(module) + 1 :]) if part)
        return None
