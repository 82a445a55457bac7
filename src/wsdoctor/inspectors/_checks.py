"""Scripts that a check runs: HEALTHCHECK, compose, probes, Consul and monit name them, and say how often.

What a script is called says little; who runs it says what it is. The language of the script is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._outline import Node, entry, words
from wsdoctor.inspectors._platforms.common import place, seconds
from wsdoctor.inspectors._units import runs, services, workloads
from wsdoctor.inspectors._values import stage_unit
from wsdoctor.model.traffic import Caller, Location
from wsdoctor.syntax.dockerfile import Instruction, parse

__all__ = ["as_checks", "checked", "units_of_checks"]

_DOCKERFILES = ("Dockerfile", "Dockerfile.*", "*.Dockerfile", "*.dockerfile", "Containerfile", "Containerfile.*")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_PERIOD, _PROBE_PERIOD, _CONSUL_PERIOD = 30.0, 10.0, 10.0
_PIECES = re.compile(r"[\s\"',;&|()\[\]]+")
_MANAGERS = frozenset(("npm", "yarn", "pnpm", "bun", "make"))
_PASSED = frozenset(("run", "run-script", "-s", "--silent", "--if-present"))
_ARGUMENTS = re.compile(r"\bargs\"?\s*[:=]\s*\[(?P<words>[^\]]*)\]")
_INTERVAL = re.compile(r"\binterval\"?\s*[:=]\s*\"(?P<interval>[\w.]+)\"")
_PROGRAM = re.compile(
    r"^\s*check\s+program\s+\S+\s+(?:with\s+)?path\s+(?P<words>\"[^\"\n]*\"|\S+)", re.MULTILINE | re.IGNORECASE
)
_CHANGED = frozenset(("client-code", "wait", "health-check", "uptime-monitor"))
_PRODUCTS = {"node": "node script", "browser": "node script"}
"""A script that a check runs is run by Node, wherever it seems to belong."""
_PATH = re.compile(r"/[\w/-]*")
_TAKES = re.compile(r"\bargv\b|\$\{?1\b")
_PLAIN = frozenset(("http", "https", "tcp", "grpc"))


@dataclass(frozen=True, slots=True)
class _Check:
    """A command that something runs again and again to learn whether a service is well.

    Attributes:
        pieces: words of the command, taken apart.
        folder: that the command is looked for in first.
        location: the line that runs it.
        period: seconds between two runs, None if that is unknown.
        copied: names within the image, each with the file of the repository that it is a copy of.
        unit: that it is made in, None = unknown.

    """

    pieces: tuple[str, ...]
    folder: str
    location: Location
    period: float | None
    copied: tuple[tuple[str, str], ...] = ()
    unit: str | None = None


def units_of_checks(path: str, repository: Repository) -> list[str]:
    """Return the units that run a script as a check, if there is more than one."""
    found = dict.fromkeys(check.unit for check in checked(path, repository) if check.unit is not None)
    return list(found) if len(found) > 1 else []


def as_checks(callers: list[Caller], path: str, repository: Repository, task: str | None = None) -> list[Caller]:
    """Return the callers of a script as the health checks that they are where a check runs the script.

    Args:
        callers: of the script.
        path: of its file.
        repository: that it is in.
        task: name within the file, of a script of ``package.json`` or a target of a Makefile.

    """
    found = checked(path, repository, task) if any(map(_may_be_check, callers)) else []
    if not found:
        return callers
    periods = [check.period for check in found if check.period is not None]
    asked = _asked(found, repository.text(path) or "")
    places = tuple(check.location for check in found)
    return [
        replace(
            one,
            kind="health-check",
            product=_PRODUCTS.get(one.product, one.product),
            period=min(periods, default=one.period),
            also=(*one.also, *places),
            path=asked if asked is not None and one.protocol in {"http", "https"} else one.path,
        )
        if _may_be_check(one)
        else one
        for one in callers
    ]


def _asked(checks: list[_Check], script: str) -> str | None:
    """Return the path that all checks give a script which takes it from its command line."""
    paths = {piece for check in checks for piece in check.pieces[1:] if _PATH.fullmatch(piece)}
    return paths.pop() if len(paths) == 1 and _TAKES.search(script) else None


def _may_be_check(caller: Caller) -> bool:
    return caller.kind in _CHANGED and caller.protocol in _PLAIN


def checked(path: str, repository: Repository, task: str | None = None) -> list[_Check]:
    """Return the checks that run a file, or a task of it."""
    name = path.rpartition("/")[2]
    index = _index(repository)
    if task is not None:
        tasks = index.get(f"{_tool(name)} {task}", ())
        return [check for check in tasks if _nearest(path, repository.named(name), check)]
    found: list[_Check] = []
    for key in dict.fromkeys((name, name.removesuffix(".py"))):
        for check in index.get(key, ()):
            if check not in found and _names(check, path):
                others = [one for one in repository.named(name) if _names(check, one)]
                found += [check] if _nearest(path, others, check) else []
    return found


def _tool(name: str) -> str:
    return "npm" if name == "package.json" else "make"


def _names(check: _Check, path: str) -> bool:
    """Say whether a check's command names a file: by its path, as a module, or as the copy of it in the image."""
    name = path.rpartition("/")[2]
    if any(_same(source, path, check.folder) for copy, source in check.copied if copy in check.pieces):
        return True
    if "." not in name:
        return any(piece.rpartition("/")[2] == name and "/" in piece for piece in check.pieces)
    return runs(check.pieces, path)


def _same(source: str, path: str, folder: str) -> bool:
    source = source.removeprefix("./")
    return path in {source, f"{folder}/{source}"}


