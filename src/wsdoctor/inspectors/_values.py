"""Environment variables: what they are set to in the files of a repository, and for which unit.

One resolver that every inspector shares. It collects the settings of env files, compose, Kubernetes, images, scripts
and platforms with their places; `_variables` chooses among them. Nothing of the real environment is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._deployments import deployments
from wsdoctor.inspectors._expansion import expand, is_open
from wsdoctor.inspectors._jinja import rendered
from wsdoctor.inspectors._outline import Node, Word, documents, entry, words
from wsdoctor.inspectors._units import instructions, services, unit_of, workloads
from wsdoctor.inspectors._variables import Environment, Variable
from wsdoctor.model.traffic import Location

__all__ = ["environment", "stage_unit"]

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_SETTING = re.compile(rf"\s*(?:export\s+|set\s+-x\s+|declare\s+-x\s+)?(?P<name>{_NAME})\s*=\s*(?P<value>.*)")
_PREFIX = re.compile(
    rf"(?:^(?:\s*-\s+[\"']?)?|[;&|({{]|\bexec\b|\bexport\b|\benv\b|\bthen\b|\bdo\b|\t|:)\s*(?P<set>(?:{_NAME}=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s;&|\"']*)\s*)+)(?P<rest>[^;&|\n]*)"
)
_ONE = re.compile(rf"(?P<name>{_NAME})=(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\s;&|\"']*)")
_SECTION = re.compile(r"\s*\[+\s*(?P<name>[^\]]+?)\s*\]+")

_SOURCED = re.compile(
    r"^[ \t]*(?:set -a;?[ \t]*)?(?:(?:\.|source)[ \t]+|EnvironmentFile=-?)(?P<path>[\"']?[^\s;&|#]+)", re.MULTILINE
)
_ORDER = (".env.local", ".env.development.local", ".env.development", ".env", ".flaskenv", ".envrc")
_ENV_FILES = (".env", ".env.*", "*.env", "*.env.j2", "env.j2", ".flaskenv", ".envrc", "env.example", "env.sample")
_SAMPLES = re.compile(r"(?:example|sample|template|dist|tmpl)s?(?:$|\.)", re.IGNORECASE).search


def environment(repository: Repository) -> Environment:
    """Return what the files of a repository set variables to, computed once for each process."""
    found = repository.memory.get("environment")
    if not isinstance(found, Environment):
        dotenv = list(_dotenv(repository))
        alone = Environment(dotenv)
        containers = {service.name for service in services(repository)} | {one.unit for one in workloads(repository)}
        deployed = list(deployments(repository))
        containers |= {variable.unit for variable in deployed if variable.unit is not None}
        rest = [
            *deployed, *_compose(repository, alone), *_kubernetes(repository), *_dockerfiles(repository),
            *_shell(repository), *_platforms(repository), *_sourced(repository),
        ]  # fmt: skip
        found = Environment([*dotenv, *rest], containers)
        repository.memory["environment"] = found
    return found


def _plain(text: str) -> str:
    """Return a value as a shell or an env file would: without quotes, and without a comment behind it."""
    text = text.strip()
    if text[:1] in {"'", '"'}:
        end = text.find(text[0], 1)
        return text[1:end] if end > 0 else text[1:]
    return re.split(r"\s#", text, maxsplit=1)[0].strip()


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _settings(path: str, repository: Repository) -> list[tuple[str, str, Location]]:
    """Return the settings of an env file in order."""
    found: list[tuple[str, str, Location]] = []
    earlier: dict[str, str] = {}
    for number, line in enumerate(rendered(path, repository).split("\n"), 1):
        if line.lstrip().startswith("#") or (match := _SETTING.match(line)) is None:
            continue
        value = _plain(match["value"])
        if not match["value"].lstrip().startswith("'"):
            value = expand(value, earlier.get)
        earlier[match["name"]] = value
        if not is_open(value):
            found.append((match["name"], value, repository.location(path, number, match.start("name") + 1)))
    return found


def _dotenv(repository: Repository) -> Iterator[Variable]:
    for path in repository.named(*_ENV_FILES):
        name = path.rpartition("/")[2]
        rank = 60 if name.startswith(".") else 70
        if name in _ORDER:
            rank = 50 + _ORDER.index(name)
        if _SAMPLES(name):
            rank = 90
        for key, value, location in _settings(path, repository):
            yield Variable(key, value, location, None, _folder(path), "dotenv", (), rank)


def _pairs(node: Node | None) -> Iterator[tuple[str, Word]]:
    """Yield the settings of a mapping, or of a list of ``NAME=value``."""
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, Word) and value:
                yield str(key), Word(value, value.line, key.column if key.line == value.line else value.column)
    elif isinstance(node, list):
        for item in words(node):
            name, equals, text = item.partition("=")
            if equals:
                yield name.strip(), Word(text, item.line, item.column)


def _compose(repository: Repository, alone: Environment) -> Iterator[Variable]:
    for service in services(repository):
        folder = _folder(service.file)

        def lookup(name: str, near: str = service.file) -> str | None:
            found = alone.value(name, near=near)
            return found[0] if found else None

        for key, word in _pairs(entry(service.node, "environment")):
            text = expand(str(word), lookup)
            if not is_open(text):
                location = repository.location(service.file, word.line, word.column)
                yield Variable(key, text, location, service.name, folder, "compose", (), 10)
        files = entry(service.node, "env_file")
        for item in files if isinstance(files, list) else [files]:
            for named in words(item if isinstance(item, Word) else entry(item, "path")):
                for key, value, location in _settings(_relative(folder, named), repository):
                    yield Variable(key, value, location, service.name, folder, "compose", (), 20)
        for key, word in _pairs(entry(service.node, "build", "args")):
            text = expand(str(word), lookup)
            if not is_open(text):
                location = repository.location(service.file, word.line, word.column)
                yield Variable(key, text, location, service.name, folder, "compose", (), 30)


def _relative(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder else path


def _kubernetes(repository: Repository) -> Iterator[Variable]:
    containers = [(one, _list(entry(one.node, "env")), _list(entry(one.node, "envFrom")))
                  for one in workloads(repository)]  # fmt: skip
    named = [entry(item, "valueFrom", "configMapKeyRef", "name") for _, own, _ in containers for item in own]
    named += [entry(item, "configMapRef", "name") for _, _, whole in containers for item in whole]
    maps = _config_maps(repository, {str(name) for name in named if isinstance(name, Word)})
    for container, own, whole in containers:
        unit, folder = container.unit, _folder(container.file)
        for item in own:
            name, value = entry(item, "name"), entry(item, "value")
            if isinstance(name, Word) and isinstance(value, Word) and not is_open(value):
                place = repository.location(container.file, value.line, value.column)
                yield Variable(str(name), str(value), place, unit, folder, "kubernetes", (), 10)
            chosen = entry(item, "valueFrom", "configMapKeyRef")
            of, key = entry(chosen, "name"), entry(chosen, "key")
            if isinstance(name, Word) and isinstance(of, Word) and isinstance(key, Word):
                for wanted, text, place in maps.get(str(of), ()):
                    if wanted == key:
                        yield Variable(str(name), text, place, unit, folder, "kubernetes", (), 10)
        for item in whole:
            of = entry(item, "configMapRef", "name")
            for variable, text, place in maps.get(str(of), ()) if isinstance(of, Word) else ():
                yield Variable(variable, text, place, unit, folder, "kubernetes", (), 20)


def _config_maps(repository: Repository, wanted: set[str]) -> dict[str, list[tuple[str, str, Location]]]:
    """Return the settings of the maps that somebody refers to."""
    found: dict[str, list[tuple[str, str, Location]]] = {}
    for file in repository.named("*.yml", "*.yaml") if wanted else ():
        text = repository.text(file)
        if text is None or "ConfigMap" not in text or "data:" not in text or not any(name in text for name in wanted):
            continue
        for document in documents(text, "ConfigMap", "data"):
            name = entry(document, "metadata", "name")
            if entry(document, "kind") == "ConfigMap" and isinstance(name, Word) and name in wanted:
                places = found.setdefault(str(name), [])
                for key, word in _pairs(entry(document, "data")):
                    if "\n" not in word and not is_open(word):
                        places.append((key, str(word), repository.location(file, word.line, word.column)))
    for file in repository.named("kustomization.yaml", "kustomization.yml", "Kustomization") if wanted else ():
        for document in documents(repository.text(file) or "", "configMapGenerator"):
            for item in _list(entry(document, "configMapGenerator")):
                name = entry(item, "name")
                if isinstance(name, Word) and name in wanted:
                    found.setdefault(str(name), []).extend(_generated(item, file, repository))
    return found


def _generated(item: Node, file: str, repository: Repository) -> Iterator[tuple[str, str, Location]]:
    """Yield the settings of a map that Kustomize makes: those written out, and those of env files."""
    for key, word in _pairs(entry(item, "literals")):
        if not is_open(word):
            yield key, _plain(word), repository.location(file, word.line, word.column)
    one = entry(item, "env")
    for named in (*words(entry(item, "envs")), *([one] if isinstance(one, Word) else [])):
        yield from _settings(_relative(_folder(file), named), repository)


def _list(node: Node | None) -> list[Node]:
    return node if isinstance(node, list) else []


def _dockerfiles(repository: Repository) -> Iterator[Variable]:
    for path in repository.named("Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile"):
        unit = unit_of(path, repository)
        earlier: dict[str, str] = {}
        stages = _Stages(path)
        for name, rest, line in instructions(repository.text(path) or ""):
            if name == "FROM":
                stages.begin(rest)
            elif name in {"CMD", "ENTRYPOINT"}:
                stages.run(rest)
            if name not in {"ENV", "ARG"}:
                continue
            pairs = [(match["name"], _plain(match["value"])) for match in _ONE.finditer(rest)]
            if not pairs and name == "ENV" and (match := re.match(rf"(?P<name>{_NAME})\s+(?P<value>.+)", rest)):
                pairs = [(match["name"], _plain(match["value"]))]
            for key, value in pairs:
                text = expand(value, earlier.get)
                earlier[key] = text
                if not is_open(text):
                    rank = 30 if name == "ENV" else 35
                    made = Variable(
                        key, text, repository.location(path, line), unit, _folder(path), "dockerfile", (), rank
                    )
                    stages.set(made)
                    yield made
        yield from stages.variables()


_WORDS = re.compile(r"[^\s\"',\[\]]+")


class _Stages:
    """The stages of a Dockerfile of several, each with what it sets and what it has from those that it is based on."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.names: dict[str, str] = {}
        self.own: dict[str, dict[str, Variable]] = {}
        self.commands: dict[str, tuple[str, ...]] = {}
        self.current = ""

    def begin(self, rest: str) -> None:
        words = rest.split()
        base, name = words[0] if words else "", words[2] if len(words) > 2 else ""
        self.current = stage_unit(self.path, len(self.own))
        self.own[self.current] = dict(self.own.get(self.names.get(base, ""), {}))
        self.names[name] = self.current

    def run(self, rest: str) -> None:
        self.commands[self.current] = (*self.commands.get(self.current, ()), *_WORDS.findall(rest))

    def set(self, variable: Variable) -> None:
        self.own.setdefault(self.current, {})[variable.name] = variable

    def variables(self) -> Iterator[Variable]:
        for unit, found in self.own.items() if len(self.own) > 1 else ():
            for one in found.values():
                yield replace(one, unit=unit)
                if command := self.commands.get(unit, ()):
                    yield replace(one, command=command)


