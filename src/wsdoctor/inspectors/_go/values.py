"""The texts that expressions of Go mean without running anything, in whatever package they are made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._go import fields, loops, options
from wsdoctor.inspectors._go.files import File, folder_of, imported_files, package_files
from wsdoctor.inspectors._go.functions import arguments, calls_of, enclosing, parameters
from wsdoctor.inspectors._javascript.urls import HOLE, Place, Text, join
from wsdoctor.inspectors._units import unit_of
from wsdoctor.inspectors._values import environment
from wsdoctor.model.traffic import Location

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["Values"]

MAX_DEPTH = 15
_MAX_STEPS = 5000
_VERB = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]|%%")
_ENV_HELPER = re.compile(r"env|lookup|fallback|default", re.IGNORECASE)
_PASSES = frozenset(
    ("Itoa", "Atoi", "TrimSpace", "string", "int", "int64", "uint", "uint16", "Quote", "FormatInt", "ParseInt",
     "ParseUint", "Sprint", "TrimPrefix", "TrimSuffix", "Trim", "ResolveTCPAddr", "Parse", "ParseRequestURI")
)  # fmt: skip
"""Functions that give one of their arguments, more or less."""


class Values:
    """Follows texts in the Go files of a repository.

    Args:
        repository: to read.

    Attributes:
        asked: names of the environment variables that texts were looked for in.
        each: what variables of loops stand for at the moment.

    """

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.steps = 0
        self.asked: list[str] = []
        self.each: dict[str, tuple[Node, File]] = {}
        self._bound: dict[tuple[str, int], tuple[list[Node], File]] = {}
        self._sites: dict[tuple[str, int], list[tuple[Node, File]]] = {}

    def place(self, node: Node, file: File) -> Place:
        """Return the place of a node."""
        line, column, end = file.source.place(node)
        return file.path, line, column, end

    def text(self, node: Node | None, file: File, depth: int = 0) -> Text | None:
        """Return the text that an expression means, None if nothing of it is known."""
        self.steps += 1
        if node is None or depth > MAX_DEPTH or self.steps > _MAX_STEPS:
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

    def package(self, file: File) -> list[File]:
        """Return the files of the package of a file."""
        return package_files(file.folder, self.repository)

    def imported(self, file: File) -> list[File]:
        """Return the files of the packages that the package of a file imports, and of those that these import."""
        return imported_files(self.package(file), self.repository)

    def _name(self, name: str, node: Node, file: File, depth: int) -> Text | None:
        if name in self.each:
            return self.text(*self.each[name], depth)
        function = enclosing(node, file)
        found: list[Text] = []
        for one in file.source.find(function, "short_var_declaration", "var_declaration", "const_declaration",
                                    "assignment_statement") if function is not None else ():  # fmt: skip
            for bound, value in file.source.bound(one):
                if bound == name and one.start_byte < node.start_byte and (text := self.text(value, file, depth)):
                    found.append(text)
        known = [text for text in found if text.text not in {"", HOLE}]
        if known:
            return next((text for text in known if HOLE not in text.text), known[0])
        if function is not None and name in parameters(function, file):
            return self._parameter(function, name, file, depth)
        for other in self.package(file):
            if not other.source.holds(name):
                continue
            if name in other.source.values:
                return self.text(other.source.values[name], other, depth)
            if (told := options.stored(self, rf"&{re.escape(name)}\b", other, depth)) is not None:
                return told
        return None

    def bind(self, function: Node, file: File, call: Node, caller: File) -> None:
        """Let the parameters of a function mean what one call gives it."""
        self._bound[file.path, function.start_byte] = arguments(call), caller

    def unbind(self, function: Node, file: File) -> None:
        """Let the parameters of a function mean whatever its calls agree on."""
        self._bound.pop((file.path, function.start_byte), None)

    def sites(self, function: Node, file: File) -> list[tuple[Node, File]]:
        """Return the calls of a function."""
        key = file.path, function.start_byte
        if key not in self._sites:
            self._sites[key] = list(calls_of(function, file, self.repository))
        return self._sites[key]

    def argument(self, function: Node, name: str, file: File) -> tuple[Node, File] | None:
        """Return the expression that a bound parameter stands for."""
        given, caller = self._bound.get((file.path, function.start_byte), ([], file))
        at = parameters(function, file).index(name) if name in parameters(function, file) else len(given)
        return (given[at], caller) if at < len(given) else None

    def _parameter(self, function: Node, name: str, file: File, depth: int) -> Text | None:
        if (file.path, function.start_byte) in self._bound:
            given = self.argument(function, name, file)
            return self.text(*given, depth) if given is not None else None
        found: dict[str, Text] = {}
        at = parameters(function, file).index(name)
        for call, caller in self.sites(function, file):
            given_here = arguments(call)
            text = self.text(given_here[at], caller, depth) if at < len(given_here) else None
            if text is not None and text.text not in {"", HOLE}:
                found.setdefault(text.text, text)
        return next(iter(found.values())) if len(found) == 1 else None

    def _call(self, node: Node, file: File, depth: int) -> Text | None:
        callee = node.child_by_field_name("function")
        if callee is None:
            return None
        name = file.source.text(callee)
        given = arguments(node)
        last = name.rpartition(".")[2]
        if last == "Sprintf" and given:
            return self._formatted(given, node, file, depth)
        if last in {"Getenv", "LookupEnv"} and given:
            key = self.text(given[0], file, depth)
            return self.variable(key.text if key is not None else None, file)
        if last == "JoinHostPort" and len(given) == 2:
            host, port = (self.text(one, file, depth) or Text(HOLE) for one in given)
            return join([host, Text(":"), port])
        if (told := options.asked(self, node, last, file, depth)) is not None:
            return told
        if last == "String" and callee.type == "selector_expression":
            return self._url(callee.child_by_field_name("operand"), file, depth)
        if last == "Or" and given:
            return next((text for one in given if (text := self.text(one, file, depth)) and text.text), None)
        if last in _PASSES and given:
            return self.text(given[1 if last == "ResolveTCPAddr" and len(given) > 1 else 0], file, depth)
        if len(given) == 2 and _ENV_HELPER.search(last) and (key_of := file.source.string(given[0])):
            return self.variable(key_of, file) or self.text(given[1], file, depth)
        return self._result(node, callee, file, depth)

    def _url(self, node: Node | None, file: File, depth: int) -> Text | None:
        """Return what a ``url.URL`` that is written out, or was parsed, is as a text."""
        if node is None:
            return None
        name = file.source.text(node)
        function = enclosing(node, file) if node.type == "identifier" else None
        for one in (
            file.source.find(function, "short_var_declaration", "var_declaration") if function is not None else ()
        ):
            node = next((value for bound, value in file.source.bound(one) if bound == name), node)
        literal = next(file.source.find(node, "composite_literal"), None)
        if literal is None:
            return self.text(node, file, depth)
        parts = {key: loops.field_of(literal, key, file, self) for key in ("Scheme", "Host", "Path")}
        scheme, host, path = (self.text(part, file, depth) for part in parts.values())
        if host is None:
            return None
        return join([scheme or Text("http"), Text("://"), host, path or Text("/")]).at(self.place(literal, file))

    def _result(self, call: Node, callee: Node, file: File, depth: int) -> Text | None:
        """Return what a function of the repository returns for these arguments that is known."""
        best: Text | None = None
        for function, other in self.functions(callee, file):
            outer = self._bound.get((other.path, function.start_byte))
            self.bind(function, other, call, file)
            for result in other.source.find(function, "return_statement"):
                inner = result.named_children[0].named_children if result.named_children else []
                text = self.text(inner[0], other, depth) if inner else None
                if text is not None and text.text and (best is None or HOLE in best.text) and text.text != HOLE:
                    best = text if best is None or HOLE not in text.text else best
            self.unbind(function, other)
            if outer is not None:
                self._bound[other.path, function.start_byte] = outer
            if best is not None:
                break
        return best

    def functions(self, callee: Node, file: File) -> Iterator[tuple[Node, File]]:
        """Yield the functions of the repository that are called, methods of that name where it is one."""
        of, _, name = file.source.text(callee).rpartition(".")
        folder = self.folder_of(of, file) if of else file.folder
        if folder is not None:
            for other in package_files(folder, self.repository):
                if other.source.holds(name) and name in other.source.functions:
                    yield other.source.functions[name], other
            return
        if of in file.source.imports:
            return
        for other in (*self.package(file), *self.imported(file)):
            if other.source.holds(name):
                yield from ((body, other) for (_, method), body in other.source.methods.items() if method == name)

    def _formatted(self, given: list[Node], node: Node, file: File, depth: int) -> Text | None:
        pattern = self.text(given[0], file, depth)
        if pattern is None:
            return None
        rest = iter(given[1:])
        parts: list[Text] = []
        last = 0
        for match in _VERB.finditer(pattern.text):
            parts.append(Text(pattern.text[last : match.start()]))
            last = match.end()
            one = None if match.group() == "%%" else next(rest, None)
            parts.append(Text("%") if match.group() == "%%" else self.text(one, file, depth) or Text(HOLE))
        parts.append(Text(pattern.text[last:]))
        return join(parts).at(self.place(node, file))

    def variable(self, name: str | None, file: File) -> Text | None:
        """Return what an environment variable is set to for the unit of a file."""
        if name is None or not name.isidentifier():
            return None
        self.asked.append(name)
        found = environment(self.repository).value(name, unit_of(file.path, self.repository), file.path)
        return None if found is None else self.placed(*found)

    def placed(self, text: str, location: Location) -> Text:
        """Return a text that stands outside of the code."""
        place = (location.file, location.line, location.column, location.line)
        return Text(text, (place,)).at(place)

    def _selector(self, node: Node, file: File, depth: int) -> Text | None:
        of, name = node.child_by_field_name("operand"), node.child_by_field_name("field")
        if of is None or name is None:
            return None
        key = file.source.text(name)
        if (written := file.source.text(of)) in self.each:
            literal, other = self.each[written]
            return self.text(loops.field_of(literal, key, other, self), other, depth)
        folder = self.folder_of(written, file)
        if folder is not None:
            return self._of_package(key, package_files(folder, self.repository), depth)
        return fields.field(self, node, file, depth)

    def _of_package(self, key: str, files: Iterable[File], depth: int) -> Text | None:
        for other in files:
            if not other.source.holds(key):
                continue
            if key in other.source.values:
                return self.text(other.source.values[key], other, depth)
            if (told := options.stored(self, rf"&{re.escape(key)}\b", other, depth)) is not None:
                return told
        return None

    def folder_of(self, name: str, file: File) -> str | None:
        """Return the folder of an imported package of the repository."""
        return folder_of(name, file, self.repository)
