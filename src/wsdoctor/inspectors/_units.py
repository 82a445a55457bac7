"""Units: which container, workload or application folder a file belongs to, for that decides what ``localhost`` means.

The name of a unit is, everywhere in wsdoctor: of a compose service its name; of Kubernetes the ``metadata.name`` of
the workload (the containers of a pod share one ``localhost``); else the path of the folder that is an application of
its own. Whoever reads a compose file or a manifest uses the same names, so that callers and listeners meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._outline import Node, Word, documents, entry, words
from wsdoctor.model.traffic import Location

__all__ = [
    "COMPOSE_FILES",
    "Container",
    "Service",
    "folder_named",
    "instructions",
    "runs",
    "services",
    "unit_of",
    "workloads",
]

COMPOSE_FILES = (
    "docker-compose*.yml",
    "docker-compose*.yaml",
    "compose.yml",
    "compose.yaml",
    "compose.*.yml",
    "compose.*.yaml",
)
"""Names of compose files."""

_MARKS = frozenset(
    (
        "Dockerfile", "Containerfile", "package.json", "pyproject.toml", "requirements.txt", "setup.py", "Pipfile",
        "go.mod", "Cargo.toml", "fly.toml", "Procfile", "composer.json", "Gemfile", "manage.py", "pom.xml",
        "build.gradle",
    )
)  # fmt: skip
_WORKLOADS = frozenset(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Pod", "Job", "CronJob", "Rollout"))
_SPLIT = re.compile(r"[\s\"',;&|()\[\]]+")
_MODULE = re.compile(r"(?P<module>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?::[A-Za-z_][\w.]*(?:\(\))?)?")
_INSTRUCTION = re.compile(r"\s*(?P<name>[A-Za-z]+)\s+(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Service:
    """A compose service.

    Attributes:
        name: of the service, which is the unit and the host name.
        file: compose file, relative to the root.
        line: 1-based line of its name.
        context: folder that it is built from, None if it is not built.
        dockerfile: that it is built with, relative to the root.
        image: that it runs or is tagged with.
        command: words of its command and entry point, of the Dockerfile's where compose gives none.
        copies: folders and files of the context that the image holds, empty = all or unknown.
        mounts: files and folders of the repository that are mounted into it.
        node: the whole service.

    """

    name: str
    file: str
    line: int
    context: str | None = None
    dockerfile: str | None = None
    image: str = ""
    command: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    mounts: tuple[str, ...] = ()
    node: Node = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a Kubernetes workload.

    Attributes:
        unit: ``metadata.name`` of the workload.
        name: of the container.
        image: that it runs.
        location: of the container.
        node: the whole container.
        file: manifest, relative to the root.

    """

    unit: str
    name: str
    image: str
    location: Location
    node: Node
    file: str


def unit_of(path: str, repository: Repository) -> str | None:
    """Return the unit that a file runs in, None where that is not sure or the repository is one unit."""
    cached: dict[str, str | None] = repository.memory.setdefault("units", {})  # type: ignore[assignment]
    if path not in cached:
        if len(cached) > 50_000:
            cached.clear()
        cached[path] = _service_of(path, repository) or _workload_of(path, repository) or _folder_of(path, repository)
    return cached[path]


def services(repository: Repository) -> tuple[Service, ...]:
    """Return the services of all compose files; what an override file adds is one more with the same name."""
    if "services" not in repository.memory:
        repository.memory["services"] = tuple(_services(repository))
    return repository.memory["services"]  # type: ignore[return-value]


def workloads(repository: Repository) -> tuple[Container, ...]:
    """Return the containers of all Kubernetes workloads in plain manifests."""
    if "workloads" not in repository.memory:
        repository.memory["workloads"] = tuple(_workloads(repository))
    return repository.memory["workloads"]  # type: ignore[return-value]


def folder_named(image: str, repository: Repository) -> str | None:
    """Return the one folder that is an application of its own and has the name of an image."""
    if "applications by name" not in repository.memory:
        named: dict[str, set[str]] = {}
        for path in repository.named(*(mark for mark in _MARKS if mark not in {"Dockerfile", "Containerfile"})):
            folder = path.rpartition("/")[0]
            named.setdefault(folder.rpartition("/")[2], set()).add(folder)
        repository.memory["applications by name"] = named
    kept: dict[str, set[str]] = repository.memory["applications by name"]  # type: ignore[assignment]
    found = kept.get(re.split(r"[:@]", image.rpartition("/")[2])[0], set())
    return next(iter(found)) or None if len(found) == 1 else None


