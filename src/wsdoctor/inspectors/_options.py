"""Options that the command lines of a unit give to its program: of compose services, workloads, images and services.

A program that is compiled is not named by its source file, so it is found by the unit that it runs in, or, for a
service of a machine, by the name of the folder or project that it is built from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._expansion import expand, is_open
from wsdoctor.inspectors._outline import entry, words
from wsdoctor.inspectors._settings_files import project_of
from wsdoctor.inspectors._units import instructions, services, unit_of, workloads
from wsdoctor.inspectors._values import environment
from wsdoctor.model.traffic import Location

__all__ = ["option"]

_EXEC = re.compile(r"^ExecStart=[^\S\n]*(?P<command>\S(?:.*\\\n)*.*)", re.MULTILINE)
_PROCESS = re.compile(r"^[\w-]+:[^\S\n]*(?P<command>\S.*)", re.MULTILINE)
_QUOTES = re.compile(r"[\"',\[\]]+")
_IMAGE = frozenset(("ENTRYPOINT", "CMD"))
_REPLACED = {"command": frozenset(("CMD",)), "entrypoint": _IMAGE}
"""What of an image a key of a compose service replaces."""
_REPLACED_IN_PODS = {"args": frozenset(("CMD",)), "command": _IMAGE}
"""The same of a container of Kubernetes."""
_TITLE = re.compile(r"^(?:name\s*=\s*\"|module\s+)(?P<name>[\w./-]+)", re.MULTILINE)


def option(names: Iterable[str], path: str, repository: Repository) -> tuple[str, Location] | None:
    """Return what command lines give to an option of the program that a file is part of, None where they differ.

    Args:
        names: of the option without dashes; one letter is a short option.
        path: of the file.
        repository: that it is in.

    """
    wanted = "|".join(re.escape(name) for name in names if name)
    if not wanted:
        return None
    pattern = re.compile(rf"(?<!\S)--?(?:{wanted})(?:=|\s+)(?P<value>[^\s-]\S*)")
    found: dict[str, Location] = {}
    for command, location in _commands(path, repository):
        given = [match["value"] for match in pattern.finditer(_QUOTES.sub(" ", command))]
        found.update((value, location) for value in given if not is_open(value))
        if not given and location.file.endswith(".service"):
            return None
    return next(iter(found.items())) if len(found) == 1 else None


def _commands(path: str, repository: Repository) -> list[tuple[str, Location]]:
    kept: dict[tuple[str | None, str], list[tuple[str, Location]]] = repository.memory.setdefault("options", {})  # type: ignore[assignment]
    key = unit_of(path, repository), project_of(path, repository)
    if key not in kept:
        known = environment(repository)

        def value(name: str) -> str | None:
            found = known.value(name, key[0], path)
            return found[0] if found is not None else None

        kept[key] = [(expand(command, value), place) for command, place in _written(*key, repository)]
    return kept[key]


def _written(unit: str | None, project: str, repository: Repository) -> Iterator[tuple[str, Location]]:
    replaced: set[str] = set()
    for service in services(repository):
        if service.name == unit:
            replaced.update(*(gone for key, gone in _REPLACED.items() if entry(service.node, key)))
            yield " ".join(service.command), repository.location(service.file, service.line)
    for container in workloads(repository):
        if container.unit == unit:
            replaced.update(*(gone for key, gone in _REPLACED_IN_PODS.items() if entry(container.node, key)))
            texts = [str(word) for key in ("command", "args") for word in words(entry(container.node, key))]
            yield " ".join(texts), container.location
    for file in repository.named("Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile"):
        if unit_of(file, repository) == unit and project_of(file, repository) == project:
            for name, (rest, line) in _of_image(repository.text(file) or "").items():
                if name not in replaced:
                    yield rest, repository.location(file, line)
    programs = _programs(project, repository)
    for file in repository.named("*.service", "Procfile", "Procfile.*"):
        text = repository.text(file) or ""
        for match in (_EXEC if file.endswith(".service") else _PROCESS).finditer(text):
            command = match["command"].replace("\\\n", " ")
            if command.split()[0].rpartition("/")[2] in programs:
                yield command, repository.location(file, text.count("\n", 0, match.start()) + 1)


def _of_image(text: str) -> dict[str, tuple[str, int]]:
    """Return the instructions of a Dockerfile that say what its last stage runs, each with its line."""
    found: dict[str, tuple[str, int]] = {}
    for name, rest, line in instructions(text):
        if name == "FROM":
            found = {}
        elif name in _IMAGE:
            found[name] = rest, line
    return found


def _programs(project: str, repository: Repository) -> set[str]:
    """Return what the program of a project may be called."""
    found = {project.rpartition("/")[2]} - {""}
    for name in ("Cargo.toml", "go.mod"):
        text = repository.text(f"{project}/{name}" if project else name) or ""
        found |= {match["name"].rpartition("/")[2] for match in _TITLE.finditer(text)}
    folder = f"{project}/cmd/" if project else "cmd/"
    found |= {path[len(folder) :].partition("/")[0] for path in repository.glob(f"{folder}*/*.go")}
    return found
