from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError
from typing import Any

import pytest

from wsdoctor.grouping import Grouper
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.finding import Diagnosis, Finding, Undecided
from wsdoctor.model.report import Report
from wsdoctor.renderers.json import render
from wsdoctor.wire.attempt import evidence

START = 1_790_000_000.0
HEAD = b"GET /healthz?token=abcdef HTTP/1.1\r\nHost: a\r\nUser-Agent: kube-probe/1.31\r\n\r\n"
FINDING = Finding(
    "kubernetes-probe", "health-check", "note", 0.97, "title", "reason \x1b[31m", "remedy", ("https://a",)
)


def report(times: int = 6) -> Report:
    grouper = Grouper(keep_records=True)
    diagnosis = Diagnosis((FINDING,), (Undecided("other-rule", ("log",)),))
    facts: dict[str, Any] = {"peer": "172.31.128.23", "peer_port": 99, "listener": "0.0.0.0", "listener_port": 8080}
    for number in range(times):
        grouper.add(Attempt(evidence(HEAD, at=START + 10 * number, **facts), diagnosis), number + 1)
    grouper.add(Attempt(evidence(log="handshake failed"), Diagnosis()), 99)
    return grouper.report()


def document(of: Report) -> dict[str, Any]:
    pieces: list[str] = []
    render(of, pieces.append, color=False, verbose=True)
    found: dict[str, Any] = json.loads("".join(pieces))
    return found


def test_document_is_that_of_the_contract() -> None:
    found = document(report())
    assert list(found)[:3] == ["schema", "tool", "attempts"]
    assert found["schema"] == "wsdoctor/diagnoses/1"
    assert found["tool"]["name"] == "wsdoctor"
    assert (found["attempts"], found["good"], found["notes"]) == (7, 1, [])
    assert (found["first_seen"], found["last_seen"]) == ("2026-09-21T14:13:20.000Z", "2026-09-21T14:14:10.000Z")
    probe, unknown = found["groups"]
    assert len(probe.pop("id")) == 16
    assert probe.pop("parts")["network"] == "172.31.128.0/24 (private)"
    sample = probe.pop("sample")
    assert sample["peer"] == "172.31.128.23:99"
    assert "abcdef" not in sample["head"]
    assert sample["head"].endswith("\r\nUser-Agent: kube-probe/1.31\r\n\r\n")
    counts = probe["timeline"].pop("counts")
    assert (sum(counts), len(counts)) == (6, 51)
    assert probe == {
        "attempts": 6,
        "first_seen": "2026-09-21T14:13:20.000Z",
        "last_seen": "2026-09-21T14:14:10.000Z",
        "period_s": 10.0,
        "jitter_s": 0.0,
        "peers": ["172.31.128.23"],
        "peer_count": 1,
        "clients": [],
        "paths": ["/healthz"],
        "listener": "0.0.0.0:8080",
        "findings": [
            {
                "rule": "kubernetes-probe",
                "class": "health-check",
                "category": "health-check",
                "level": "note",
                "confidence": 0.97,
                "title": "title",
                "reason": "reason \x1b[31m",
                "remedy": "remedy",
                "references": ["https://a"],
            }
        ],
        "undecided": [{"rule": "other-rule", "needs": ["log"]}],
        "evidence": [1, 2, 3, 4, 5, 6],
        "timeline": {"start": "2026-09-21T14:13:20.000Z", "width_s": 1.0},
        "folded": False,
    }
    assert (unknown["findings"], unknown["timeline"], unknown["period_s"]) == ([], None, None)
    assert unknown["sample"] == {"log": "handshake failed"}


def test_text_is_ascii_with_escapes_and_a_group_a_line() -> None:
    pieces: list[str] = []
    render(report(), pieces.append)
    text = "".join(pieces)
    assert text.isascii()
    assert "\x1b" not in text
    assert text.count("\n") == 4


def test_nothing_to_report_is_a_document_too() -> None:
    found = document(Report(0, 0, ()))
    assert (found["groups"], found["first_seen"]) == ([], None)


def test_version_of_a_copy_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("wsdoctor.renderers.json.version", missing)
    assert document(Report(0, 0, ()))["tool"]["version"] == "unknown"
