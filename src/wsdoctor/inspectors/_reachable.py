"""Which files a command starts, and which these import: enough to tell one process of a repository from another.

It reads import lines, resolves them within the repository and follows them; what is imported at run time only by a
name that is computed is not seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._units import runs

__all__ = ["reachable", "scripted", "started"]

_MAX_FILES = 300
_SCRIPT = re.compile(
    r"^\s*(?:exec\s+)?(?:npm|yarn|pnpm|bun)\s+(?:(?:--prefix|--cwd|-C)\s+(?P<folder>\S+)\s+)?"
    r"(?:run(?:-script)?\s+)?(?P<name>[\w:.-]+)"
)
_PYTHON = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<of>[.\w]+)[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n#]+)|"
    r"import[ \t]+(?P<plain>[\w., \t]+))",
    re.MULTILINE,
)
_SCRIPTS = re.compile(
    r"(?:\bfrom|\brequire\s*\(|\bimport\s*\(|\bimport)\s*[\"'](?P<module>\.{1,2}/[^\"'\n]+|\.{1,2})[\"']"
)
_JAVASCRIPT = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx")
_CODE = (".py", ".go", ".rb", ".sh", *_JAVASCRIPT)


def scripted(command: str, within: str, repository: Repository) -> str:
    """Return a command with the script of ``package.json`` that it runs in its place.

    Args:
        command: such as ``npm start``.
        within: folder that it is run in.
        repository: that it is in.

    """
    match = _SCRIPT.match(command)
    if match is None:
        return command
    folder = "/".join(part for part in (within, (match["folder"] or "").strip("./")) if part)
    try:
        package = json.loads(repository.text(f"{folder}/package.json" if folder else "package.json") or "")
        script = package["scripts"][match["name"]]
    except (ValueError, KeyError, TypeError):
        return command
    return script if isinstance(script, str) else command


def started(command: str, within: str, repository: Repository) -> list[str]:
    """Return the files of a folder that a command names, by path, by name or as a module."""
    words = scripted(command, within, repository).split()
    prefix = f"{within}/" if within else ""
    files = (file for file in repository.files if file.startswith(prefix) and file.endswith(_CODE))
    return [file for file in files if words and runs(words, file)][:_MAX_FILES]


def reachable(files: list[str], repository: Repository) -> frozenset[str]:
    """Return some files with all that they import, directly or not."""
    known: dict[str, None] = {}
    pending = list(files)
    while pending and len(known) < _MAX_FILES:
        file = pending.pop()
        if file not in known:
            known[file] = None
            pending += _imports(file, repository)
    return frozenset(known)


def _imports(file: str, repository: Repository) -> Iterator[str]:
    text = repository.text(file) or ""
    if file.endswith(".py"):
        for match in _PYTHON.finditer(text):
            for module in _modules(match):
                if (found := repository.resolve(file, module)) is not None:
                    yield found
    elif file.endswith(_JAVASCRIPT):
        for match in _SCRIPTS.finditer(text):
            if (found := repository.resolve(file, match["module"])) is not None:
                yield found
    elif file.endswith(".go"):
        folder = file.rpartition("/")[0]
        yield from repository.glob(f"{folder}/*.go" if folder else "*.go")


def _modules(match: re.Match[str]) -> Iterator[str]:
    """Yield the modules that an import may mean: what is imported from a package may be a module itself."""
    if match["plain"]:
        yield from (name.split()[0] for name in match["plain"].split(",") if name.split())
        return
    yield match["of"]
    joint = "" if match["of"].endswith(".") else "."
    for name in re.findall(r"\w+(?=\s*(?:,|\)|$|\sas\b))", match["names"]):
        yield f"{match['of']}{joint}{name}"
