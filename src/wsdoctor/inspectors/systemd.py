"""systemd units and cron tables: commands that wait for a port, or call it again and again."""

from __future__ import annotations

import re
from collections.abc import Callable

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.commands import read
from wsdoctor.inspectors._platforms.common import environment_lookup, folder, place
from wsdoctor.inspectors._platforms.spoken import Spoken, add
from wsdoctor.inspectors._schedules import JOB, TABLES, every, timer
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Declared

__all__ = ["NAME", "PATTERNS", "inspect"]

NAME = "systemd"
PATTERNS = ("*.service", *TABLES, "*/cron.d/*")

_EXEC = re.compile(r"(?P<key>Exec(?:Start|StartPre|StartPost|Condition|Reload|Stop))\s*=\s*[-@:+!|]*\s*(?P<command>.*)")
_USER = re.compile(r"(?!(?:echo|printf|logger|true|test|exit)\b)[a-z_][a-z0-9_-]*[ \t]+(?P<command>\S.*)")
"""A command with the user before it who runs it, as in ``/etc/crontab``."""


def inspect(path: str, repository: Repository) -> Declared:
    """Return what a unit or a table of jobs calls."""
    found = Declared()
    if path.endswith(".service"):
        _service(path, repository, found)
    else:
        _cron(path, repository, found)
    return found


def _service(path: str, repository: Repository, found: Declared) -> None:
    clock = timer(repository.text(path.removesuffix(".service") + ".timer") or "")
    unit = unit_of(path, repository)
    lines = (repository.text(path) or "").split("\n")
    at = 0
    while at < len(lines):
        first = at
        line = lines[at]
        while line.rstrip().endswith("\\") and at + 1 < len(lines):
            at += 1
            line = line.rstrip()[:-1] + "\n" + lines[at]
        at += 1
        match = _EXEC.match(line.lstrip()) if not line.lstrip().startswith(("#", ";")) else None
        match = match or (re.match(_EXEC.pattern, line, re.DOTALL) if "\n" in line and "Exec" in line else None)
        if match is None:
            continue
        command = line[line.index("=") + 1 :].lstrip(" -@:+!|").replace("%%", "%")
        done = read(command.replace("\n", " "), first + 1, environment_lookup(path, repository, unit))
        period = clock if match["key"] == "ExecStart" else None
        add(found, done, repository, path, NAME, _kind(period), unit=unit, period=period,
            location=place(path, repository, first + 1, at))  # fmt: skip


def _kind(period: float | None) -> Callable[[Spoken], str]:
    def kind(spoken: Spoken) -> str:
        return "health-check" if period is not None else "wait"

    return kind


def _cron(path: str, repository: Repository, found: Declared) -> None:
    unit = unit_of(path, repository)
    for number, line in enumerate((repository.text(path) or "").split("\n"), 1):
        match = JOB.match(line)
        if match is None or line.lstrip().startswith("#"):
            continue
        command = match["command"]
        if folder(path).endswith("cron.d"):
            command = command.partition(" ")[2]
        done = read(command, number, environment_lookup(path, repository, unit))
        if not done and (named := _USER.match(command)) is not None:
            done = read(named["command"], number, environment_lookup(path, repository, unit))
        add(found, done, repository, path, "cron", lambda _: "health-check", unit=unit, period=every(match["when"]),
            location=place(path, repository, number))  # fmt: skip
