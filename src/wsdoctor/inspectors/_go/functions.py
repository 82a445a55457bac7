"""Functions of Go packages: their parameters, and the calls that give them something, in whatever package these are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._go.files import File, folder_of, import_path, package_files

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["arguments", "calls_of", "enclosing", "local", "parameters"]

_MAX_FILES = 4000
_MAX_CALLS = 12
_PACKAGE = re.compile(r"[&*(]*(?P<name>\w+)\.[A-Z]")
_SCOPES = frozenset(("function_declaration", "method_declaration", "func_literal"))


def arguments(call: Node) -> list[Node]:
    """Return the arguments of a call."""
    given = call.child_by_field_name("arguments")
    return [one for one in given.named_children if one.type != "comment"] if given is not None else []


def enclosing(node: Node, file: File) -> Node | None:
    """Return the function or method that a node is in."""
    return file.source.around(node, "function_declaration", "method_declaration")


def parameters(function: Node, file: File) -> list[str]:
    """Return the names of the parameters of a function in order."""
    found: list[str] = []
    given = function.child_by_field_name("parameters")
    for one in given.named_children if given is not None else ():
        if one.type in {"parameter_declaration", "variadic_parameter_declaration"}:
            found += [file.source.text(name) for name in one.children_by_field_name("name") if name.is_named] or ["_"]
    return found


def local(node: Node, name: str, file: File) -> int | None:
    """Return where the function begins whose own variable a name is where a node stands.

    None where it is none of any function around the node, or a parameter, which may be anything.
    """
    up = node.parent
    while up is not None:
        if up.type in _SCOPES:
            if name in parameters(up, file):
                return None
            if name in _variables(up, file):
                return up.start_byte
        up = up.parent
    return None


def _variables(function: Node, file: File) -> frozenset[str]:
    """Return the names of the variables that a function declares itself, not one within it."""
    key = "variables", function.start_byte
    known = file.memory.get(key)
    if not isinstance(known, frozenset):
        found: set[str] = set()
        pending = [*function.named_children]
        while pending:
            one = pending.pop()
            if one.type in {"short_var_declaration", "var_declaration"}:
                found.update(bound for bound, _ in file.source.bound(one))
            pending += () if one.type in _SCOPES else one.named_children
        known = file.memory[key] = frozenset(found)
    return known


def calls_of(function: Node, file: File, repository: Repository) -> Iterator[tuple[Node, File]]:
    """Yield the calls of a function or method from its package and those that import it, not many."""
    named = function.child_by_field_name("name")
    name = file.source.text(named) if named is not None else ""
    method = function.type == "method_declaration"
    count = len(parameters(function, file))
    found = 0
    for other in _places(name, file, repository):
        pattern = re.compile(
            (rf"\.{name}\s*\(" if method or other.folder != file.folder else rf"\b{name}\s*\(").encode()
        )
        for match in pattern.finditer(other.source.source):
            node = other.source.at(match.end() - 1)
            call = node.parent if node is not None and node.type == "argument_list" else node and _call(node)
            callee = call.child_by_field_name("function") if call is not None else None
            if call is None or callee is None or len(arguments(call)) != count:
                continue
            of, _, last = other.source.text(callee).rpartition(".")
            there = folder_of(of, other, repository) if of else other.folder
            if method and _made_elsewhere(of, call, file, other, repository):
                continue
            if last == name and (of not in other.source.imports if method else there == file.folder):
                found += 1
                if found > _MAX_CALLS:
                    return
                yield call, other


def _made_elsewhere(of: str, call: Node, file: File, other: File, repository: Repository) -> bool:
    """Say whether what has a method is made by a function, or is of a type, of another package than that of a file."""
    function = enclosing(call, other)
    made = of
    for one in other.source.find(function, "short_var_declaration") if function is not None else ():
        made = next((other.source.text(value) for name, value in other.source.bound(one) if name == of), made)
    first = _PACKAGE.match(made)
    there = folder_of(first["name"], other, repository) if first is not None else None
    return there is not None and there != file.folder


def _call(node: Node) -> Node | None:
    up: Node | None = node
    while up is not None and up.type != "call_expression":
        up = up.parent
    return up


def _places(name: str, file: File, repository: Repository) -> Iterator[File]:
    """Yield the files that may call a function of the package of a file."""
    yield from package_files(file.folder, repository)
    if not name[:1].isupper():
        return
    imported = import_path(file.folder, repository)
    written = f'"{imported}"'
    folders: dict[str, None] = {}
    for path in repository.named("*.go")[:_MAX_FILES] if imported is not None else ():
        folder = path.rpartition("/")[0]
        if folder == file.folder or folder in folders or path.endswith("_test.go"):
            continue
        text = repository.text(path) or ""
        if f".{name}(" in text and written in text:
            folders[folder] = None
    for folder in folders:
        yield from (one for one in package_files(folder, repository) if f".{name}(".encode() in one.source.source)
