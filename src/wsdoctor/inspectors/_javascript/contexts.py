"""What frameworks hand to code from elsewhere: contexts of React, tokens of Angular, what Vue provides.

What is handed on in another place than the one that is read takes the place of a default.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript.modules import Module, load
from wsdoctor.inspectors._javascript.types import Code, External, Frame, Instance, Value
from wsdoctor.inspectors._javascript.urls import Text

if TYPE_CHECKING:
    from tree_sitter import Node

    from wsdoctor.inspectors._javascript.values import Evaluator

__all__ = ["injected", "provided"]

_COMPONENTS = ("*.tsx", "*.jsx", "*.js", "*.ts")
_MAX_SEARCHED = 400


def provided(
    evaluator: Evaluator, call: Node, default: Node, module: Module, frame: Frame, depth: int
) -> list[Value]:  # fmt: skip
    """Return what a context of React holds: what its providers say, its default where there is none."""
    declarator = call.parent
    named = declarator.child_by_field_name("name") if declarator is not None else None
    name = module.script.text(named) if named is not None and named.type == "identifier" else None
    found: list[Value] = []
    for other in _mentioning(evaluator, f"{name}.Provider") if name is not None else ():
        pattern = rf"<{re.escape(name or '')}\.Provider\b".encode()
        for match in re.finditer(pattern, other.script.source):
            element = other.script.at(match.start() + 1, match.start() + 2)
            while element is not None and not element.type.startswith("jsx_"):
                element = element.parent
            for attribute in element.named_children if element is not None else ():
                written = other.script.text(attribute)
                if attribute.type == "jsx_attribute" and re.match(r"value\s*=\s*\{", written):
                    inner = attribute.named_children[-1].named_children
                    found += [one for node in inner[:1] for one in evaluator.values(node, other, (), depth + 1)]
            if not found:
                return []
    return found or evaluator.values(default, module, frame, depth)


def injected(evaluator: Evaluator, argument: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
    """Return what ``inject`` gives: under a key of Vue, for a token of Angular, or an instance of a class."""
    values = evaluator.values(argument, module, frame, depth)
    keys = [one.text for one in values if isinstance(one, Text)]
    if keys:
        return [found for key in keys for found in _handed_on(evaluator, key, depth)]
    told = [found for one in values for found in _told(evaluator, one, argument, module, depth)]
    return told or [Instance(one, (), argument, module) for one in values if isinstance(one, (Code, External))]


def _told(evaluator: Evaluator, token: Value, written: Node, module: Module, depth: int) -> list[Value]:
    """Return what Angular injects for a token: the value that is provided, else what its factory makes."""
    if not isinstance(token, Instance) or not isinstance(token.of, External) or "InjectionToken" not in token.of.name:
        return []
    name = module.script.text(written)
    found: list[Value] = []
    for other in _mentioning(evaluator, f"provide: {name}"):
        for match in re.finditer(rf"\bprovide:\s*{re.escape(name)}\b".encode(), other.script.source):
            pair = other.script.at(match.start(), match.start() + 1)
            while pair is not None and pair.type != "object":
                pair = pair.parent
            value = other.script.property(pair, "useValue") if pair is not None else None
            if value is not None:
                found += evaluator.values(value, other, (), depth + 1)
    for option in token.arguments[1] if len(token.arguments) > 1 and not found else ():
        factory = evaluator.member([option], "factory", module, depth)
        found += [made for one in factory if isinstance(one, Code) for made in evaluator.invoke(one, (), depth + 1)]
    return found


def _handed_on(evaluator: Evaluator, key: str, depth: int) -> list[Value]:
    """Return what Vue injects under a key: what a component, a plugin or the application provides."""
    found: list[Value] = []
    for other in [*_mentioning(evaluator, "provide(", "*.vue"), *_mentioning(evaluator, "provide(")]:
        pattern = rf"\bprovide\(\s*[\"'`]{re.escape(key)}[\"'`]\s*,".encode()
        for match in re.finditer(pattern, other.script.source):
            call = other.script.at(match.start(), match.start() + 1)
            while call is not None and call.type != "call_expression":
                call = call.parent
            given = other.script.arguments(call) if call is not None else []
            found += evaluator.values(given[1], other, (), depth + 1) if len(given) > 1 else []
    return found


def _mentioning(evaluator: Evaluator, words: str, *patterns: str) -> list[Module]:
    """Return the scripts, or the files of some patterns, in which some words stand."""
    repository = evaluator.repository
    paths = [
        path
        for path in repository.named(*(patterns or _COMPONENTS))[:_MAX_SEARCHED]
        if words in (repository.text(path) or "")
    ]
    return [module for path in paths[:8] if (module := load(path, repository)) is not None]
