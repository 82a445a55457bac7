"""How often a schedule runs a command: cron's fields and systemd's timers, and what they say of a script."""

from __future__ import annotations

import re

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import seconds

__all__ = ["JOB", "TABLES", "every", "scheduled", "timer"]

TABLES = ("crontab", "*.crontab", "crontab.*", "*.cron")
"""Names of tables of jobs."""
JOB = re.compile(
    r"\s*(?P<when>@(?:hourly|daily|weekly|reboot|every_minute)|(?:[\d*/,\-A-Za-z]+\s+){5})\s*(?P<command>\S.*)"
)
"""A line of such a table."""

_CALENDAR = re.compile(r"\*(?::|-\*-\* \*:)(?:\d+|\*)/(?P<step>\d+)(?P<seconds>:|$)?")
_SPAN = re.compile(r"(?P<number>\d+)\s*(?P<unit>ms|s|sec|seconds?|m|min|minutes?|h|hours?)?")


def every(when: str) -> float | None:
    """Return the seconds between two runs that the fields of a job ask for, None if they are not even."""
    minutes, *rest = when.split()
    if when.startswith("@"):
        return {"@hourly": 3600.0, "@daily": 86400.0, "@every_minute": 60.0}.get(minutes)
    if any(field != "*" for field in rest):
        return None
    if minutes == "*":
        return 60.0
    return seconds(f"{minutes[2:]}m") if minutes.startswith("*/") else None


def timer(text: str) -> float | None:
    """Return the seconds between two runs that a timer unit asks for."""
    for line in text.split("\n"):
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


def scheduled(path: str, repository: Repository) -> float | None:
    """Return how often a table of jobs, or a unit with a timer, runs a script; None if none does."""
    jobs, units = _schedules(repository)
    name = path.rpartition("/")[2]
    named = re.compile(rf"(?:^|[\s/;&|]){re.escape(name)}(?![\w.-])")
    for when, command in jobs:
        if named.search(command):
            return every(when)
    for lines, period in units:
        if period is not None and any(named.search(line) for line in lines):
            return period
    return None


def _schedules(repository: Repository) -> tuple[list[tuple[str, str]], list[tuple[list[str], float | None]]]:
    """Return the jobs of all tables, and of each unit what it starts and how often its timer does so."""
    if "schedules" not in repository.memory:
        jobs: list[tuple[str, str]] = []
        for table in (*repository.named(*TABLES), *repository.glob("**/cron.d/*")):
            lines = [line for line in (repository.text(table) or "").split("\n") if not line.lstrip().startswith("#")]
            jobs += ((job["when"], job["command"]) for line in lines if (job := JOB.match(line)) is not None)
        units = []
        for unit in repository.named("*.service"):
            starts = [line for line in (repository.text(unit) or "").split("\n") if line.startswith("ExecStart=")]
            if starts:
                units.append((starts, timer(repository.text(unit.removesuffix(".service") + ".timer") or "")))
        repository.memory["schedules"] = (jobs, units)
    return repository.memory["schedules"]  # type: ignore[return-value]
