"""The log that stays clear: one line when a group is first seen, then a summary now and again.

It speaks through the standard library's logging. Each class of the contract has a logger of its own
(``wsdoctor.scanner``, ``wsdoctor.health-check``, …), so any can be silenced; a level per class; a text for
people or a JSON object. Where nobody configured logging by the time of the first line, the lines go to
standard error, as long as the root logger has no handler. Something new that knocks after a time of learning
is a warning on ``wsdoctor.alarm``. A flood is bounded: first-seen lines beyond a rate are held back, and a
line says how many. This module opens no connection and reads no clock; the guard's shells drive it. Nothing
that it does ever raises into its caller.

Scanners get a line for fail2ban, in a file of its own or on the logger ``wsdoctor.fail2ban`` if that has a
handler; `wsdoctor.fail2ban` says who is named.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol, TextIO

from wsdoctor.fail2ban import line_of
from wsdoctor.grouping import GroupEvent
from wsdoctor.model.as_json import time_as_json
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.evidence import Evidence
from wsdoctor.model.finding import Diagnosis
from wsdoctor.model.redact import printable, redact_target
from wsdoctor.model.report import Group

__all__ = ["Groups", "Journal", "level_of"]

NOISE = frozenset(
    (
        "health-check", "uptime-monitor", "tcp-probe", "browser-navigation", "browser-subresource", "scanner",
        "other-protocol", "unknown",
    )
)  # fmt: skip
"""Classes at INFO whatever their level: they arrive at every public port, and nobody has to get up for them."""
GOOD = "good-handshake"
"""Name of the logger for correct opening handshakes; they are at DEBUG."""
LONGEST_INTERVAL = 3600.0
"""Seconds between summaries of a group at most; they begin shorter and double."""
LEARNING = 3600.0
"""Seconds in which what knocks is taken as usual."""
WATCHED = 2_048
"""Groups that get summaries, twice as many as are counted one by one."""
SUMMARIES = 20
"""Summaries of one moment; the rest is one line."""
BURST, REFILL = 20, 1 / 3
"""First-seen lines at once, and lines per second after that."""
KNOWN = 4_096
"""Classes and senders that are remembered as known."""
BANS, BAN_BURST, BAN_REFILL, BAN_AGAIN = 4_096, 100, 10.0, 60.0
"""Addresses remembered, lines at once, lines per second, and seconds until the same address is named again."""


class Groups(Protocol):
    """What the journal asks of a grouper."""

    def attempts_of(self, group: str) -> int:
        """Return how many attempts a group has, 0 if it is gone."""

    def group(self, group: str) -> Group | None:
        """Return a group as it is now, None if it is gone."""


def level_of(diagnosis: Diagnosis) -> int:
    """Return the logging level of a diagnosis: DEBUG if good, WARNING if somebody should act, else INFO."""
    finding = diagnosis.primary
    if finding is None:
        return logging.DEBUG
    return logging.INFO if finding.cls in NOISE or finding.level == "note" else logging.WARNING


class _Bucket:
    """Allows a burst and then a rate."""

    __slots__ = ("_at", "_burst", "_left", "_refill")

    def __init__(self, burst: int, refill: float) -> None:
        self._burst, self._refill = burst, refill
        self._left = float(burst)
        self._at = 0.0

    def take(self, at: float) -> bool:
        if at > self._at:
            self._left = min(self._burst, self._left + (at - self._at) * self._refill)
            self._at = at
        if self._left < 1:
            return False
        self._left -= 1
        return True


class _Watch:
    """What was last said of a group, and when more is due."""

    __slots__ = ("due", "interval", "said", "since")

    def __init__(self, at: float, interval: float, said: int) -> None:
        self.interval = interval
        self.since = at
        self.due = at + interval
        self.said = said


class _Fallback(logging.StreamHandler[TextIO]):
    """Standard error as it is now, for hosts that configured no logging; silent once the root logger has a handler."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    def emit(self, record: logging.LogRecord) -> None:
        if logging.getLogger().handlers or sys.stderr is None:
            return
        self.stream = sys.stderr
        super().emit(record)