def runs(command: Iterable[str], path: str) -> bool:
    """Say whether a command line names a file: by its path, its name or as a module, as ``pkg.app:app``."""
    parts = path.split("/")
    stem = parts[-1].rpartition(".")[0]
    written = stem if stem not in {"__init__", "__main__"} else parts[-2] if parts[1:] else stem
    command = tuple(command)
    if not any(written in text for text in command):
        return False
    module = [*parts[:-1], stem] if stem not in {"__init__", "__main__"} else parts[:-1]
    for word in (piece for text in command for piece in _SPLIT.split(text)):
        if "." in word and word.rpartition("/")[2] == parts[-1]:
            named = [
                part
                for part in word.split("/")
                if part not in {"", ".", "app", "src", "code", "srv", "opt", "usr", "workspace"}
            ]
            known = [part for part in parts if part not in {"app", "src", "code", "srv", "opt", "usr", "workspace"}]
            if known[-len(named) :] == named or "$" in word or word.startswith("/"):
                return True
        elif (
            parts[-1].endswith(".py")
            and (match := _MODULE.fullmatch(word))
            and (":" in word or "." in word or len(module) == 1)
        ):
            dotted = match["module"].split(".")
            if module[-len(dotted) :] == dotted and (":" in word or len(dotted) > 1 or "-m" in command):
                return True
    return False


