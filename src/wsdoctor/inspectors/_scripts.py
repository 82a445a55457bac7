"""Programs that a Python project installs under names of their own, and the command lines that start them so.

``kestrel-stream = "kestrel.stream:cli"`` in ``pyproject.toml``, and ``ExecStart=/opt/kestrel/bin/kestrel-stream --port
8900`` elsewhere. A file that starts itself, as ``./stream.py --port 8900``, is such a program as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from wsdoctor.inspectors._base import Repository

__all__ = ["FILES", "modules_of", "programs"]

FILES = ("pyproject.toml", "setup.cfg", "setup.py")
"""Files that give names to programs."""
_MAX_NAMES = 50

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


def modules_of(repository: Repository) -> Mapping[str, str]:
    """Return the module that each installed program runs; a name that two projects install is left out."""
    kept = repository.memory.get("installed commands")
    if not isinstance(kept, dict):
        found: dict[str, set[str]] = {}
        for name, module in _entries(repository):
            found.setdefault(name, set()).add(module)
        kept = {name: next(iter(modules)) for name, modules in found.items() if len(modules) == 1}
        repository.memory["installed commands"] = kept
    return kept


def programs(line: str, repository: Repository) -> Iterator[re.Match[str]]:
    """Yield where a line starts a program of the repository and gives it an option."""
    names = repository.memory.get("python script names")
    if not isinstance(names, re.Pattern):
        known = "|".join(re.escape(name) for name in sorted(modules_of(repository), key=len, reverse=True)[:_MAX_NAMES])
        own = rf"|(?:[\w.~-]*/)*(?:{known})" if known else ""
        names = re.compile(
            rf"(?:(?<=[\s\"'=\[:&;|(@-])|^)(?P<program>(?:[\w.~-]*/)+[\w-]+\.py{own})(?=[\"'\s,])(?=[^&;|#]*[\s\"']--?[a-zA-Z])"
        )
        repository.memory["python script names"] = names
    return names.finditer(line)


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