class Journal:
    """Writes what was observed into the log of the process.

    Args:
        style: ``human``, ``json`` or ``off``.
        quiet: leave out first-seen lines below WARNING; summaries and warnings stay.
        interval: seconds from a first-seen line to the first summary of the group; then it doubles, to an hour.
        levels: class → logging level, for classes that should differ from `level_of`.
        learning: seconds after the first attempt in which nothing counts as new; None for no alarms.
        fail2ban: file that gets the lines for fail2ban, None for the logger ``wsdoctor.fail2ban`` alone.

    """

    def __init__(
        self,
        *,
        style: str = "human",
        quiet: bool = False,
        interval: float = 60.0,
        levels: Mapping[str, int] | None = None,
        learning: float | None = LEARNING,
        fail2ban: str | None = None,
    ) -> None:
        self._style = style
        self._quiet = quiet
        self._interval = interval
        self._levels = dict(levels or {})
        self._learning = learning
        self._fail2ban = fail2ban
        self._loggers: dict[str, logging.Logger] = {}
        self._watches: dict[str, _Watch] = {}
        self._known: set[str] = set()
        self._started: float | None = None
        self._at = 0.0
        self._lines = _Bucket(BURST, REFILL)
        self._held = 0
        self._bans: dict[str, float] = {}
        self._ban_lines = _Bucket(BAN_BURST, BAN_REFILL)
        self._ban_logger = logging.getLogger("wsdoctor.fail2ban")
        self._ready = False
        self._failed = False

    def seen(self, attempt: Attempt, event: GroupEvent) -> None:
        """Take notice of one attempt; never raises.

        Args:
            attempt: the settled attempt.
            event: what `Grouper.add` returned for it.

        """
        findings = attempt.diagnosis.findings
        news = (event.first or event.folded) and self._style != "off"
        scanner = bool(findings) and findings[0].cls == "scanner" and self._names_scanners()
        if not news and not scanner:
            return
        try:
            at = attempt.evidence.at
            at = self._at = self._at if at is None else at
            if self._started is None:
                self._started = at
            if news:
                self._alarm(attempt, event, at)
                self._first(attempt, event, at)
            if scanner:
                self._name_scanner(attempt, at)
        except Exception as error:  # noqa: BLE001 - the host must not notice
            self._fail(error)

    def tick(self, at: float, groups: Groups) -> None:
        """Write the summaries that are due; never raises.

        Args:
            at: seconds since the epoch.
            groups: the grouper whose events were seen.

        """
        try:
            self._at = at
            self._say_held(at)
            self._summaries(at, groups, [name for name, watch in list(self._watches.items()) if watch.due <= at])
        except Exception as error:  # noqa: BLE001 - the host must not notice
            self._fail(error)

    def close(self, at: float, groups: Groups) -> None:
        """Write a last summary of each group that has something new; never raises."""
        try:
            self._say_held(at)
            self._summaries(at, groups, list(self._watches))
        except Exception as error:  # noqa: BLE001 - the host must not notice
            self._fail(error)

    def _first(self, attempt: Attempt, event: GroupEvent, at: float) -> None:
        if not event.first:
            return
        if len(self._watches) < WATCHED or event.group in self._watches:
            self._watches[event.group] = _Watch(at, self._interval, 1)
        logger, level = self._logger_of(attempt.diagnosis)
        if not logger.isEnabledFor(level) or (self._quiet and level < logging.WARNING):
            return
        if not self._lines.take(at):
            self._held += 1
            return
        facts = _facts(attempt.evidence, attempt.diagnosis, event.group)
        self._emit(logger, level, at, {"event": "first-seen", **facts}, _human(facts))

    def _alarm(self, attempt: Attempt, event: GroupEvent, at: float) -> None:
        finding, sender = attempt.diagnosis.primary, attempt.diagnosis.sender
        if finding is None or self._learning is None or self._started is None:
            return
        names = [f"class {finding.cls}", *([f"sender {sender}"] if sender else [])]
        new = [name for name in names if name not in self._known]
        if not new or len(self._known) >= KNOWN:
            return
        self._known.update(new)
        if at - self._started < self._learning:
            return
        facts = _facts(attempt.evidence, attempt.diagnosis, event.group)
        text = f"new after {_span(at - self._started)}: {' and '.join(new)}: {_human(facts)}"
        self._emit(
            logging.getLogger("wsdoctor.alarm"), logging.WARNING, at, {"event": "alarm", "new": new, **facts}, text
        )

    def _say_held(self, at: float) -> None:
        if not self._held or not self._lines.take(at):
            return
        facts = {"event": "held-back", "lines": self._held}
        lines = "line" if self._held == 1 else "lines"
        text = f"{self._held:,} first-seen {lines} held back: more kinds of attempts than can be read; see the report"
        self._held = 0
        self._emit(logging.getLogger("wsdoctor"), logging.INFO, at, facts, text)

    def _summaries(self, at: float, groups: Groups, names: list[str]) -> None:
        due: list[tuple[int, str, _Watch]] = []
        for name in names:
            watch, attempts = self._watches[name], groups.attempts_of(name)
            if attempts > watch.said:
                due.append((attempts - watch.said, name, watch))
            elif attempts:
                watch.due = at + watch.interval
            else:
                del self._watches[name]
        due.sort(key=lambda each: -each[0])
        for new, name, watch in due[:SUMMARIES]:
            group = groups.group(name)
            if group is not None:
                self._summary(at, group, new, at - watch.since)
        if more := due[SUMMARIES:]:
            attempts = sum(new for new, _, _ in more)
            facts = {"event": "more", "groups": len(more), "attempts": attempts}
            text = f"{len(more):,} more groups had {attempts:,} more attempts; see the report"
            self._emit(logging.getLogger("wsdoctor"), logging.INFO, at, facts, text)
        for new, _, watch in due:
            watch.said += new
            watch.since = at
            watch.interval = min(2 * watch.interval, max(LONGEST_INTERVAL, self._interval))
            watch.due = at + watch.interval

    def _summary(self, at: float, group: Group, new: int, seconds: float) -> None:
        logger, level = self._logger_of(group.diagnosis)
        if not logger.isEnabledFor(level):
            return
        facts = _facts(group.sample, group.diagnosis, group.id)
        facts |= {"attempts": group.attempts, "new": new, "peers": group.peer_count, "period_s": group.period}
        if group.folded:
            facts |= {"peer": None, "path": None, "agent": None, "folded": True}
        rhythm = "" if group.period is None else f", every {group.period:.1f} s"
        count = f"{new:,} more in {_span(seconds)} ({group.attempts:,} in all{rhythm})"
        self._emit(logger, level, at, {"event": "summary", **facts}, _human(facts, count))

    def _names_scanners(self) -> bool:
        return self._fail2ban is not None or bool(self._ban_logger.handlers)

    def _name_scanner(self, attempt: Attempt, at: float) -> None:
        peer = attempt.evidence.peer
        if peer is None or at - self._bans.get(peer, -BAN_AGAIN) < BAN_AGAIN:
            return
        text = line_of(attempt)
        if text is None or not self._ban_lines.take(at):
            return
        if len(self._bans) >= BANS:
            self._bans.clear()
        self._bans[peer] = at
        if self._ban_logger.handlers:
            self._ban_logger.info("%s", text)
        if self._fail2ban is not None:
            with open(self._fail2ban, "a", encoding="ascii") as file:
                file.write(f"{time_as_json(at)} wsdoctor.fail2ban {text}\n")

    def _logger_of(self, diagnosis: Diagnosis) -> tuple[logging.Logger, int]:
        finding = diagnosis.primary
        name = GOOD if finding is None else finding.cls
        logger = self._loggers.get(name)
        if logger is None:
            logger = self._loggers[name] = logging.getLogger(f"wsdoctor.{name}")
            self._prepare()
        return logger, self._levels.get(name, level_of(diagnosis))

    def _prepare(self) -> None:
        """Speak on standard error if nobody configured logging before the first line."""
        if self._ready:
            return
        self._ready = True
        ours = logging.getLogger("wsdoctor")
        if ours.handlers or logging.getLogger().handlers:
            return
        handler = _Fallback()
        pattern = "%(message)s" if self._style == "json" else "%(asctime)s %(levelname)s %(name)s: %(message)s"
        handler.setFormatter(logging.Formatter(pattern))
        ours.addHandler(handler)
        if ours.level == logging.NOTSET:
            ours.setLevel(logging.INFO)

    def _emit(self, logger: logging.Logger, level: int, at: float, facts: dict[str, Any], text: str) -> None:
        self._prepare()
        if self._style == "json":
            known = {key: value for key, value in facts.items() if value is not None}
            head = {"at": time_as_json(at), "level": logging.getLevelName(level), "logger": logger.name}
            text = json.dumps({**head, **known})
        logger.log(level, "%s", text, extra={"wsdoctor": facts})

    def _fail(self, error: Exception) -> None:
        """Say once that the journal is broken."""
        if self._failed:
            return
        self._failed = True
        with suppress(Exception):
            logging.getLogger("wsdoctor").error("the journal failed, the server goes on: %s", printable(repr(error)))


