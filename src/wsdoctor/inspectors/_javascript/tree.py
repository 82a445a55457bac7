"""Questions to the tree of a script that need no values: what a function returns, what is assigned to a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript.modules import Module, is_test, load

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["FUNCTIONS", "assignments", "fixed", "modules_with", "pairs_named", "returned"]

_ASSIGNS = re.compile(rb"\s*(?:\|\||\?\?)?=(?![=>])")
_NAME = re.compile(rb"[\w$]+")
_PREFIX = re.compile(rb"(?:[\w$]+\.)*")
_PATH = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$."
_MAX_PATH = 200
_MAX_FILES = 10
_SCRIPTS = ("*.js", "*.mjs", "*.cjs", "*.ts", "*.mts", "*.cts", "*.tsx", "*.jsx")
_NO_PREFIX = (b"'", b'"', b"-")

FUNCTIONS = frozenset(
    ("arrow_function", "function_expression", "function_declaration", "method_definition", "generator_function")
)
"""Types of nodes that are functions."""


def fixed(value: Node) -> bool:
    """Say whether an expression is the value of a constant."""
    declaration = value.parent.parent if value.parent is not None else None
    return declaration is None or not declaration.children or declaration.children[0].type not in {"let", "var"}


def returned(function: Node) -> Iterator[Node]:
    """Yield the expressions that a function returns."""
    body = function.child_by_field_name("body")
    if body is None:
        return
    if body.type != "statement_block":
        yield body
        return
    pending = list(reversed(body.named_children))
    looked = 0
    while pending and looked < 2000:
        node = pending.pop()
        looked += 1
        if node.type == "return_statement" and node.named_children:
            yield node.named_children[0]
        elif node.type not in FUNCTIONS and node.type.endswith(
            ("statement", "block", "clause", "body", "case", "default")
        ):
            pending.extend(reversed(node.named_children))


def assignments(module: Module, name: str, *prefixes: str) -> Iterator[Node]:
    """Yield the right sides of the assignments to a name, or to it as a property of one of some names."""
    for of, start in _assigned(module, name):
        if of not in (prefixes or ("",)):
            continue
        node = module.script.at(start, start + 1)
        while node is not None and node.type in {"identifier", "property_identifier", "member_expression", "this"}:
            node = node.parent
        if node is not None and node.type in {"assignment_expression", "augmented_assignment_expression"}:
            right = node.child_by_field_name("right")
            if right is not None:
                yield right


def _assigned(module: Module, name: str) -> list[tuple[str, int]]:
    """Return where something is assigned to a name, each with what the name is a property of, as written."""
    kept: dict[str, list[tuple[str, int]]] = module.memory.setdefault("assignments", {})  # type: ignore[assignment]
    if name not in kept:
        source, word = module.script.source, name.encode()
        kept[name] = []
        at = source.find(word) if _NAME.fullmatch(word) is not None else -1
        while at >= 0:
            behind = at + len(word)
            if _ASSIGNS.match(source, behind) is not None:
                near = source[max(at - _MAX_PATH, 0) : at]
                path = near[len(near.rstrip(_PATH)) :]
                if _PREFIX.fullmatch(path) is not None and not near[: len(near) - len(path)].endswith(_NO_PREFIX):
                    kept[name].append((path.decode(), at))
            at = source.find(word, behind)
    return kept[name]


def modules_with(name: str, module: Module, repository: Repository) -> Iterator[Module]:
    """Yield a module and others that hold a name or other words, a few of them."""
    looked = 0
    for path in (module.path, *(path for path in repository.named(*_SCRIPTS) if path != module.path)):
        if looked >= _MAX_FILES:
            return
        if (is_test(path) and path != module.path) or name not in (repository.text(path) or ""):
            continue
        looked += 1
        other = module if path == module.path else load(path, repository)
        if other is not None:
            yield other


def pairs_named(module: Module, name: str) -> Iterator[Node]:
    """Yield the properties of that name in the objects of a script."""
    pattern = re.compile(rf"(?<![\w$.-])[\"']?{re.escape(name)}[\"']?\s*[:,}}(]".encode())
    for match in pattern.finditer(module.script.source):
        start = match.start() + (1 if match.group()[:1] in b"\"'" else 0)
        node = module.script.at(start, start + 1)
        while node is not None and node.type in {"property_identifier", "string", "string_fragment", '"', "'"}:
            node = node.parent
        if node is not None and node.type in {"pair", "shorthand_property_identifier", "method_definition"}:
            yield node