def stage_unit(path: str, number: int) -> str:
    """Return the unit that a stage of a Dockerfile is, by its number from 0 on."""
    return f"{path}#{number}"


def _shell(repository: Repository) -> Iterator[Variable]:
    for path in repository.named(
        "*.sh",
        "*.bash",
        "Procfile",
        "Procfile.*",
        "Makefile",
        "makefile",
        "justfile",
        "start",
        "run",
        "cloud-init*",
        "cloud-config*",
        "user-data*",
        "user_data*",
        "*.tftpl",
    ):
        text = repository.text(path) or ""
        lines = tuple(text.split("\n"))
        for number, line in enumerate(lines, 1):
            if "=" not in line or line.lstrip().startswith("#"):
                continue
            for match in _PREFIX.finditer(line):
                rest = match["rest"].strip()
                command = tuple(rest.split()) if rest else ()
                for one in _ONE.finditer(match["set"]):
                    value = _plain(one["value"])
                    value = expand(value, lambda _: None)
                    if value and not is_open(value) and "$(" not in value:
                        place = repository.location(path, number, match.start("set") + one.start() + 1)
                        yield Variable(
                            one["name"],
                            value,
                            place,
                            None,
                            _folder(path),
                            "shell",
                            command or lines,
                            40,
                            bool(command),
                        )