def _facts(evidence: Evidence, diagnosis: Diagnosis, group: str) -> dict[str, Any]:
    """Return what a line tells, each fact escaped and bounded, None where it was not observed."""
    request = evidence.behind if evidence.behind is not None else evidence
    facts: dict[str, Any] = {
        "class": GOOD,
        "peer": _shown(evidence.peer, 64),
        "method": _shown(request.method, 20),
        "path": _shown(request.path, 120),
        "agent": _shown(request.user_agent, 120),
        "group": group,
    }
    if (finding := diagnosis.primary) is not None:
        facts |= {
            "class": finding.cls,
            "rule": finding.rule,
            "cause": printable(finding.title, 160),
            "reason": printable(redact_target(finding.reason), 300),
            "confidence": round(finding.confidence, 2),
            "explain": f"wsdoctor explain {finding.rule}",
        }
    return facts


def _shown(text: str | None, limit: int) -> str | None:
    return None if text is None else printable(text, limit)


def _human(facts: Mapping[str, Any], count: str | None = None) -> str:
    who = facts["class"] if facts["peer"] is None else f"{facts['class']} from {facts['peer']}"
    if facts.get("peers", 1) > 1:
        who += f" and {facts['peers'] - 1:,} more" if facts["peer"] is not None else f" from {facts['peers']:,} peers"
    words = [who]
    if facts["path"] is not None:
        words.append(f"{facts['method'] or 'request'} {facts['path']}")
    if facts["agent"]:
        words.append(f'agent "{facts["agent"]}"')
    text = ", ".join(words)
    if count is not None:
        text += f": {count}"
    if "rule" not in facts:
        return text
    text += f": {facts['cause']} ({facts['confidence']:.0%} sure)"
    if count is None:
        text += f": {facts['reason']}"
    return f"{text} -> {facts['explain']}"


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
