"""Settings that scripts read from JSON files when they run: by ``JSON.parse``, or with the package ``config``.

What is imported or required is a module as any other; here the name of the file is found in the call that reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript.modules import Module, shared
from wsdoctor.inspectors._javascript.names import exported
from wsdoctor.inspectors._javascript.types import Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from wsdoctor.inspectors._javascript.values import Evaluator

__all__ = ["configured", "parsed"]

_NAME = re.compile(r"[\w./ -]*\w\.json")
_DEFAULTS = ("default.json", "default.js", "default.ts", "default.cjs", "default.mjs")


def parsed(evaluator: Evaluator, argument: Node, module: Module, depth: int) -> list[Value]:
    """Return what ``JSON.parse`` gives for the text of a file that its argument, or what it was made of, names."""
    for written in _names(evaluator, argument, module, depth):
        tail = written.lstrip("./")
        known = [
            path
            for path in evaluator.repository.named(written.rpartition("/")[2])
            if path == tail or path.endswith(f"/{tail}")
        ]
        for path in sorted(known, key=lambda path: (-shared(path, module.path), len(path)))[:1]:
            return exported(evaluator, path, "default", depth + 1)
    return []


def _names(evaluator: Evaluator, argument: Node, module: Module, depth: int) -> Iterator[str]:
    pending = [argument]
    looked = 0
    while pending and looked < 60:
        node = pending.pop(0)
        looked += 1
        if node.type in {"string", "template_string", "identifier"}:
            for text in evaluator.texts(node, module, (), depth):
                if _NAME.fullmatch(text.text):
                    yield text.text
        if node.type == "identifier":
            binding = module.script.lookup(node, module.script.text(node))
            if binding is not None and binding.kind == "value" and binding.node.id != node.id:
                pending.append(binding.node)
        pending += node.named_children


def configured(evaluator: Evaluator, key: str, module: Module, depth: int) -> list[Value]:
    """Return what the package ``config`` has under a dotted key, by the file of its defaults."""
    folders = [path for path in evaluator.repository.named(*_DEFAULTS) if path.split("/")[-2:-1] == ["config"]]
    for path in sorted(folders, key=lambda path: (-shared(path, module.path), len(path))):
        found = exported(evaluator, path, "default", depth + 1)
        for step in key.split("."):
            found = evaluator.member(found, step, module, depth)
        if found:
            return found
    return []
