"""Command lines that start Python programs, from wherever a repository writes them: images, manifests, scripts.

A line-wise reading that takes arrays, lists and shell alike; it knows how a command line looks, not what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._expansion import expand
from wsdoctor.inspectors._platforms.blueprints import service_starts
from wsdoctor.inspectors._platforms.nomad_tasks import command_lines
from wsdoctor.inspectors._scripts import modules_of, programs
from wsdoctor.inspectors._units import runs, services, unit_of, workloads
from wsdoctor.inspectors._values import environment
from wsdoctor.model.traffic import Location

__all__ = ["FILES", "Command", "arguments_of", "commands_in"]

FILES = (
    "Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile", "Procfile", "Procfile.*", "*.sh", "*.bash",
    "Makefile", "makefile", "justfile", "docker-compose*.y*ml", "compose*.y*ml", "*.yaml", "*.yml", "package.json",
    ".replit", "fly*.toml", "railway.toml", "railway.json", "render.yaml", "supervisord*.conf", "supervisor*.conf",
    "*.service", "nixpacks.toml", "app.json", "start", "run", "pyproject.toml", "Taskfile.y*ml",
    "*.nomad", "*.hcl",
)  # fmt: skip
"""Names of files that hold command lines."""

_PROGRAM = re.compile(
    r"(?<![\w./-])(?:/[\w./-]*/)?(?P<program>python[\d.]*|uvicorn|gunicorn|daphne|hypercorn|granian|flask|fastapi|sanic|streamlit|waitress-serve|adev)"
    r"(?![\w./-])"
)
_IMAGE_FILE = re.compile(r"(?:Dockerfile|Containerfile)(?:\..*)?|.*\.Dockerfile").fullmatch
_STARTS = re.compile(r"\s*(?:CMD|ENTRYPOINT)\b").match
_NO_COMMAND = re.compile(
    r"\binstall\b|\b(?:pip|apt|apk|add|image|language|which|command -v|name|from)\b[\s:]", re.IGNORECASE
).search
_SEPARATOR = re.compile(r"[;&|]")
_ITEM = re.compile(r"\s*-\s+(?P<item>[^\s].*)$")
_TOKEN = re.compile(r"\$\{[^}]*\}|\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s\"'\[\],|&;()]+|[|&;\]]|\]")
_TABLE = re.compile(r"(?ms)^(?:\[+(?P<name>[^\]\n]+)\]+[^\n]*\n)?(?:(?!^\[).)+")
_LISTS = re.compile(r"project\.optional-dependencies|dependency-groups|.*dependencies").fullmatch
_DEPENDENCIES = re.compile(r"(?ms)^[\w-]*(?:dependencies|requires)\s*=\s*\[.*?\]\s*$").finditer
_MAX_LINE = 4000
_MAX_SCRIPTS = 200
_MORE = ("*.conf", "*.ini", "crontab", "*.cron", "*.plist", "*.tf", "*.toml")
"""Names of more files that may start programs of the repository itself."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command line.

    Attributes:
        words: program and arguments, references to variables followed where they are known.
        variables: names of the variables that the words came from, by position.
        location: of it.
        unit: unit that it runs in.

    """

    words: tuple[str, ...]
    variables: tuple[str | None, ...]
    location: Location
    unit: str | None


def commands_in(path: str, repository: Repository) -> list[Command]:
    """Return the command lines in a file that start a Python program or a server for one."""
    kept: dict[str, list[Command]] = repository.memory.setdefault("commands", {})  # type: ignore[assignment]
    if path not in kept:
        kept[path] = list(_read(path, repository))
    return kept[path]


def arguments_of(path: str, repository: Repository) -> list[tuple[tuple[str, ...], Location]]:
    """Return the arguments that a Python file is started with, for each command line that starts it.

    Those count too of a ``__main__.py`` beside it that names it, and of programs that it is installed as.
    """
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] if name != "__main__.py" else folder.rpartition("/")[2]
    found = []
    for command, number, module in _by_program(repository).get(stem or name, ()):
        word = command.words[number]
        if runs(("-m", word) if module else (word,), path):
            found.append((command.words[number + 1 :], command.location))
    dotted = path.removesuffix(".py").replace("/", ".")
    for script, module_name in modules_of(repository).items():
        if dotted == module_name or dotted.endswith(f".{module_name}") or dotted == f"{module_name}.__init__":
            commands = _by_script(repository).get(script, ())
            found += ((command.words[1:], command.location) for command in commands)
    if name.endswith(".py") and name not in {"__main__.py", "__init__.py"}:
        started = f"{folder}/__main__.py".lstrip("/")
        if re.search(rf"\b{re.escape(stem)}\b", repository.text(started) or ""):
            found += arguments_of(started, repository)
        found += (
            (command.words[1:], command.location)
            for command in _by_script(repository).get(name, ())
            if runs((command.words[0],), path)
        )
    return found


def _by_script(repository: Repository) -> dict[str, list[Command]]:
    """Return the command lines that start programs of the repository itself, by the names of these."""
    kept: dict[str, list[Command]] | None = repository.memory.get("script commands")  # type: ignore[assignment]
    if kept is None:
        kept = {}
        wanted = (*modules_of(repository), ".py ")
        for path in repository.named(*FILES, *_MORE):
            text = repository.text(path) or ""
            if len(kept) > _MAX_SCRIPTS or not any(word in text for word in wanted):
                continue
            for number, line in _written(path, text):
                if "#" not in line and not _PROGRAM.search(line):
                    for match in programs(line, repository):
                        command = _command(
                            path, number, match.start("program"), line[match.start("program") :], repository
                        )
                        kept.setdefault(match["program"].rpartition("/")[2], []).append(command)
        repository.memory["script commands"] = kept
    return kept


def _by_program(repository: Repository) -> dict[str, list[tuple[Command, int, bool]]]:
    """Return command lines by the last part of what they start, with the position of that word."""
    if "programs" not in repository.memory:
        programs: dict[str, list[tuple[Command, int, bool]]] = {}
        for file in _files(repository):
            for command in commands_in(file, repository):
                for number, word in enumerate(command.words[1:8], 1):
                    module = command.words[number - 1] == "-m"
                    if module or word.endswith(".py"):
                        key = word.rpartition(".")[2] if module else word.rpartition("/")[2].removesuffix(".py")
                        programs.setdefault(key, []).append((command, number, module))
                        break
        repository.memory["programs"] = programs
    return repository.memory["programs"]  # type: ignore[return-value]


def _files(repository: Repository) -> list[str]:
    found = repository.memory.get("command files")
    if not isinstance(found, list):
        known = repository.named(*FILES)
        found = [path for path in known if "python" in (repository.text(path) or "")][:500]
        repository.memory["command files"] = found
    return found


def _read(path: str, repository: Repository) -> Iterator[Command]:
    text = repository.text(path)
    if text is None or not _PROGRAM.search(text):
        return
    for number, line in _written(path, text):
        if _IMAGE_FILE(path.rpartition("/")[2]) and not _STARTS(line):
            continue
        end = 0
        for match in _PROGRAM.finditer(line):
            before = line[: match.start()]
            if match.start() < end or _NO_COMMAND(re.split(r"&&|\|\||[;|]", before)[-1]) or "#" in before:
                continue
            separator = _SEPARATOR.search(line, match.end())
            end = separator.start() if separator else len(line)
            start = match.start() - (before[-1:] in {'"', "'"})
            yield _command(path, number, start, line[start:], repository)


def _written(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file that may be command lines, with their number."""
    if path.endswith((".hcl", ".nomad")):
        yield from command_lines(text)
        return
    if not path.endswith("pyproject.toml"):
        yield from _lines(text)
        return
    for table in _TABLE.finditer(text):
        if not _LISTS(table["name"] or "") and _PROGRAM.search(table.group()):
            first = text.count("\n", 0, table.start())
            lists = [(match.start(), match.end()) for match in _DEPENDENCIES(table.group())]
            offsets = _offsets(table.group())
            for number, line in _lines(table.group()):
                if not any(start <= offsets[number - 1] < end for start, end in lists):
                    yield first + number, line


