"""Shell scripts, Makefiles, justfiles and scripts of `package.json`: calls, waits and checks that they make."""

from __future__ import annotations

import re

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._checks import as_checks, units_of_checks
from wsdoctor.inspectors._platforms.commands import read
from wsdoctor.inspectors._platforms.common import documents, environment_lookup
from wsdoctor.inspectors._platforms.spoken import Spoken, add
from wsdoctor.inspectors._schedules import scheduled
from wsdoctor.inspectors._units import unit_of
from wsdoctor.inspectors._values import environment
from wsdoctor.model.traffic import Declared
from wsdoctor.syntax._tree import Mapping, Scalar, find

__all__ = ["NAME", "PATTERNS", "inspect"]

NAME = "shell"
PATTERNS = (
    "*.sh", "*.bash", "*.zsh", "*.ksh", "Makefile", "makefile", "GNUmakefile", "*.mk", "justfile", "Justfile",
    ".justfile", "package.json", "Procfile", "Procfile.*", "healthcheck", "health-check", "entrypoint", "wait-for-*",
    "start", "run", "bin/*", "*/bin/*", "*.bats", "user-data", "user_data", "*.sh.tpl",
)  # fmt: skip

_HEALTH = re.compile(r"health|probe|alive|liveness|readiness|watchdog|monitor|keep-?alive", re.IGNORECASE)
_MAKE_VARIABLE = re.compile(r"\$\((?P<name>[A-Za-z_]\w*)\)")
_MAKE_SETTING = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*(?:\?|:|::|\+)?=\s*(?P<value>[^#]*)")
_TARGET = re.compile(r"(?P<name>[^\s:#=]+)\s*:(?!=)")
_PROCESS = re.compile(r"(?P<name>[\w-]+):\s*(?P<command>.+)")
_SHEBANG = re.compile(r"#!.*\b(?:ba|da|a|z|k)?sh\b|#!.*\bjust\b")


def inspect(path: str, repository: Repository) -> Declared:
    """Return what the commands of a file call."""
    found = Declared()
    name = path.rpartition("/")[2]
    source = repository.text(path) or ""
    if name == "package.json":
        _package(path, repository, found)
    elif name.lower() in {"makefile", "gnumakefile"} or name.endswith(".mk"):
        _makefile(source, path, repository, found)
    elif name.startswith("Procfile"):
        for number, line in enumerate(source.split("\n"), 1):
            if (match := _PROCESS.fullmatch(line.rstrip())) is not None:
                _add(match["command"], number, path, repository, found, "shell", match["name"])
    elif name.lower().endswith("justfile"):
        _add(_shelled(source), 1, path, repository, found, "shell", name)
    elif "." in name or _SHEBANG.match(source):
        _add(source, 1, path, repository, found, "shell", name)
    return found


def _add(text: str, line: int, path: str, repository: Repository, found: Declared, product: str, name: str) -> None:
    unit = unit_of(path, repository)
    done = read(text, line, environment_lookup(path, repository, unit))
    for one in units_of_checks(path, repository) if not done.spoken and name == path.rpartition("/")[2] else ():
        with environment(repository).seen_from(one):
            done.spoken += read(text, line, environment_lookup(path, repository, unit)).spoken
    if not done:
        return
    clock = scheduled(path, repository) if name == path.rpartition("/")[2] else None
    checks = clock is not None or _HEALTH.search(name) is not None

    def kind(spoken: Spoken) -> str:
        if checks or (spoken.waits and spoken.period and _endless(text)):
            return "health-check"
        return "wait" if spoken.waits or re.search(r"wait|ready|smoke|start", name, re.IGNORECASE) else "client-code"

    before = len(found.callers)
    add(found, done, repository, path, product, kind, unit=unit, period=clock)
    task = None if name == path.rpartition("/")[2] else name
    found.callers[before:] = as_checks(found.callers[before:], path, repository, task)


def _shelled(justfile: str) -> str:
    """Return a justfile with its variables as those of a shell, line for line."""
    text = re.sub(r"^(\s+)@", r"\1", justfile, flags=re.MULTILINE)
    text = re.sub(r"^(?:export\s+)?([A-Za-z_]\w*)\s*:=\s*", r"\1=", text, flags=re.MULTILINE)
    return re.sub(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}", r"${\1}", text)


def _endless(text: str) -> bool:
    return re.search(r"\bwhile\s+(?:true|:|\[ 1 \])\s*(?:;|\n)", text) is not None and "break" not in text


def _makefile(source: str, path: str, repository: Repository, found: Declared) -> None:
    target = ""
    settings: list[str] = []
    lines = source.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        first = at
        at += 1
        if line.startswith("\t"):
            recipe = [line]
            while recipe[-1].rstrip().endswith("\\") and at < len(lines):
                recipe.append(lines[at])
                at += 1
            text = "\n".join(recipe).lstrip("\t @-+")
            text = _MAKE_VARIABLE.sub(r"${\g<name>}", text).replace("$$", "$")
            before = "; ".join(settings)
            _add(f"{before}; {text}" if before else text, first + 1, path, repository, found, "make", target)
        elif (setting := _MAKE_SETTING.match(line.removeprefix("export ").strip())) is not None:
            value = _MAKE_VARIABLE.sub(r"${\g<name>}", setting["value"].strip())
            settings.append(f'{setting["name"]}="{value}"')
        elif (match := _TARGET.match(line)) is not None:
            target = match["name"]


def _package(path: str, repository: Repository, found: Declared) -> None:
    for document in documents(path, repository):
        scripts = find(document, "scripts")
        for pair in scripts.all_pairs() if isinstance(scripts, Mapping) else ():
            if isinstance(pair.value, Scalar):
                _add(pair.value.text, pair.line, path, repository, found, "shell", pair.key.text)
