"""Programs that a Python project installs under names of their own, and the command lines that start them so.

``kestrel-stream = "kestrel.stream:cli"`` in ``pyproject.toml``, and ``ExecStart=/opt/kestrel/bin/kestrel-stream --port
8900`` elsewhere. A file that starts itself, as ``./stream.py --port 8900``, is such a program as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from wsdoctor.inspectors._base import Repository

__all__ = ["FILES", "modules_of", "programs"]

FILES = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile")
"""Files that give names to programs."""
_ENTRY = re.compile(
    r"(?m)^[\s\"',\[]*(?P<name>\w[\w.-]*)[\"']?\s*=\s*[\"']?(?P<module>[A-Za-z_][\w.]*):(?P<function>[A-Za-z_]\w*)"
    r"(?:\.\w+)*[\"']?\s*(?=[,\]#\n]|$)"
).finditer
_IN_ONE_LINE = re.compile(
    r"[\"'](?P<name>\w[\w.-]*)\s*=\s*(?P<module>[A-Za-z_][\w.]*):(?P<function>[A-Za-z_]\w*)[\"']"
).finditer
_MAX_NAMES = 50


def modules_of(repository: Repository) -> Mapping[str, str]:
    """Return the dotted names of the modules that programs of a repository start, by the names of the programs."""
    kept: dict[str, str] | None = repository.memory.get("python scripts")  # type: ignore[assignment]
    if kept is None:
        kept = {}
        for path in repository.named(*FILES):
            text = repository.text(path) or ""
            if "script" in text:
                for match in (*_ENTRY(text), *_IN_ONE_LINE(text)):
                    kept.setdefault(match["name"], match["module"])
        repository.memory["python scripts"] = kept
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
