"""What frameworks hand to code from elsewhere: contexts of React with their providers, tokens of Angular.

What is handed on in another place than the one that is read takes the place of a default.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript.modules import Module, load
from wsdoctor.inspectors._javascript.types import Code, External, Frame, Instance, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from wsdoctor.inspectors._javascript.values import Evaluator

__all__ = ["provided", "told"]

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


def told(evaluator: Evaluator, token: Value, written: Node, module: Module, depth: int) -> list[Value]:
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


def _mentioning(evaluator: Evaluator, words: str) -> list[Module]:
    """Return the scripts in which some words stand."""
    repository = evaluator.repository
    paths = [path for path in repository.named(*_COMPONENTS)[:_MAX_SEARCHED] if words in (repository.text(path) or "")]
    return [module for path in paths[:8] if (module := load(path, repository)) is not None]
