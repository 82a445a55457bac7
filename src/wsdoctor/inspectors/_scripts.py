"""Commands that a Python project installs: the names in its metadata, with the module that each of them runs.

``[project.scripts]`` of pyproject.toml, those of Poetry, and ``console_scripts`` of setup.cfg and setup.py. Only lines
are looked at; `_commands` drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from wsdoctor.inspectors._base import Repository

__all__ = ["scripts"]

_SECTION = re.compile(r"(?m)^[ \t]*\[(?P<name>[^\]\n]+)\]").finditer
_TABLES = frozenset(("project.scripts", "project.gui-scripts", "tool.poetry.scripts", "tool.flit.scripts"))
_ENTRY = re.compile(
    r"(?m)(?:^|[\"'\[,])[ \t]*[\"']?(?P<name>[A-Za-z][\w.-]*)[\"']?[ \t]*=[ \t]*"
    r"(?:\{[^}\n]*?(?:callable|reference)[ \t]*=[ \t]*)?"
    r"[\"']?(?P<module>[A-Za-z_][\w.]*)[ \t]*:[ \t]*[A-Za-z_]"
).finditer
_CONSOLE = re.compile(
    r"(?:console|gui)_scripts[\"']?[ \t]*[:=](?P<entries>[ \t]*\[[^\]]*\]|[ \t]*\n(?:[ \t]+[^\s\[][^\n]*(?:\n|\Z))+)"
)


def scripts(repository: Repository) -> Mapping[str, str]:
    """Return the module that each installed command runs; a name that two projects install is left out."""
    kept = repository.memory.get("installed commands")
    if not isinstance(kept, dict):
        found: dict[str, set[str]] = {}
        for name, module in _entries(repository):
            found.setdefault(name, set()).add(module)
        kept = {name: next(iter(modules)) for name, modules in found.items() if len(modules) == 1}
        repository.memory["installed commands"] = kept
    return kept


def _entries(repository: Repository) -> Iterator[tuple[str, str]]:
    for path in repository.named("pyproject.toml"):
        text = repository.text(path) or ""
        marks = list(_SECTION(text))
        for mark, after in zip(marks, [*marks[1:], None], strict=True):
            if mark["name"].replace(" ", "").replace('"', "") in _TABLES:
                body = text[mark.end() : after.start() if after is not None else None]
                yield from ((entry["name"], entry["module"]) for entry in _ENTRY(body))
    for path in repository.named("setup.cfg", "setup.py"):
        for found in _CONSOLE.finditer(repository.text(path) or ""):
            yield from ((entry["name"], entry["module"]) for entry in _ENTRY(found["entries"]))
