"""Settings that code reads by their keys from files of its project: properties, INI, TOML, YAML, JSON and HOCON.

It knows no language: who reads code says which keys are asked for and, where it is written, in which file. A setting is
found only where the files agree on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._units import unit_of
from wsdoctor.inspectors._values import environment
from wsdoctor.model.traffic import Location
from wsdoctor.syntax import jsonc, toml, yaml
from wsdoctor.syntax._tree import Mapping, Node, Scalar

__all__ = ["Setting", "project_of", "setting", "settings_of"]

_ROOTS = (
    "package.json", "pyproject.toml", "setup.py", "go.mod", "Cargo.toml", "composer.json", "Gemfile", "mix.exs",
    "pom.xml", "build.gradle", "build.gradle.kts", "build.sbt", "*.csproj", "rebar.config", "Dockerfile",
)  # fmt: skip
"""Files that make their folder a project."""
_FILES = ("*.properties", "*.ini", "*.cfg", "*.conf", "*.hocon", "*.toml", "*.yml", "*.yaml", "*.json", "*.json5")
_OTHERS = re.compile(
    r"(?:^|/)(?:\.|node_modules/|vendor/|tests?/|fixtures?/|package(?:-lock)?\.json|composer\.json|tsconfig|Cargo\.toml|"
    r"pyproject\.toml|(?:docker-)?compose[\w.-]*\.ya?ml|Chart\.yaml|mkdocs\.yml|openapi)|(?:lock|schema)\.\w+$"
)
"""What is in no application's own configuration."""
_SECTION = re.compile(r"\s*\[(?P<name>[^\]]+)\]\s*(?:[#;].*)?")
_LINE = re.compile(r"\s*(?P<key>[A-Za-z_][^\s=:#;]*(?: [\w-]+)*)\s*[=: ]\s*(?P<value>\S.*)")
_OPENED = re.compile(r"\s*(?P<key>[\w.\"-]+)\s*[=:]?\s*\{\s*(?P<rest>.*)")
_REFERENCE = re.compile(r"\$\{\??(?:env[:.])?(?P<name>[A-Za-z_]\w*)(?::-?(?P<default>[^{}]*))?\}")
_COMMENT = re.compile(r"\s+[#;].*")
_APART = re.compile(r"[.:/]|__")
_PLAIN = re.compile(r"[\W_]+")
_MAX_BYTES = 200_000
_MAX_SETTINGS = 3000
_MAX_FILES = 60
_MAX_DEPTH = 10
_MAX_KEPT = 400


@dataclass(frozen=True, slots=True)
class Setting:
    """A value under its keys.

    Attributes:
        keys: from the outermost to its own.
        text: of the value.
        location: where it is set.

    """

    keys: tuple[str, ...]
    text: str
    location: Location


def project_of(path: str, repository: Repository) -> str:
    """Return the closest folder around a file that is a project of its own, ``""`` where none is."""
    kept = repository.memory.get("project folders")
    if not isinstance(kept, frozenset):
        kept = frozenset(found.rpartition("/")[0] for found in repository.named(*_ROOTS))
        repository.memory["project folders"] = kept
    folder = path.rpartition("/")[0]
    while folder and folder not in kept:
        folder = folder.rpartition("/")[0]
    return folder


def settings_of(path: str, repository: Repository) -> tuple[Setting, ...]:
    """Return what a file sets."""
    known: dict[str, tuple[Setting, ...]] = repository.memory.setdefault("settings of files", {})  # type: ignore[assignment]
    if path not in known:
        if len(known) > _MAX_KEPT:
            known.clear()
        text = repository.text(path) or ""
        known[path] = tuple(_read(path, text, repository)) if len(text) < _MAX_BYTES else ()
    return known[path]


def setting(
    keys: Iterable[str], near: str, repository: Repository, named: Iterable[str] = ()
) -> tuple[str, Location] | None:
    """Return the value under some keys and where it is set, None if there is none or the files disagree.

    Args:
        keys: as written, ``("server", "port")`` or ``("server.port",)``.
        near: file that asks.
        repository: that it is in.
        named: files that the code names, empty = any of the project's.

    """
    wanted = [_plain(part) for key in keys for part in _APART.split(key) if part]
    files = list(_named(named, near, repository)) or list(_files(near, repository))
    found: dict[str, Setting] = {}
    for path in files[:_MAX_FILES] if wanted else ():
        whole, within = [], []
        for one in settings_of(path, repository):
            have = [_plain(part) for key in one.keys for part in _APART.split(key) if part]
            if have == wanted:
                whole.append(one)
            elif len(wanted) > 1 and have[-len(wanted) :] == wanted:
                within.append(one)
        for one in (whole or within)[::-1]:
            if (text := _meant(one.text, near, repository)) is not None:
                found.setdefault(text, one)
                break
    if len(found) != 1:
        return None
    ((text, only),) = found.items()
    return text, only.location


