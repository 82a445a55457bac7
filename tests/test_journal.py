from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from wsdoctor.fail2ban import FAILREGEX
from wsdoctor.grouping import Grouper
from wsdoctor.journal import SUMMARIES, WATCHED, Journal, level_of
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.evidence import Evidence, ProxyHeader
from wsdoctor.model.finding import Diagnosis, Finding
from wsdoctor.model.headers import Headers

START = 1_790_000_000.0
HEALTH = Finding(
    "kubernetes-probe", "health-check", "warning", 0.6, "Kubernetes probes the port", "the agent says so", "remedy"
)
FAULT = replace(HEALTH, rule="nginx-drops-upgrade", cls="proxy-strips-upgrade", level="error", title="nginx drops it")
SCANNER = replace(HEALTH, rule="scanner-env-files", cls="scanner", confidence=0.95)


class Lines(logging.Handler):
    """Keeps what was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    @property
    def texts(self) -> list[str]:
        return [record.getMessage() for record in self.records]

    @property
    def names(self) -> list[str]:
        return [record.name for record in self.records]


@pytest.fixture
def loggers() -> Iterator[None]:
    """Puts all loggers of wsdoctor and the root logger back as they were."""
    names = ["", *(name for name in logging.root.manager.loggerDict if name.split(".")[0] == "wsdoctor"), "wsdoctor"]
    before = {name: (logging.getLogger(name).level, list(logging.getLogger(name).handlers)) for name in names}
    yield
    for name in [*logging.root.manager.loggerDict, ""]:
        if name == "" or name.split(".")[0] == "wsdoctor":
            logger = logging.getLogger(name)
            level, handlers = before.get(name, (logging.NOTSET, []))
            logger.setLevel(level)
            logger.handlers[:] = handlers
            logger.disabled = False


@pytest.fixture
def log(loggers: None) -> Lines:
    handler = Lines()
    logger = logging.getLogger("wsdoctor")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    return handler


class Play:
    """A journal and a grouper that are driven together."""

    def __init__(self, journal: Journal | None = None, **options: object) -> None:
        self.journal = journal or Journal(**options)  # type: ignore[arg-type]
        self.grouper = Grouper()

    def knock(
        self, at: float | None = 0.0, *findings: Finding, sender: str | None = None, peer: str | None = "10.1.2.3",
        path: str | None = "/healthz", agent: str | None = "kube-probe/1.31", **facts: object,
    ) -> None:  # fmt: skip
        when = None if at is None else START + at
        known = {"at": when, "peer": peer, "method": "GET", "path": path, "user_agent": agent, "headers": Headers()}
        evidence = Evidence(**{**known, **facts})  # type: ignore[arg-type]
        attempt = Attempt(evidence, Diagnosis(findings, sender=sender))
        self.journal.seen(attempt, self.grouper.add(attempt))

    def tick(self, at: float) -> None:
        self.journal.tick(START + at, self.grouper)


def test_one_line_when_a_group_is_first_seen(log: Lines) -> None:
    play = Play()
    for number in range(5):
        play.knock(number, HEALTH)
    assert log.texts == [
        (
            'health-check from 10.1.2.3, GET /healthz, agent "kube-probe/1.31": Kubernetes probes the port (60% sure): '
            "the agent says so -> wsdoctor explain kubernetes-probe"
        )
    ]
    assert log.names == ["wsdoctor.health-check"]
    assert log.records[0].levelno == logging.INFO
    assert log.records[0].wsdoctor["rule"] == "kubernetes-probe"  # type: ignore[attr-defined]


def test_summaries_come_ever_more_rarely(log: Lines) -> None:
    play = Play(interval=60.0)
    said = []
    for second in range(0, 40_000, 10):
        play.knock(second, HEALTH)
        play.tick(second)
        if len(log.texts) > len(said) + 1:
            said.append(second)
    assert said[:7] == [60, 180, 420, 900, 1860, 3780, 7380]
    assert said[7] - said[6] == 3600
    assert log.texts[1].startswith(
        'health-check from 10.1.2.3, GET /healthz, agent "kube-probe/1.31": '
        "6 more in 60 s (7 in all, every 10.0 s): Kubernetes probes the port (60% sure) -> "
    )
    assert "24 more in 4 min (43 in all" in log.texts[3]
    assert "360 more in 60 min" in log.texts[-1]


def test_nothing_new_nothing_said(log: Lines) -> None:
    play = Play()
    play.knock(0, HEALTH)
    for second in range(0, 1_000, 10):
        play.tick(second)
    assert len(log.texts) == 1
    play.knock(1_000, HEALTH)
    play.tick(1_100)
    assert len(log.texts) == 2


def test_close_says_what_is_left(log: Lines) -> None:
    play = Play()
    for number in range(3):
        play.knock(number, HEALTH, peer=f"10.1.2.{number}")
    play.journal.close(START + 5, play.grouper)
    assert "from 10.1.2.0 and 2 more, GET /healthz" in log.texts[1]
    assert "2 more in 5 s (3 in all)" in log.texts[1]
    play.journal.close(START + 5, play.grouper)
    assert len(log.texts) == 2


@pytest.mark.parametrize(
    ("finding", "level"),
    [
        (HEALTH, logging.INFO),
        (SCANNER, logging.INFO),
        (FAULT, logging.WARNING),
        (replace(FAULT, level="warning"), logging.WARNING),
        (replace(FAULT, level="note"), logging.INFO),
    ],
)
def test_each_class_has_its_level(finding: Finding, level: int) -> None:
    assert level_of(Diagnosis((finding,))) == level


def test_good_handshakes_are_for_debugging(log: Lines) -> None:
    Play().knock(0)
    assert log.texts == ['good-handshake from 10.1.2.3, GET /healthz, agent "kube-probe/1.31"']
    assert (log.names, log.records[0].levelno) == (["wsdoctor.good-handshake"], logging.DEBUG)


def test_levels_can_be_set_and_classes_silenced(log: Lines) -> None:
    play = Play(levels={"health-check": logging.ERROR})
    logging.getLogger("wsdoctor.scanner").setLevel(logging.CRITICAL)
    for number in range(3):
        play.knock(number, HEALTH)
        play.knock(number, SCANNER)
    play.tick(100)
    assert log.names == ["wsdoctor.health-check"] * 2
    assert {record.levelno for record in log.records} == {logging.ERROR}


def test_quiet_leaves_out_first_lines_but_not_warnings(log: Lines) -> None:
    play = Play(quiet=True)
    play.knock(0, HEALTH)
    play.knock(0, FAULT)
    assert log.names == ["wsdoctor.proxy-strips-upgrade"]
    play.knock(1, HEALTH)
    play.tick(60)
    assert log.names[1:] == ["wsdoctor.health-check"]


def test_off_is_off(log: Lines) -> None:
    play = Play(style="off")
    play.knock(0, HEALTH)
    play.tick(100)
    assert not log.texts


def test_json_lines_are_objects(log: Lines) -> None:
    play = Play(style="json")
    for number in range(6):
        play.knock(10 * number, HEALTH)
    play.tick(60)
    first, summary = map(json.loads, log.texts)
    assert first == {
        "at": "2026-09-21T14:13:20.000Z",
        "level": "INFO",
        "logger": "wsdoctor.health-check",
        "event": "first-seen",
        "class": "health-check",
        "peer": "10.1.2.3",
        "method": "GET",
        "path": "/healthz",
        "agent": "kube-probe/1.31",
        "group": first["group"],
        "rule": "kubernetes-probe",
        "cause": "Kubernetes probes the port",
        "reason": "the agent says so",
        "confidence": 0.6,
        "explain": "wsdoctor explain kubernetes-probe",
    }
    assert (summary["event"], summary["new"], summary["attempts"], summary["period_s"]) == ("summary", 5, 6, 10.0)


def test_hostile_text_is_escaped_and_bounded(log: Lines) -> None:
    evil = '\x1b[31mEVIL\r\nFAKE LINE\u202e"' * 1_000
    for style in ("human", "json"):
        play = Play(style=style)
        play.knock(0, replace(FAULT, reason=evil, title=evil), peer=evil, path=evil, agent=evil, method=evil)
    for text in log.texts:
        assert text.isprintable()
        assert len(text) < 6_000


def test_secrets_in_reasons_are_hidden(log: Lines) -> None:
    Play().knock(0, replace(HEALTH, reason="asked /ws?token=abcdef"))
    assert "abcdef" not in log.texts[0]


def test_what_was_not_observed_is_left_out(log: Lines) -> None:
    Play().knock(None, replace(HEALTH, reason="nothing was sent"), peer=None, path=None, agent=None, method=None)
    assert log.texts == [
        "health-check: Kubernetes probes the port (60% sure): nothing was sent -> wsdoctor explain kubernetes-probe"
    ]


def test_request_behind_a_proxy_header_is_what_is_told(log: Lines) -> None:
    behind = Evidence(path="/behind", user_agent="")
    proxy = ProxyHeader(1, "PROXY", "TCP4")
    Play().knock(0, HEALTH, path=None, agent=None, method=None, proxy=proxy, behind=behind)
    assert "request /behind: Kubernetes" in log.texts[0]


def test_flood_of_kinds_is_held_back_and_said(log: Lines) -> None:
    play = Play()
    for number in range(500):
        play.knock(0, SCANNER, peer=f"45.33.{number % 250}.1", agent=f"a{chr(97 + number // 250)}")
    assert len(log.texts) == 20
    play.tick(3.1)
    assert log.texts[20] == "480 first-seen lines held back: more kinds of attempts than can be read; see the report"
    play.tick(7)
    assert len(log.texts) == 21
    for number in range(3):
        play.knock(7, FAULT, path=f"/{'xyz'[number]}")
    play.tick(20)
    assert log.texts[-1].startswith("2 first-seen lines held back")
    play.knock(20, FAULT, path="/u")
    play.knock(20, FAULT, path="/v")
    for number in range(9):
        play.knock(20, FAULT, path=f"/{'abcdefghi'[number]}")
    play.journal.close(START + 20, play.grouper)
    assert "held back" not in log.texts[-1]


def test_many_summaries_are_one_line(log: Lines) -> None:
    play = Play()
    for _ in range(2):
        for number in range(SUMMARIES + 5):
            play.knock(0, SCANNER, peer=f"45.33.{number}.1")
    before = len(log.texts)
    play.tick(60)
    summaries = log.texts[before:]
    assert summaries[-1] == "5 more groups had 5 more attempts; see the report"
    assert sum("1 more in 60 s" in text for text in summaries) == SUMMARIES


def test_folded_groups_name_nobody(log: Lines) -> None:
    play = Play()
    play.grouper = Grouper(limit=8)
    for _ in range(2):
        for number in range(20):
            play.knock(0, SCANNER, peer=f"45.33.{number}.1", path="/")
    play.journal.close(START + 60, play.grouper)
    folded = [record for record in log.records if record.wsdoctor.get("folded")]  # type: ignore[attr-defined]
    assert re.match(r"scanner from \d+ peers: \d+ more in 60 s", folded[0].getMessage())


def test_groups_that_are_gone_are_forgotten(log: Lines) -> None:
    play = Play()
    play.knock(0, HEALTH)
    play.grouper = Grouper()
    play.tick(60)
    assert len(log.texts) == 1
    assert not play.journal._watches


def test_group_that_goes_between_two_questions(log: Lines) -> None:
    class Going(Grouper):
        def group(self, group: str) -> None:
            return None

    play = Play()
    play.grouper = Going()
    for _ in range(2):
        play.knock(0, HEALTH)
    play.tick(60)
    assert len(log.texts) == 1


def test_watched_groups_are_bounded(log: Lines) -> None:
    play = Play()
    play.grouper = Grouper(limit=WATCHED + 100)
    for number in range(WATCHED + 50):
        play.knock(0, SCANNER, peer=f"45.{number >> 8}.{number & 255}.1")
    assert len(play.journal._watches) == WATCHED


def test_something_new_after_learning_is_an_alarm(log: Lines) -> None:
    play = Play(learning=600.0)
    play.knock(0, HEALTH, sender="kubernetes")
    play.knock(500, FAULT)
    play.knock(7_300, HEALTH, sender="kubernetes", path="/other")
    assert "wsdoctor.alarm" not in log.names
    play.knock(7_400, SCANNER, sender="zgrab")
    play.knock(7_500, SCANNER, sender="zgrab", agent="other")
    play.knock(7_600, HEALTH, sender="consul")
    play.knock(7_700)
    alarms = [record for record in log.records if record.name == "wsdoctor.alarm"]
    assert [record.levelno for record in alarms] == [logging.WARNING] * 2
    assert alarms[0].getMessage().startswith("new after 2 h: class scanner and sender zgrab: scanner from 10.1.2.3")
    assert alarms[1].getMessage().startswith("new after 2 h: sender consul: health-check from")


def test_no_alarms_without_learning_or_memory(log: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    play = Play(learning=None)
    play.knock(0, HEALTH)
    play.knock(1e6, SCANNER)
    monkeypatch.setattr("wsdoctor.journal.KNOWN", 0)
    play = Play(learning=1.0)
    play.knock(0, HEALTH)
    play.knock(1e6, SCANNER)
    assert "wsdoctor.alarm" not in log.names


def test_scanners_get_a_line_for_fail2ban(log: Lines, tmp_path: Path) -> None:
    file = tmp_path / "bans.log"
    play = Play(fail2ban=str(file), style="off")
    for second in (0, 1, 59, 61):
        play.knock(second, SCANNER, peer="45.33.32.156")
        play.knock(second, SCANNER, peer="10.0.0.1")
        play.knock(second, HEALTH, peer="45.33.32.157")
        play.knock(second, SCANNER, peer=None)
    lines = file.read_text().splitlines()
    assert lines == [
        "2026-09-21T14:13:20.000Z wsdoctor.fail2ban scanner from 45.33.32.156: scanner-env-files",
        "2026-09-21T14:14:21.000Z wsdoctor.fail2ban scanner from 45.33.32.156: scanner-env-files",
    ]
    pattern = FAILREGEX.replace("<HOST>", r"(?P<host>\S+)")
    assert all(re.match(pattern, line.partition("Z")[2]) for line in lines)
    assert not log.texts


def test_fail2ban_logger_speaks_if_it_has_a_handler(log: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    play = Play()
    play.knock(0, SCANNER, peer="45.33.32.156")
    assert log.names == ["wsdoctor.scanner"]
    bans = Lines()
    logging.getLogger("wsdoctor.fail2ban").addHandler(bans)
    monkeypatch.setattr("wsdoctor.journal.BANS", 2)
    for number in range(5):
        play.knock(1, SCANNER, peer=f"45.33.32.{number}")
    assert bans.texts == [f"scanner from 45.33.32.{number}: scanner-env-files" for number in range(5)]
    assert len(play.journal._bans) <= 2


def test_lines_for_fail2ban_are_bounded(log: Lines) -> None:
    bans = Lines()
    logging.getLogger("wsdoctor.fail2ban").addHandler(bans)
    play = Play()
    for number in range(1_000):
        play.knock(0, SCANNER, peer=f"45.33.{number >> 8}.{number & 255}")
    assert len(bans.texts) == 100


def unconfigured() -> None:
    for name in ("", "wsdoctor"):
        logging.getLogger(name).handlers[:] = []
    logging.getLogger("wsdoctor").setLevel(logging.NOTSET)


@pytest.mark.parametrize("style", ["human", "json"])
def test_unconfigured_logging_speaks_on_standard_error(
    loggers: None, monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    unconfigured()
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    play = Play(style=style)
    play.knock(0, HEALTH)
    first = stream.getvalue()
    assert first.count("\n") == 1
    assert (
        json.loads(first)["rule"] == "kubernetes-probe" if style == "json" else " INFO wsdoctor.health-check: " in first
    )
    later = Lines()
    logging.getLogger().addHandler(later)
    play.knock(0, FAULT)
    assert stream.getvalue() == first
    assert len(later.texts) == 1
    logging.getLogger().removeHandler(later)
    monkeypatch.setattr(sys, "stderr", None)
    play.knock(0, SCANNER)
    assert stream.getvalue() == first


def test_a_level_that_the_host_set_is_kept(loggers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    unconfigured()
    logging.getLogger("wsdoctor").setLevel(logging.WARNING)
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    play = Play()
    play.knock(0, HEALTH)
    play.knock(0, FAULT)
    assert stream.getvalue().count("\n") == 1


def test_configured_logging_is_left_alone(log: Lines) -> None:
    Play().knock(0, HEALTH)
    assert logging.getLogger("wsdoctor").handlers == [log]


def test_failures_stay_inside_and_are_said_once(log: Lines, tmp_path: Path) -> None:
    play = Play(fail2ban=str(tmp_path / "missing" / "bans.log"))
    for second in (0, 100, 200):
        play.knock(second, SCANNER, peer="45.33.32.156")
    play.journal.tick("never", play.grouper)  # type: ignore[arg-type]
    play.journal.close("never", play.grouper)  # type: ignore[arg-type]
    failures = [record for record in log.records if record.levelno == logging.ERROR]
    assert len(failures) == 1
    assert "the journal failed, the server goes on: FileNotFoundError" in failures[0].getMessage()
