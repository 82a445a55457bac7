"""Next.js: rewrites, which hand requests on with their upgrade, and redirects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript.modules import Module, load
from wsdoctor.inspectors._javascript.proxies import Entry, hop
from wsdoctor.inspectors._javascript.tree import pairs_named
from wsdoctor.inspectors._javascript.values import Evaluator
from wsdoctor.model.traffic import Declared, Hop

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "next"
PATTERNS = ("next.config.js", "next.config.mjs", "next.config.ts", "next.config.cjs", "rewrites.js", "redirects.js")
NEEDLES = ("destination",)

_CONDITIONS = ("has", "missing")
"""What a rewrite asks for beside its path; one of all paths that asks for nothing takes what no page answers."""


def inspect(path: str, repository: Repository) -> Declared:
    """Return rewrites and redirects as hops."""
    found = Declared()
    module = load(path, repository)
    if module is not None:
        found.hops += _hops(module, repository)
    return found


def _hops(module: Module, repository: Repository) -> Iterator[Hop]:
    evaluator = Evaluator(repository)
    for pair in pairs_named(module, "destination"):
        owner = pair.parent
        if owner is None or owner.type != "object":
            continue
        source = module.script.property(owner, "source")
        path = next((text.text for text in evaluator.texts(source, module)), None)
        inner = pair.child_by_field_name("value") if pair.type == "pair" else pair
        for target in evaluator.texts(inner, module):
            redirects = _redirects(owner, module)
            entry = Entry(path, target, owner, module, sends=("redirect",) if redirects else (), rewrites=True)
            found = hop(entry, "next", repository, listens=(3000,), always=True)
            if found is not None and redirects:
                yield replace(found, websocket=False, forwards_upgrade=False)
            elif found is not None:
                all_pages = found.path == "/" and not any(module.script.property(owner, name) for name in _CONDITIONS)
                yield replace(found, websocket=False) if all_pages else found


def _redirects(owner: Node, module: Module) -> bool:
    if (
        module.script.property(owner, "permanent") is not None
        or module.script.property(owner, "statusCode") is not None
    ):
        return True
    up: Node | None = owner
    while up is not None:
        key = up.child_by_field_name("name") or up.child_by_field_name("key")
        if up.type in {"method_definition", "pair", "function_declaration"} and key is not None:
            name = module.script.text(key)
            if name in {"rewrites", "redirects"}:
                return name == "redirects"
        up = up.parent
    return False
