"""Connections that JavaScript and TypeScript open: fetch, axios, XMLHttpRequest, EventSource, WebSocket."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._checks import as_checks, units_of_checks
from wsdoctor.inspectors._javascript.callers import SCRIPTS, callers, location
from wsdoctor.inspectors._javascript.modules import Module, is_test, load, pages_of, resolve
from wsdoctor.inspectors._javascript.values import Evaluator
from wsdoctor.inspectors._javascript.worth import NEEDLES, worth_reading
from wsdoctor.inspectors._values import environment
from wsdoctor.model.traffic import Caller, Declared, Note

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect", "worth"]

NAME = "javascript clients"
PATTERNS = tuple(f"*.{suffix}" for suffix in SCRIPTS)

_MAX_NOTES = 5
_SETS_UP = re.compile(r"(?:set-?up|start|wait|boot)[\w-]*\.[cm]?[jt]s$", re.IGNORECASE).search
_RUNNERS = ("jest.config.*", "vitest.config.*", "playwright.config.*", "package.json")
"""Where what runs tests is told a script to run before them."""


def worth(path: str, raw: bytes) -> bool:
    """Say whether anything in the bytes of a script may open a connection to a port."""
    if _is_left_out(path) and not _SETS_UP(path):
        return False
    return worth_reading(raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in raw else raw)


def inspect(path: str, repository: Repository) -> Declared:
    """Return the connections that a script opens."""
    found = Declared()
    if (_is_left_out(path) and not _sets_up(path, repository)) or not worth_reading(
        (repository.text(path) or "").encode(), partial(_own, path, repository)
    ):
        return found
    module = load(path, repository)
    if module is None:
        return found
    evaluator = Evaluator(repository)
    sent = [*_seen_from_units(module, repository)] or list(callers(module, repository, evaluator))
    found.callers = as_checks(sent, path, repository)
    for name, place in list(evaluator.unset.items())[:_MAX_NOTES]:
        words = f"no file of the repository sets {name}, so where it leads to could not be followed"
        found.notes.append(Note(location(place, repository), words))
    return found


def _seen_from_units(module: Module, repository: Repository) -> Iterator[Caller]:
    """Yield the connections of a script that several units run as a check, as each of them sees it."""
    for unit in units_of_checks(module.path, repository):
        with environment(repository).seen_from(unit):
            yield from callers(replace(module, values={}, given={}, memory={}), repository, Evaluator(repository))


def _is_left_out(path: str) -> bool:
    return path.endswith(".d.ts") or is_test(path)


def _sets_up(path: str, repository: Repository) -> bool:
    """Say whether a script is run before tests, to wait for what is started for them, as a configuration says."""
    if not _SETS_UP(path):
        return False
    name = path.rpartition("/")[2].rpartition(".")[0]
    texts = (repository.text(one) or "" for one in repository.named(*_RUNNERS))
    return any("globalSetup" in text and name in text for text in texts)


def _own(path: str, repository: Repository, name: str) -> bool:
    """Say whether a library's name may stand in a script for something of the repository itself."""
    return resolve(path, name, repository) is not None or bool(pages_of(path, repository))
