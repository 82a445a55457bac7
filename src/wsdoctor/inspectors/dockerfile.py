"""Dockerfiles: HEALTHCHECK as it is in force in the image that is built. EXPOSE listens to nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._expansion import expand
from wsdoctor.inspectors._outline import Word, entry
from wsdoctor.inspectors._platforms.commands import read, read_words
from wsdoctor.inspectors._platforms.common import place, seconds
from wsdoctor.inspectors._platforms.spoken import Found, add
from wsdoctor.inspectors._units import Service, services, unit_of
from wsdoctor.inspectors._values import environment
from wsdoctor.model.products import somebody_elses
from wsdoctor.model.traffic import Declared, Unit
from wsdoctor.syntax.dockerfile import Instruction, parse

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "docker"
PATTERNS = ("Dockerfile", "Dockerfile.*", "*.Dockerfile", "*.dockerfile", "Containerfile", "Containerfile.*")
NEEDLES = ("HEALTHCHECK", "FROM", "healthcheck", "Healthcheck", "from", "From")

DEFAULT_INTERVAL = 30.0
_SETTING = re.compile(r"(?P<name>[A-Za-z_]\w*)(?:=(?P<value>\"[^\"]*\"|'[^']*'|\S*))?")
_STAGE = re.compile(r"(?P<image>\S+)(?:\s+AS\s+(?P<name>\S+))?\s*$", re.IGNORECASE)


def inspect(path: str, repository: Repository) -> Declared:
    """Return what a Dockerfile declares."""
    found = Declared()
    instructions = parse(repository.text(path) or "")
    built = [service for service in services(repository) if service.dockerfile == path]
    targets = {_target(service) for service in built}
    alone = unit_of(path, repository)
    if alone is not None and instructions and not _from_outside(instructions, path, repository):
        found.units.append(Unit(NAME, alone, place(path, repository, instructions[0].line), own=_own(instructions)))
    seen: set[tuple[int, str | None]] = set()
    for name, chain in _stages(instructions):
        wanted = name is None or name in targets
        check = next((one for stage in chain for one in reversed(stage) if one.name == "HEALTHCHECK"), None)
        if not wanted or check is None or re.match(r"NONE\b", check.text, re.IGNORECASE):
            continue
        mine = [service for service in built if _target(service) == name]
        units: list[str | None] = [service.name for service in mine if entry(service.node, "healthcheck") is None]
        if mine and not units:
            continue
        for unit in units or [alone]:
            if (check.line, unit) not in seen:
                seen.add((check.line, unit))
                _declare(check, chain, unit, path, repository, found)
    return found


def _declare(
    check: Instruction, chain: list[list[Instruction]], unit: str | None, path: str, repository: Repository,
    found: Declared,
) -> None:  # fmt: skip
    settings = _settings(chain)

    def value(name: str) -> str | None:
        known = environment(repository).value(name, unit, path)
        return known[0] if known else settings.get(name)

    period = seconds(expand(check.flags.get("interval", ""), value)) or DEFAULT_INTERVAL
    location = place(path, repository, check.line, check.end_line)
    done: Found
    if check.words is not None:
        done = read_words(check.words, check.text_line, value)
    else:
        done = read(re.sub(r"^CMD\s", "", check.text, flags=re.IGNORECASE), check.text_line, value)
    add(found, done, repository, path, NAME, lambda _: "health-check", unit=unit, location=location, period=period)


def _own(instructions: list[Instruction]) -> bool:
    """Say whether an image may run a server of the repository: it is not a product that is run as it comes."""
    last = max(one.stage for one in instructions)
    here = [one for one in instructions if one.stage == last]
    match = next((_STAGE.match(one.text) for one in here if one.name == "FROM"), None)
    starts = any(one.name in {"CMD", "ENTRYPOINT"} for one in here)
    return starts or match is None or not somebody_elses(match["image"])


def _from_outside(instructions: list[Instruction], path: str, repository: Repository) -> bool:
    """Say whether an image is built from more than the folder of its Dockerfile."""
    folder = path.rpartition("/")[0]
    for one in instructions:
        if one.name not in {"COPY", "ADD"} or "from" in one.flags:
            continue
        for source in one.text.split()[:-1]:
            copied = source.removeprefix("./").rstrip("/")
            if copied and _there(copied, repository) and not _there(f"{folder}/{copied}", repository):
                return True
    return False


def _there(path: str, repository: Repository) -> bool:
    return repository.exists(path) or repository.is_folder(path)


def _stages(instructions: list[Instruction]) -> Iterator[tuple[str | None, list[list[Instruction]]]]:
    """Yield each stage with those that it builds upon, the nearest first; the last one has no name."""
    stages: dict[int, list[Instruction]] = {}
    for one in instructions:
        stages.setdefault(max(one.stage, 0), []).append(one)
    names: dict[str, int] = {}
    parents: dict[int, int | None] = {}
    for number, stage in stages.items():
        match = next((_STAGE.match(one.text) for one in stage if one.name == "FROM"), None)
        parents[number] = names.get(match["image"].lower()) if match else None
        if match and match["name"]:
            names[match["name"].lower()] = number
    last = max(stages, default=0)
    for number in stages:
        chain: list[list[Instruction]] = []
        at = number
        while len(chain) <= len(stages):
            chain.append(stages[at])
            parent = parents[at]
            if parent is None:
                break
            at = parent
        for name in [name for name, of in names.items() if of == number]:
            yield name, chain
        if number == last:
            yield None, chain


def _target(service: Service) -> str | None:
    target = entry(service.node, "build", "target")
    return target.lower() if isinstance(target, Word) and target else None


def _settings(chain: list[list[Instruction]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for stage in reversed(chain):
        for one in stage:
            if one.name not in {"ENV", "ARG"}:
                continue
            pairs = [(match["name"], match["value"]) for match in _SETTING.finditer(one.text) if match["value"]]
            if not pairs and one.name == "ENV" and len(words := one.text.split(None, 1)) == 2:
                pairs = [(words[0], words[1])]
            for name, value in pairs:
                found[name] = expand(value.strip("\"'"), found.get)
    return found