def instructions(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield name in capitals, arguments and 1-based line of each instruction of a Dockerfile."""
    pending, first = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("#"):
            continue
        if not pending:
            first = number
        pending += line
        if pending.rstrip().endswith("\\"):
            pending = pending.rstrip()[:-1] + " "
            continue
        if match := _INSTRUCTION.match(pending):
            yield match["name"].upper(), match["rest"].strip(), first
        pending = ""


def _join(*parts: str) -> str | None:
    """Join relative paths; None where they lead out of the root."""
    found: list[str] = []
    for part in "/".join(parts).split("/"):
        if part == "..":
            if not found:
                return None
            found.pop()
        elif part not in {"", "."}:
            found.append(part)
    return "/".join(found)


def _under(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(folder + "/")


def _services(repository: Repository) -> Iterator[Service]:
    for file in repository.named(*COMPOSE_FILES):
        for document in documents(repository.text(file) or "", "services"):
            found = entry(document, "services")
            for name, node in found.items() if isinstance(found, dict) else ():
                if isinstance(node, dict):
                    yield _service(name, file, node, repository)


def _service(name: Word, file: str, node: Node, repository: Repository) -> Service:
    base = file.rpartition("/")[0]
    build = entry(node, "build")
    written = build if isinstance(build, Word) else entry(build, "context")
    context = _join(base, written) if isinstance(written, Word) else (base if isinstance(build, dict) else None)
    if isinstance(written, Word) and ("://" in written or written.startswith(("/", "$", "~"))):
        context = None
    named = entry(build, "dockerfile")
    dockerfile = None
    if context is not None:
        dockerfile = _join(context, named if isinstance(named, Word) else "Dockerfile")
    image = entry(node, "image")
    command = [str(word) for key in ("entrypoint", "command") for word in words(entry(node, key))]
    copies: list[str] = []
    if dockerfile is not None and context is not None and repository.exists(dockerfile):
        built, copies = _image(repository.text(dockerfile) or "", context)
        command = command or built
    mounts = []
    for volume in _items(entry(node, "volumes")):
        source = volume.split(":")[0] if isinstance(volume, Word) else next(iter(words(entry(volume, "source"))), "")
        if source.startswith(".") and (mount := _join(base, source)) is not None:
            mounts.append(mount)
    return Service(
        str(name), file, name.line, context, dockerfile, str(image) if isinstance(image, Word) else "",
        tuple(command), tuple(copies), tuple(mounts), node,
    )  # fmt: skip


def _items(node: Node | None) -> list[Node]:
    return node if isinstance(node, list) else []


def _image(text: str, context: str) -> tuple[list[str], list[str]]:
    """Return the command of an image, and what of the context it holds; nothing of the latter means all."""
    command: dict[str, list[str]] = {}
    copies: list[str] = []
    everything = False
    for name, rest, _ in instructions(text):
        if name == "FROM":
            command = {}
        elif name in {"CMD", "ENTRYPOINT"}:
            command[name] = [word for word in _SPLIT.split(rest) if word]
        elif name in {"COPY", "ADD"} and "--from=" not in rest:
            sources = [word for word in _SPLIT.split(rest) if word and not word.startswith("--")][:-1]
            everything = everything or any(source in {".", "./", "*"} for source in sources)
            copies += (path for source in sources if (path := _join(context, source)) is not None)
    return [word for words_of in command.values() for word in words_of], [] if everything else copies


def _service_of(path: str, repository: Repository) -> str | None:
    folders, mounts = _by_place(repository)
    mounted = {service.name for service in mounts.get(path, ())}
    if len(mounted) == 1:
        return mounted.pop()
    best: list[Service] = []
    folder = path
    while folder and not best:
        folder = folder.rpartition("/")[0]
        best = folders.get(folder, [])
    return _among(best, path)


def _by_place(repository: Repository) -> tuple[dict[str, list[Service]], dict[str, list[Service]]]:
    """Return services by the folder of their code, and by the files and folders that are mounted."""
    if "services by place" not in repository.memory:
        folders: dict[str, list[Service]] = {}
        mounts: dict[str, list[Service]] = {}
        for service in services(repository):
            for mount in service.mounts:
                mounts.setdefault(mount, []).append(service)
            for folder in service.mounts if service.context is None else (service.context,):
                folders.setdefault(folder, []).append(service)
        repository.memory["services by place"] = (folders, mounts)
    return repository.memory["services by place"]  # type: ignore[return-value]


def _among(best: list[Service], path: str) -> str | None:
    """Return the one of several services of the same folder that a file belongs to, None where that is not sure."""
    names = {service.name for service in best}
    if len(names) <= 1:
        return names.pop() if names else None
    for chosen in (
        {service.name for service in best if runs(service.command, path)},
        {service.name for service in best if service.dockerfile == path},
    ):
        if len(chosen) == 1:
            return chosen.pop()
    holding = {
        service.name
        for service in best
        if service.copies and any(_under(path, copy) or copy.endswith("*") for copy in service.copies)
    }
    whole = {service.name for service in best if not service.copies}
    candidates = (holding or names) if not whole else holding | whole
    return candidates.pop() if len(candidates) == 1 else None


def _workloads(repository: Repository) -> Iterator[Container]:
    for file in repository.named("*.yml", "*.yaml"):
        text = repository.text(file)
        if text is None or "containers:" not in text or "kind:" not in text:
            continue
        for document in documents(text, "containers", "kind"):
            for node in [document, *_items(entry(document, "items"))]:
                name = entry(node, "metadata", "name")
                kind = entry(node, "kind")
                if isinstance(name, Word) and isinstance(kind, Word) and kind in _WORKLOADS:
                    yield from _containers(str(name), node, file, repository)


def _containers(unit: str, node: Node, file: str, repository: Repository) -> Iterator[Container]:
    ways = (("spec",), ("spec", "template", "spec"), ("spec", "jobTemplate", "spec", "template", "spec"))
    pod = next((found for way in reversed(ways) if entry(found := entry(node, *way), "containers") is not None), None)
    for key in ("containers", "initContainers"):
        for container in _items(entry(pod, key)):
            name, image = entry(container, "name"), entry(container, "image")
            if isinstance(name, Word):
                location = repository.location(file, name.line, name.column)
                yield Container(
                    unit, str(name), str(image) if isinstance(image, Word) else "", location, container, file
                )


def _workload_of(path: str, repository: Repository) -> str | None:
    folder = _folder_of(path, repository)
    parts = path.split("/")
    top = (folder or (parts[0] if len(parts) > 1 else "")).rpartition("/")[2]
    images, commands = _by_image(repository)
    stem = (
        parts[-1].rpartition(".")[0]
        if parts[-1] not in {"__init__.py", "__main__.py"}
        else parts[-2]
        if parts[1:]
        else ""
    )
    found = list(images.get(top, ())) if top else []
    found += [one for key in (parts[-1], stem) for one in commands.get(key, ()) if runs(_command(one.node), path)]
    shared = [_shared(one.file, path) for one in found]
    units = {one.unit for one, depth in zip(found, shared, strict=True) if depth == max(shared)}
    return units.pop() if len(units) == 1 else None


def _shared(one: str, other: str) -> int:
    """Return how many folders two paths have in common."""
    pairs = zip(one.split("/")[:-1], other.split("/")[:-1], strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _by_image(repository: Repository) -> tuple[dict[str, list[Container]], dict[str, list[Container]]]:
    """Return containers by the folder that their image is named for, and by the files that their commands name."""
    if "workloads by image" not in repository.memory:
        images: dict[str, list[Container]] = {}
        commands: dict[str, list[Container]] = {}
        for one in workloads(repository):
            image = re.split(r"[:@]", one.image.rpartition("/")[2])[0]
            name = one.name if image.endswith(one.name) else image
            for key in {image, image.removeprefix(f"{one.unit}-"), name}:
                images.setdefault(key, []).append(one)
            words = {word for text in _command(one.node) for word in _SPLIT.split(text)}
            for key in {
                part for word in words for part in (word.rpartition("/")[2], word.partition(":")[0].rpartition(".")[2])
            }:
                commands.setdefault(key, []).append(one)
        repository.memory["workloads by image"] = (images, commands)
    return repository.memory["workloads by image"]  # type: ignore[return-value]


def _command(node: Node) -> list[str]:
    return [str(word) for key in ("command", "args") for word in words(entry(node, key))]


def _folder_of(path: str, repository: Repository) -> str | None:
    marked = repository.memory.get("marked")
    if not isinstance(marked, frozenset):
        found = repository.named(*_MARKS, "*.Dockerfile", "Dockerfile.*", "requirements*.txt", "*.csproj")
        marked = frozenset(name.rpartition("/")[0] for name in found)
        repository.memory["marked"] = marked
    folder = path.rpartition("/")[0]
    while folder:
        if folder in marked:
            return folder
        folder = folder.rpartition("/")[0]
    return None