def _nearest(path: str, others: list[str], check: _Check) -> bool:
    """Say whether a file is the nearest to a check of all that its command may mean."""
    return all(_shared(path, check.folder) >= _shared(other, check.folder) for other in others)


def _shared(path: str, folder: str) -> tuple[int, int]:
    """Return how close a file is to a folder: how many of its folders it shares, and how few it has beyond them."""
    parts, wanted = path.split("/")[:-1], [part for part in folder.split("/") if part]
    common = next((at for at, pair in enumerate(zip(parts, wanted, strict=False)) if pair[0] != pair[1]), None)
    shared = min(len(parts), len(wanted)) if common is None else common
    return shared, shared - len(parts)


def _index(repository: Repository) -> dict[str, list[_Check]]:
    """Return the checks by the names that their commands hold, and by the tasks that they run."""
    if "checks by name" not in repository.memory:
        found: dict[str, list[_Check]] = {}
        for check in _checks(repository):
            copied = [source.rpartition("/")[2] for copy, source in check.copied if copy in check.pieces]
            names = [piece.rpartition("/")[2] for piece in check.pieces]
            modules = [name.rpartition(".")[2] for name in names if "-m" in check.pieces]
            for key in dict.fromkeys((*names, *copied, *modules, *_tasks(check.pieces))):
                found.setdefault(key, []).append(check)
        repository.memory["checks by name"] = found
    return repository.memory["checks by name"]  # type: ignore[return-value]


def _tasks(pieces: tuple[str, ...]) -> Iterator[str]:
    """Yield the tasks that a command runs, each with the tool that knows it."""
    kept = [piece for piece in pieces if piece not in _PASSED]
    for tool, task in pairwise(kept):
        if tool.rpartition("/")[2] in _MANAGERS:
            yield f"{'make' if tool.endswith('make') else 'npm'} {task}"


def _checks(repository: Repository) -> Iterator[_Check]:
    for file in repository.named(*_DOCKERFILES):
        yield from _in_dockerfile(file, repository)
    for service in services(repository):
        test = entry(service.node, "healthcheck", "test")
        folder = service.context if service.context is not None else service.file.rpartition("/")[0]
        interval = entry(service.node, "healthcheck", "interval")
        copied = _copies(parse(repository.text(service.dockerfile) or "")) if service.dockerfile else ()
        found = _of(test, folder, service.file, repository, _seconds(interval) or _PERIOD, copied)
        yield from (replace(check, unit=service.name) for check in found)
    for container in workloads(repository):
        for probe in _PROBES:
            command = entry(container.node, probe, "exec", "command")
            period = _seconds(entry(container.node, probe, "periodSeconds")) or _PROBE_PERIOD
            found = _of(command, container.file.rpartition("/")[0], container.file, repository, period)
            yield from (replace(check, unit=container.unit) for check in found)
    for file in repository.named("*.json", "*.hcl", "*.nomad"):
        text = repository.text(file) or ""
        if "check" in text and "interval" in text:
            yield from _written(_ARGUMENTS, text, file, repository)
    for file in repository.named("monitrc", "*.monitrc", "*.monit"):
        yield from _written(_PROGRAM, repository.text(file) or "", file, repository)


def _of(
    command: Node | None, folder: str, file: str, repository: Repository, period: float,
    copied: tuple[tuple[str, str], ...] = (),
) -> Iterator[_Check]:  # fmt: skip
    given = words(command)
    if given:
        at = place(file, repository, given[0].line, given[-1].line)
        yield _Check(_taken_apart(given), folder, at, period, copied)


def _written(pattern: re.Pattern[str], text: str, file: str, repository: Repository) -> Iterator[_Check]:
    """Yield the checks that a pattern finds, with the interval that is said nearest to each."""
    for match in pattern.finditer(text):
        lines = [text.count("\n", 0, at) + 1 for at in match.span()]
        rhythms = [(abs(other.start() - match.start()), other["interval"]) for other in _INTERVAL.finditer(text)]
        period = seconds(min(rhythms)[1]) if rhythms else None
        at = place(file, repository, lines[0], lines[1])
        yield _Check(_taken_apart([match["words"]]), file.rpartition("/")[0], at, period)


def _in_dockerfile(file: str, repository: Repository) -> Iterator[_Check]:
    instructions = parse(repository.text(file) or "")
    folder = file.rpartition("/")[0]
    stages = -1
    for one in instructions:
        stages += one.name == "FROM"
        if one.name == "HEALTHCHECK" and one.text.strip().upper() != "NONE":
            given = one.words if one.words is not None else (re.sub(r"^CMD\s", "", one.text, flags=re.IGNORECASE),)
            at = place(file, repository, one.line, one.end_line)
            period = seconds(one.flags.get("interval", "")) or _PERIOD
            yield _Check(
                _taken_apart(given), folder, at, period, _copies(instructions), stage_unit(file, max(stages, 0))
            )


def _copies(instructions: list[Instruction]) -> tuple[tuple[str, str], ...]:
    """Return the files that an image holds under another name, with what they are copies of."""
    found: list[tuple[str, str]] = []
    for one in instructions:
        given = [piece for piece in _PIECES.split(one.text) if piece] if one.name in {"COPY", "ADD"} else []
        if len(given) == 2 and "from" not in one.flags and not given[1].endswith("/"):
            found += ((given[1], given[0]), (given[1].rpartition("/")[2], given[0]))
    return tuple(found)


def _taken_apart(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(piece for text in given for piece in _PIECES.split(text) if piece)


def _seconds(node: Node | None) -> float | None:
    return next((seconds(str(word)) for word in words(node)), None)