def _meant(text: str, near: str, repository: Repository) -> str | None:
    """Return a value with its references to environment variables replaced, None where one is not known."""

    def value(match: re.Match[str]) -> str:
        known = environment(repository).value(match["name"], unit_of(near, repository), near)
        return known[0] if known is not None else match["default"] or match.group()

    text = _REFERENCE.sub(value, text)
    return None if "${" in text else text


def _plain(text: str) -> str:
    return _PLAIN.sub("", text).lower()


def _named(named: Iterable[str], near: str, repository: Repository) -> Iterator[str]:
    """Yield the closest file of each name that is written."""
    folder = near.rpartition("/")[0]
    for written in named:
        tail = written.rpartition("/")[2]
        known = repository.named(tail) if tail else []
        yield from sorted(known, key=lambda path: (-_shared(path, folder), len(path)))[:1]


def _shared(path: str, folder: str) -> int:
    count = 0
    for one, other in zip(path.split("/")[:-1], folder.split("/"), strict=False):
        if one != other:
            break
        count += 1
    return count


def _files(near: str, repository: Repository) -> Iterator[str]:
    """Yield the configuration files of the project of a file."""
    root = project_of(near, repository)
    start = f"{root}/" if root else ""
    for path in repository.named(*_FILES):
        if path.startswith(start) and not _OTHERS.search(path[len(start) :]) and project_of(path, repository) == root:
            yield path


def _read(path: str, text: str, repository: Repository) -> Iterator[Setting]:
    try:
        if path.endswith(".toml"):
            yield from _tables(toml.parse(text), path, repository)
        elif path.endswith((".yml", ".yaml")):
            for node in yaml.parse(text):
                yield from _tree(node, (), path, repository, 0)
        elif path.endswith((".json", ".json5")):
            yield from _tree(jsonc.parse(text), (), path, repository, 0)
        else:
            yield from _lines(path, text, repository)
    except (SyntaxProblem, RecursionError):
        return


def _tables(tables: list[toml.Table], path: str, repository: Repository) -> Iterator[Setting]:
    for table in tables:
        for entry in table.entries:
            yield from _data((*table.path, entry.key), entry.value, repository.location(path, entry.line))


def _data(keys: tuple[str, ...], value: object, place: Location) -> Iterator[Setting]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _data((*keys, str(key)), inner, place)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield Setting(keys, str(value), place)


def _tree(node: Node, keys: tuple[str, ...], path: str, repository: Repository, depth: int) -> Iterator[Setting]:
    if isinstance(node, Scalar) and keys:
        yield Setting(keys, node.text, repository.location(path, node.line, node.column))
    elif isinstance(node, Mapping) and depth < _MAX_DEPTH:
        for pair in node.all_pairs():
            yield from _tree(pair.value, (*keys, pair.key.text), path, repository, depth + 1)


def _lines(path: str, text: str, repository: Repository) -> Iterator[Setting]:
    """Yield the settings of a file that has one a line, in sections or in braces."""
    section: tuple[str, ...] = ()
    braces: list[str] = []
    for number, line in enumerate(text.split("\n")[:_MAX_SETTINGS], 1):
        if line.lstrip().startswith(("#", ";", "//", "!")):
            continue
        if (match := _SECTION.fullmatch(line)) is not None:
            section = tuple(match["name"].split("."))
            continue
        rest = line
        while (opened := _OPENED.fullmatch(rest)) is not None:
            braces.append(opened["key"].strip('"'))
            rest = opened["rest"]
        written = rest.rstrip("},; \t\r")
        if written.count("${") > written.count("}"):
            written += "}"
        if (match := _LINE.fullmatch(written)) is not None:
            value = _COMMENT.sub("", match["value"]).strip().strip("\"'")
            yield Setting((*section, *braces, match["key"].strip('"')), value, repository.location(path, number))
        closed = rest.count("}") - rest.count("{")
        del braces[max(len(braces) - closed, 0) if closed > 0 else len(braces) :]
