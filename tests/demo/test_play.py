import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from tests.factories import evidence, finding, group
from wsdoctor.demo import browser, nginx, play
from wsdoctor.demo.clients import Tally
from wsdoctor.demo.knocks import nothing
from wsdoctor.demo.ledger import Verdict
from wsdoctor.demo.play import Options
from wsdoctor.demo.ports import free_port
from wsdoctor.demo.strays import Stray
from wsdoctor.errors import InvalidInput, ListenFailed
from wsdoctor.model.report import Report

SHORT = ("--before", "1", "--seconds", "8")


def command(folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "wsdoctor", "demo", *SHORT, "--report", str(folder / "report.html"), *more]


@pytest.fixture
def ports() -> list[str]:
    return ["--web-port", str(free_port()), "--ws-port", str(free_port())]


def test_every_cause_is_named_and_no_message_is_lost(tmp_path: Path, ports: list[str]) -> None:
    record = tmp_path / "strays.jsonl"
    done = subprocess.run(
        command(tmp_path, *ports, "--record", str(record)), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "causes named rightly" in done.stdout
    assert ", 0 lost." in done.stdout
    assert "\x1b" not in done.stdout
    rules = {finding["rule"] for line in record.read_text().splitlines() for finding in json.loads(line)["findings"]}
    assert len(rules) >= 14
    assert "kube-probe" in (tmp_path / "report.html").read_text()
    if nginx.command():
        assert {"nginx-drops-upgrade", "nginx-sends-no-connection-field"} <= rules


def test_a_port_that_is_taken_is_met_with_its_holder(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            command(tmp_path, "--ws-port", port), capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert f"(pid {os.getpid()})" in done.stderr


def test_without_nginx_the_demo_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nginx.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(nginx.shutil, "which", lambda name: None)
    assert nginx.command() is None


def test_without_a_browser_its_requests_are_played(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    assert browser.command() is None


def test_ctrl_c_ends_it_with_a_word_and_the_report(tmp_path: Path, ports: list[str]) -> None:
    record = tmp_path / "strays.jsonl"
    process = subprocess.Popen(
        command(tmp_path, *ports, "--seconds", "60", "--record", str(record)),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not record.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    assert "Stopped early" in out
    assert (tmp_path / "report.html").exists()


def test_seconds_are_bounded(tmp_path: Path) -> None:
    done = subprocess.run(command(tmp_path, "--before", "0"), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "from 1 to 3600 seconds" in done.stderr


def options(folder: Path, **fields: object) -> Options:
    given = {
        "web_port": free_port(), "ws_port": free_port(), "strict_ports": False, "before": 1.0, "after": 1.0,
        "report": folder / "report.html", "record": None,
    }  # fmt: skip
    return Options(**(given | fields))  # type: ignore[arg-type]


def console(width: int = 120, *, terminal: bool = False) -> Console:
    return Console(file=io.StringIO(), width=width, force_terminal=terminal, no_color=True)


def said(by: Console) -> str:
    file = by.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def test_without_nginx_and_a_browser_it_goes_on_and_a_report_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nginx, "command", lambda: None)
    monkeypatch.setattr(browser, "command", lambda: None)
    record = tmp_path / "strays.jsonl"
    record.write_text("old\n")
    screen = console(terminal=True)
    with pytest.raises(InvalidInput, match="cannot write the report: No such file"):
        play.play(options(tmp_path, report=tmp_path / "absent" / "report.html", record=record), screen)
    assert "There is no nginx here" in said(screen)
    assert "No browser found: its requests are played." in said(screen)
    assert "old" not in record.read_text()


def test_a_port_that_is_taken_is_exchanged_if_nobody_asked_for_it(tmp_path: Path) -> None:
    screen = console()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        other = play._Play(options(tmp_path), screen)._port(port)
        assert other != port
        assert f"Port {port} is in use by " in said(screen)
        assert f"taking {other} instead." in said(screen)
        with pytest.raises(ListenFailed, match="the port is in use"):
            play._Play(options(tmp_path, strict_ports=True), screen)._port(port)


def test_a_long_log_is_cut_with_its_size(tmp_path: Path) -> None:
    screen = console()
    play._Play(options(tmp_path), screen)._show(["one\x1b[31m", "two"], 9, 12345)
    assert "… 7 lines more, 12,345 bytes in all" in said(screen)
    assert "\x1b" not in said(screen)


@pytest.mark.parametrize(
    ("verdict", "tally", "code", "words"),
    [
        (
            {"attempts": 2, "right": 2, "rules": {"kubernetes-probe": 2}},
            Tally(1, 5, 5),
            0,
            "1 of 1 causes named rightly.",
        ),
        ({"attempts": 2, "right": 1, "wrong": {"scanner": 1}}, Tally(1, 5, 5), 1, "also said: scanner"),
        ({"attempts": 0}, Tally(1, 5, 5), 1, "nobody recognised it"),
        ({"attempts": 1, "right": 1}, Tally(1, 5, 4), 1, "1 lost."),
        ({"attempts": 1, "right": 1}, Tally(1, 5, 5, ("client 1: TimeoutError",)), 1, "client 1: TimeoutError"),
    ],
)
def test_it_succeeds_if_all_was_named_rightly_and_nothing_was_lost(
    tmp_path: Path, verdict: dict, tally: Tally, code: int, words: str
) -> None:
    screen = console()
    found = Verdict(Stray("a probe", "127.0.1.1", frozenset(("health-check",)), 1.0, nothing), verdict["attempts"])
    found.right = verdict.get("right", 0)
    found.rules.update(verdict.get("rules", {}))
    found.wrong.update(verdict.get("wrong", {}))
    assert play._Play(options(tmp_path), screen)._conclude([found], tally) == code
    assert words in said(screen)


@pytest.mark.parametrize(("width", "wide"), [(140, True), (80, False)])
def test_a_wide_terminal_shows_rule_and_time(width: int, wide: bool) -> None:
    groups = [
        group(findings=(finding("some-rule", "health-check", title="A check"),), period=10.0, attempts=3),
        group(findings=(finding("other-rule", "scanner", title="A scan"),), last_seen=None),
        group(findings=(), sample=evidence(b"")),
    ]
    screen = console(width)
    screen.print(play._table(Report(attempts=4, good=1, groups=tuple(groups)), width))
    assert "A check" in said(screen)
    assert "10.0 s" in said(screen)
    assert ("some-rule" in said(screen)) is wide
