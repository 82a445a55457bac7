from __future__ import annotations

import json

from wsdoctor.grouping import Grouper
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.finding import Diagnosis, Finding, Undecided
from wsdoctor.model.report import Report
from wsdoctor.renderers.json import group_as_json
from wsdoctor.renderers.jsonl import each, render
from wsdoctor.wire.attempt import evidence

FINDING = Finding("some-rule", "scanner", "note", 0.9, "title", "reason", "remedy")


def test_one_line_per_group() -> None:
    grouper = Grouper()
    for path in (b"/a", b"/b"):
        grouper.add(Attempt(evidence(b"GET %b HTTP/1.1\r\n\r\n" % path), Diagnosis()))
    report = grouper.report()
    pieces: list[str] = []
    render(report, pieces.append, color=True)
    assert [json.loads(line) for line in "".join(pieces).splitlines()] == [
        json.loads(json.dumps(group_as_json(group))) for group in report.groups
    ]


def test_nothing_to_report_is_nothing() -> None:
    pieces: list[str] = []
    render(Report(0, 0, ()), pieces.append)
    assert not pieces


def test_each_record_has_its_line() -> None:
    line = each(7, Diagnosis((FINDING,), (Undecided("other-rule", ("headers",)),)))
    assert "\n" not in line
    found = json.loads(line)
    assert list(found) == ["record", "findings", "undecided"]
    assert (found["record"], found["findings"][0]["rule"]) == (7, "some-rule")
    assert found["undecided"] == [{"rule": "other-rule", "needs": ["headers"]}]
    assert json.loads(each(1, Diagnosis())) == {"record": 1, "findings": [], "undecided": []}
