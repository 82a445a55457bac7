"""Jenkinsfiles: what the shell steps of a pipeline call and wait for."""

from __future__ import annotations

import re

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.commands import read
from wsdoctor.inspectors._platforms.common import environment_lookup
from wsdoctor.inspectors._platforms.spoken import Spoken, add
from wsdoctor.model.traffic import Declared

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "jenkins"
PATTERNS = ("Jenkinsfile", "Jenkinsfile.*", "*.Jenkinsfile", "*.jenkinsfile")
NEEDLES = ("sh ", "sh(")

_STEP = re.compile(
    r"(?<![\w.$])sh\s*\(?\s*(?:script\s*:\s*)?"
    r"(?:(?P<mark>\"\"\"|''')(?P<block>.*?)(?P=mark)|(?P<quote>[\"'])(?P<line>(?:\\.|(?!(?P=quote))[^\\\n])*)(?P=quote))",
    re.DOTALL,
)
_COMMENT = re.compile(r"^[ \t]*//[^\n]*", re.MULTILINE)
_SETTING = re.compile(r"(?:^|[{;])\s*(?P<name>[A-Z_][A-Z0-9_]*)\s*=\s*[\"'](?P<value>[^\"'\n]*)[\"']", re.MULTILINE)
_OWN = re.compile(r"\$\{(?:env|params)\.(\w+)\}")


def inspect(path: str, repository: Repository) -> Declared:
    """Return what the shell steps of a pipeline call."""
    found = Declared()
    source = _COMMENT.sub(lambda match: " " * len(match.group()), repository.text(path) or "")
    known = {match["name"]: match["value"] for match in _SETTING.finditer(source)}
    outer = environment_lookup(path, repository)

    def value(name: str) -> str | None:
        return known[name] if name in known else outer(name)

    for step in _STEP.finditer(source):
        kind = "block" if step["block"] is not None else "line"
        given = step[kind] if kind == "block" else re.sub(r"\\(.)", r"\1", step[kind])
        line = source.count("\n", 0, step.start(kind)) + 1
        add(found, read(_OWN.sub(r"${\1}", given), line, value), repository, path, NAME, _kind)
    return found


def _kind(spoken: Spoken) -> str:
    return "wait"
