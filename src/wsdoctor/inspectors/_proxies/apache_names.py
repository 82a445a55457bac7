"""Names that one file of an Apache configuration defines and another uses: `Define` counts for all that is read.

It knows neither blocks nor the order of includes; a name counts where the files beside agree on what it is.
"""

from __future__ import annotations

import re

from wsdoctor.inspectors._base import Repository

__all__ = ["defined_beside"]

_DEFINE = re.compile(r"^[ \t]*(?:Define|define)[ \t]+(?P<name>\w+)[ \t]+\"?(?P<value>[^\s\"]+)", re.MULTILINE)
_EXPORT = re.compile(r"^[ \t]*export[ \t]+(?P<name>\w+)=\"?(?P<value>[^\s\"$]+)", re.MULTILINE)
_FILES = ("*.conf", "*.vhost", "envvars", "*apache*", "*httpd*")
_FOLDERS = ("*/sites-available/*", "*/sites-enabled/*", "*/conf-available/*", "*/conf-enabled/*")


def defined_beside(path: str, repository: Repository) -> dict[str, str]:
    """Return the names that other files define which share a configuration's outermost folder, if they agree."""
    top = path.partition("/")[0] if "/" in path else ""
    known: dict[str, dict[str, str]] = repository.memory.setdefault("apache names", {})  # type: ignore[assignment]
    if top not in known:
        found: dict[str, set[str]] = {}
        paths = {
            *repository.named(*_FILES),
            *(each for folder in _FOLDERS for each in repository.glob(f"**{folder[1:]}")),
        }
        for other in sorted(paths):
            if other.partition("/")[0] != top and "/" in other:
                continue
            text = repository.text(other) or ""
            for match in (_EXPORT if other.endswith("envvars") else _DEFINE).finditer(text):
                found.setdefault(match["name"], set()).add(match["value"])
        known[top] = {name: values.pop() for name, values in found.items() if len(values) == 1}
    return known[top]
