"""Scripts of package.json that wait for a port or call it, what Playwright waits for, and where Cypress goes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._checks import as_checks
from wsdoctor.inspectors._javascript.callers import location
from wsdoctor.inspectors._javascript.modules import Module, load
from wsdoctor.inspectors._javascript.tree import pairs_named
from wsdoctor.inspectors._javascript.urls import Text, split
from wsdoctor.inspectors._javascript.values import Evaluator
from wsdoctor.inspectors._platforms.commands import read
from wsdoctor.inspectors._platforms.spoken import Spoken, add
from wsdoctor.inspectors._units import unit_of
from wsdoctor.inspectors._values import environment
from wsdoctor.model.traffic import Address, Caller, Declared
from wsdoctor.syntax.javascript import unquote

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "node scripts"
PATTERNS = ("package.json", "playwright.config.*", "playwright-ct.config.*", "cypress.config.*", "cypress.json")
NEEDLES = ("wait", "curl", "server-and-test", "wget", "webServer", "open-cli", "http ", "baseUrl")

_STEP = re.compile(r"\bcy\s*\.\s*(?P<step>visit|request)\(\s*[\"'`](?P<path>/[^\"'`$]*)[\"'`]\s*[,)]")
_STEPS = {"visit": ("browser", "navigation"), "request": ("node", "client-code")}
_REFUSED = "426"
"""What a specification expects that knows whom it asks."""
_MAX_SPECIFICATIONS = 200
_QUOTED = re.compile(r"'([^']+)'|\"([^\"]+)\"")


def inspect(path: str, repository: Repository) -> Declared:
    """Return what the scripts of a package, or its end-to-end tests, connect to before anything else."""
    found = Declared()
    module = load(path, repository)
    if module is None:
        return found
    if path.rpartition("/")[2] == "package.json":
        _scripts(module, repository, found)
    elif path.rpartition("/")[2].startswith("cypress"):
        found.callers += _visits(module, repository)
    else:
        found.callers += _waits(module, repository)
    return found


def _scripts(module: Module, repository: Repository, found: Declared) -> None:
    unit = unit_of(module.path, repository)
    values = environment(repository)

    def value(name: str) -> str | None:
        known = values.value(name, unit, module.path)
        return known[0] if known is not None else None

    for pair in pairs_named(module, "scripts"):
        node = pair.child_by_field_name("value")
        for script in node.named_children if node is not None and node.type == "object" else ():
            inner = script.child_by_field_name("value")
            if inner is None or inner.type != "string":
                continue
            text = _written(module.script.text(inner))
            line, _, _ = module.script.place(inner)
            task = script.child_by_field_name("key")
            before = len(found.callers)
            for part in [text, *_nested(text)]:
                add(found, read(part, line, value), repository, module.path, "shell", _kind, unit=unit)
            name = _written(module.script.text(task)) if task is not None else ""
            found.callers[before:] = as_checks(found.callers[before:], module.path, repository, name)


def _written(literal: str) -> str:
    try:
        return str(json.loads(literal))
    except ValueError:
        return unquote(literal[1:-1])


def _nested(text: str) -> Iterator[str]:
    """Yield the commands that tools run side by side."""
    if "concurrently" in text or "run-p" in text or "server-test" in text:
        for match in _QUOTED.finditer(text):
            yield match[1] or match[2]


def _kind(spoken: Spoken) -> str:
    return "wait" if spoken.waits or spoken.sent.waits else "client-code"


def _visits(module: Module, repository: Repository) -> Iterator[Caller]:
    """Yield where the specifications of Cypress go from its base, the first of each kind."""
    evaluator = Evaluator(repository)
    unit = unit_of(module.path, repository)
    bases = [inner for pair in pairs_named(module, "baseUrl") if (inner := pair.child_by_field_name("value"))]
    for text in [text for inner in bases for text in evaluator.texts(inner, module)]:
        url = split(text.text)
        if url is None or url.port is None or url.scheme not in {"http", "https"}:
            continue
        for step, (path, line, asked) in _steps(module.path, repository).items():
            place = text.places[-1] if text.places else (module.path, *module.script.place(bases[0]))
            yield Caller(
                *_STEPS[step], url.scheme, Address(url.host, url.port, unit), location(place, repository),
                path=(url.path or "").rstrip("/") + asked, method="GET", also=(repository.location(path, line),),
                unit=unit, sure=0.8,
            )  # fmt: skip


def _steps(path: str, repository: Repository) -> dict[str, tuple[str, int, str]]:
    """Return file, line and path of the first step of each kind in the specifications beside a configuration."""
    start = path.rpartition("/")[0]
    found: dict[str, tuple[str, int, str]] = {}
    files = [one for one in repository.named("*.cy.*", "*.spec.*") if one.startswith(start)]
    for file in files[:_MAX_SPECIFICATIONS]:
        source = repository.text(file) or ""
        for match in _STEP.finditer(source) if _REFUSED not in source else ():
            found.setdefault(match["step"], (file, source.count("\n", 0, match.start()) + 1, match["path"]))
    return found


def _waits(module: Module, repository: Repository) -> Iterator[Caller]:
    """Yield what Playwright asks until its server answers."""
    evaluator = Evaluator(repository)
    for pair in pairs_named(module, "webServer"):
        inner = pair.child_by_field_name("value")
        values = evaluator.values(inner, module) if inner is not None else []
        values += evaluator.elements(values, 0)
        for key, protocol in (("url", "http"), ("port", "tcp")):
            for text in evaluator.member(values, key, module, 0):
                if not isinstance(text, Text):
                    continue
                url = split(text.text if protocol == "http" else f"//localhost:{text.text}")
                if url is None or url.port is None or url.scheme not in {"", "http", "https"}:
                    continue
                line, column, end = module.script.place(pair)
                place = text.places[-1] if text.places and text.places[-1][0] == module.path else None
                unit = unit_of(module.path, repository)
                yield Caller(
                    product="playwright",
                    kind="wait",
                    protocol=(url.scheme or "http") if protocol == "http" else "tcp",
                    to=Address(url.host, url.port, unit),
                    location=location(place or (module.path, line, column, end), repository),
                    path=url.path if protocol == "http" else None,
                    method="GET" if protocol == "http" else None,
                    unit=unit,
                    sure=0.85,
                )
