"""systemd units and cron tables: commands that wait for a port, or call it again and again."""

from __future__ import annotations

import re
from collections.abc import Callable

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platform_commands import Spoken, add, read
from wsdoctor.inspectors._platform_common import environment_lookup, folder, place, seconds
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Declared

__all__ = ["NAME", "PATTERNS", "inspect"]

NAME = "systemd"
PATTERNS = ("*.service", "crontab", "*.crontab", "crontab.*", "*.cron", "*/cron.d/*")

_EXEC = re.compile(r"(?P<key>Exec(?:Start|StartPre|StartPost|Condition|Reload|Stop))\s*=\s*[-@:+!|]*\s*(?P<command>.*)")
_CRON = re.compile(
    r"\s*(?P<when>@(?:hourly|daily|weekly|reboot|every_minute)|(?:[\d*/,\-A-Za-z]+\s+){5})\s*(?P<command>\S.*)"
)
_CALENDAR = re.compile(r"\*(?::|-\*-\* \*:)(?:\d+|\*)/(?P<step>\d+)(?P<seconds>:|$)?")
_SPAN = re.compile(r"(?P<number>\d+)\s*(?P<unit>ms|s|sec|seconds?|m|min|minutes?|h|hours?)?")


def inspect(path: str, repository: Repository) -> Declared:
    """Return what a unit or a table of jobs calls."""
    found = Declared()
    if path.endswith(".service"):
        _service(path, repository, found)
    else:
        _cron(path, repository, found)
    return found


def _service(path: str, repository: Repository, found: Declared) -> None:
    timer = _timer(path, repository)
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
        period = timer if match["key"] == "ExecStart" else None
        add(found, done, repository, path, NAME, _kind(period), unit=unit, period=period,
            location=place(path, repository, first + 1, at))  # fmt: skip


def _kind(period: float | None) -> Callable[[Spoken], str]:
    def kind(spoken: Spoken) -> str:
        return "health-check" if period is not None else "wait"

    return kind


def _timer(path: str, repository: Repository) -> float | None:
    """Return the seconds between two runs of a unit, where a timer of the same name starts it."""
    text = repository.text(path.removesuffix(".service") + ".timer")
    for line in (text or "").split("\n"):
        key, _, value = line.strip().partition("=")
        if key in {"OnUnitActiveSec", "OnUnitInactiveSec"}:
            parts = _SPAN.findall(value)
            sizes = {"ms": 0.001, "m": 60, "h": 3600}
            total = sum(int(number) * sizes.get(unit if unit == "ms" else unit[:1], 1) for number, unit in parts)
            return float(total) or None
        if key == "OnCalendar":
            if value.strip() == "minutely":
                return 60.0
            if match := _CALENDAR.search(value):
                return float(match["step"]) * 60
    return None


def _cron(path: str, repository: Repository, found: Declared) -> None:
    unit = unit_of(path, repository)
    for number, line in enumerate((repository.text(path) or "").split("\n"), 1):
        match = _CRON.match(line)
        if match is None or line.lstrip().startswith("#"):
            continue
        command = match["command"]
        if folder(path).endswith("cron.d"):
            command = command.partition(" ")[2]
        done = read(command, number, environment_lookup(path, repository, unit))
        add(found, done, repository, path, "cron", lambda _: "health-check", unit=unit, period=_every(match["when"]),
            location=place(path, repository, number))  # fmt: skip


def _every(when: str) -> float | None:
    minutes, *rest = when.split()
    if when.startswith("@"):
        return {"@hourly": 3600.0, "@daily": 86400.0, "@every_minute": 60.0}.get(minutes)
    if any(field != "*" for field in rest):
        return None
    if minutes == "*":
        return 60.0
    return seconds(f"{minutes[2:]}m") if minutes.startswith("*/") else None