def _offsets(text: str) -> list[int]:
    found = [0]
    for line in text.split("\n"):
        found.append(found[-1] + len(line) + 1)
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield lines with their number; continued lines, and the items of a list under one key, become one line."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line, first = lines[at], at
        if line.lstrip().startswith(("#", "//")):
            at += 1
            continue
        while line.rstrip().endswith("\\") and at + 1 < len(lines) and len(line) < _MAX_LINE:
            at += 1
            line = line.rstrip()[:-1] + " " + lines[at].strip()
        if (
            (item := _ITEM.match(line))
            and _PROGRAM.match(item["item"].strip("\"'"))
            and " " not in item["item"].strip()
        ):
            indent = len(line) - len(line.lstrip())
            while at + 1 < len(lines) and (more := _ITEM.match(lines[at + 1])) and len(line) < _MAX_LINE:
                if len(lines[at + 1]) - len(lines[at + 1].lstrip()) != indent:
                    break
                at += 1
                line += " " + more["item"].strip()
        elif re.search(r"[\[,]\s*$", line) and _PROGRAM.search(line):
            while at + 1 < len(lines) and "]" not in line and len(line) < _MAX_LINE:
                at += 1
                line += " " + lines[at].strip()
        yield first + 1, line[:_MAX_LINE]
        at += 1


def _command(path: str, number: int, column: int, text: str, repository: Repository) -> Command:
    unit, near = _unit(path, number, repository)
    known = environment(repository)
    words: list[str] = []
    variables: list[str | None] = []
    for token in _TOKEN.findall(text):
        if token in {"|", "&", ";", "]"} or token.startswith("#"):
            break
        word = token[1:-1] if token[:1] in "\"'" and token[-1:] == token[:1] and len(token) > 1 else token.strip("\"'")
        reference = re.search(r"\$\{?([A-Za-z_]\w*)", word)

        def lookup(name: str) -> str | None:
            value = known.value(name, unit, near)
            return value[0] if value else None

        words += expand(word, lookup).split() or [""]
        variables += [reference[1] if reference else None] * (len(words) - len(variables))
    return Command(tuple(words[:60]), tuple(variables[:60]), repository.location(path, number, column + 1), unit)


def _unit(path: str, line: int, repository: Repository) -> tuple[str | None, str]:
    """Return the unit of a line, and the path that tells what is set for it.

    In files that hold several units it is the one that begins last before the line.
    """
    starts = [(service.line, service.name, path) for service in services(repository) if service.file == path]
    starts += [(one.location.line, one.unit, path) for one in workloads(repository) if one.file == path]
    name = path.rpartition("/")[2]
    if name.startswith("render."):
        told = service_starts(path, repository)
        starts += ((first, unit, f"{within}/{name}".lstrip("/")) for first, unit, within in told if unit is not None)
    before = [start for start in starts if start[0] <= line]
    return max(before)[1:] if before else (unit_of(path, repository), path)