def _sourced(repository: Repository) -> Iterator[Variable]:
    """Yield the settings of files that scripts read into themselves, or units into their environment."""
    for path in repository.named("*.sh", "*.bash", "entrypoint", "start", "run", "*.service"):
        for match in _SOURCED.finditer(repository.text(path) or ""):
            file = _deployed(match["path"].strip("\"'-"), _folder(path), repository)
            for key, value, location in _settings(file, repository) if file is not None else ():
                yield Variable(key, value, location, None, _folder(path), "shell", (), 45)


def _deployed(written: str, folder: str, repository: Repository) -> str | None:
    """Return the file of the repository that a path on a deployed machine means, None if that is not sure."""
    parts = [part for part in re.split(r"[)}]", written)[-1].split("/") if part not in {"", "."}]
    if not parts or ".." in parts:
        return None
    near = _relative(folder, "/".join(parts))
    if repository.exists(near):
        return near
    known = [path.split("/") for path in repository.named(parts[-1])]
    for start in range(len(parts)):
        ends = [path for path in known if path[start - len(parts) :] == parts[start:]]
        if len(ends) == 1:
            return "/".join(ends[0])
    return None


def _platforms(repository: Repository) -> Iterator[Variable]:
    yield from _app_json(repository)
    for path in repository.named("render.yaml", "render.yml"):
        for document in documents(repository.text(path) or ""):
            for service in _list(entry(document, "services")):
                inner = next(iter(words(entry(service, "rootDir"))), "")
                for item in _list(entry(service, "envVars")):
                    key, value = entry(item, "key"), entry(item, "value")
                    if isinstance(key, Word) and isinstance(value, Word):
                        place = repository.location(path, value.line, value.column)
                        folder = _relative(_folder(path), inner.strip("./")).strip("/")
                        yield Variable(str(key), str(value), place, None, folder, "platform", (), 40)
    for path in repository.named("fly.toml", "fly.*.toml", ".replit", "railway.toml", "*.service", "*.service.j2"):
        yield from _sections(path, repository)


