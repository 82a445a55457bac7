import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wsdoctor.demo import browser, nginx
from wsdoctor.demo.ports import free_port

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
