from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from wsdoctor.cli import _evidence
from wsdoctor.cli._evidence import grouped, records
from wsdoctor.cli._progress import Progress
from wsdoctor.diagnosis import knowledge_base
from wsdoctor.errors import InvalidInput

LINE = json.dumps({"head": "GET /healthz HTTP/1.1\r\nHost: a\r\nUser-Agent: kube-probe/1.31\r\n\r\n"}) + "\n"


class Input:
    def __init__(self, text: str, terminal: bool) -> None:
        self.buffer = io.BufferedReader(io.BytesIO(text.encode()))
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def test_numbers_go_on_from_file_to_file_and_what_cannot_be_read_is_remembered(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text(LINE * 2)
    (tmp_path / "two.jsonl").write_text(LINE)
    unreadable: list[InvalidInput] = []
    files = [str(tmp_path / name) for name in ("one.jsonl", "absent.jsonl", ".", "two.jsonl")]
    assert [number for number, _ in records(files, unreadable)] == [1, 2, 3]
    assert [str(error.where).rpartition("/")[2] for error in unreadable] == ["absent.jsonl", tmp_path.name]


@pytest.mark.parametrize("terminal", [True, False])
def test_a_person_at_a_terminal_is_told_how_to_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", Input(LINE, terminal))
    assert len(list(records(["-"], []))) == 1
    assert ("end with Ctrl-D" in capsys.readouterr().err) is terminal


def test_progress_is_said_now_and_then(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(_evidence, "PROGRESS_EVERY", 2)
    (tmp_path / "one.jsonl").write_text(LINE * 5)
    seen: list[int] = []

    class Noted(Progress):
        def __call__(self, done: int, total: int | None = None) -> None:
            seen.append(done)

    report = grouped(records([str(tmp_path / "one.jsonl")], []), knowledge_base(), Noted("records", shown=False))
    assert seen == [2, 4]
    assert [(each.attempts, each.diagnosis.primary.rule) for each in report.groups] == [(5, "kubernetes-probe")]