def _sections(path: str, repository: Repository) -> Iterator[Variable]:
    section = ""
    for number, line in enumerate(rendered(path, repository).split("\n"), 1):
        if match := _SECTION.fullmatch(line.split("#")[0].rstrip()):
            section = match["name"].lower()
        elif path.endswith((".service", ".service.j2")):
            if line.startswith("Environment="):
                for one in _ONE.finditer(line.partition("=")[2].replace('"', " ").replace("'", " ")):
                    place = repository.location(path, number)
                    yield Variable(one["name"], one["value"], place, None, _folder(path), "platform", (), 40)
        elif section == "env" or section.endswith(".env") or section.startswith("userenv"):
            setting = _SETTING.match(line)
            if (
                setting
                and not line.lstrip().startswith("#")
                and (value := _plain(setting["value"]))
                and not is_open(value)
            ):
                place = repository.location(path, number, setting.start("name") + 1)
                yield Variable(setting["name"], value, place, None, _folder(path), "platform", (), 40)


def _app_json(repository: Repository) -> Iterator[Variable]:
    for path in repository.named("app.json"):
        text = repository.text(path) or ""
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            continue
        settings = found.get("env") if isinstance(found, dict) else None
        for name, given in settings.items() if isinstance(settings, dict) else ():
            value = given.get("value") if isinstance(given, dict) else given
            if isinstance(value, str):
                at = text.find(json.dumps(name))
                place = repository.location(path, text.count("\n", 0, max(at, 0)) + 1)
                yield Variable(name, value, place, None, _folder(path), "platform", (), 40)
