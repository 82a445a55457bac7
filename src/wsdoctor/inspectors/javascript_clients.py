"""Connections that JavaScript and TypeScript open: fetch, axios, XMLHttpRequest, EventSource, WebSocket."""

from __future__ import annotations

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._checks import as_checks
from wsdoctor.inspectors._javascript.callers import SCRIPTS, callers, location
from wsdoctor.inspectors._javascript.candidates import NEEDLES, worth_reading
from wsdoctor.inspectors._javascript.modules import is_test, load
from wsdoctor.inspectors._javascript.values import Evaluator
from wsdoctor.model.traffic import Declared, Note

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "javascript clients"
PATTERNS = tuple(f"*.{suffix}" for suffix in SCRIPTS)

_MAX_NOTES = 5


def inspect(path: str, repository: Repository) -> Declared:
    """Return the connections that a script opens."""
    found = Declared()
    if is_test(path) or path.endswith(".d.ts"):
        return found
    if not worth_reading((repository.text(path) or "").encode()):
        return found
    module = load(path, repository)
    if module is None:
        return found
    evaluator = Evaluator(repository)
    found.callers = as_checks(list(callers(module, repository, evaluator)), path, repository)
    for name, place in list(evaluator.unset.items())[:_MAX_NOTES]:
        words = f"no file of the repository sets {name}, so where it leads to could not be followed"
        found.notes.append(Note(location(place, repository), words))
    return found
