"""Servers whose configuration names their port: Spring Boot and Puma, so that nothing else is taken for them.

What they speak is not told by the line that names their port, so they are said to speak both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Declared, Listener

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "other servers"
PATTERNS = (
    "application.properties", "application-*.properties", "application.yml", "application.yaml", "application-*.yml",
    "application-*.yaml", "puma.rb",
)  # fmt: skip
NEEDLES = ("port",)

SURE = 0.6
_PROPERTY = re.compile(r"^\s*server\.port\s*[=:]\s*(?:\$\{[^:}\n]+:)?(?P<port>\d{2,5})\b", re.MULTILINE)
_SECTION = re.compile(
    r"^server:[ \t]*\n(?:[ \t]+.*\n){0,20}?[ \t]+port:\s*[\"']?(?:\$\{[^:}\n]+:)?(?P<port>\d{2,5})\b", re.MULTILINE
)
_PUMA = re.compile(r"^\s*port\s+(?:ENV\S*[^\d\n]*)?(?P<port>\d{2,5})\b", re.MULTILINE)
_FORMS: Mapping[str, tuple[str, re.Pattern[str]]] = MappingProxyType(
    {
        "properties": ("spring-boot", _PROPERTY),
        "yml": ("spring-boot", _SECTION),
        "yaml": ("spring-boot", _SECTION),
        "rb": ("puma", _PUMA),
    }
)
_TESTS = re.compile(r"(?:^|/)(?:tests?|benches|examples)/")


def inspect(path: str, repository: Repository) -> Declared:
    """Return where a server listens by its configuration."""
    found = Declared()
    text = repository.text(path) or ""
    framework, form = _FORMS[path.rpartition(".")[2]]
    for match in () if _TESTS.search(path) else form.finditer(text):
        port = int(match["port"])
        if port < 65536:
            at = repository.location(path, text.count("\n", 0, match.start("port")) + 1)
            found.listeners.append(Listener(port, "both", at, framework, unit_of(path, repository), sure=SURE))
    return found
