from __future__ import annotations

from wsdoctor.model.evidence import Evidence
from wsdoctor.model.finding import Diagnosis
from wsdoctor.model.report import Group, Report, Timeline


def test_a_report_holds_groups() -> None:
    group = Group(
        "id", {"speaks": "http/1"}, 3, 1.0, 2.0, None, None, ("a",), 1, (), ("/",), None, Diagnosis(), Evidence()
    )
    report = Report(3, 3, (group,))
    assert (group.folded, group.evidence, group.timeline) == (False, (), None)
    assert (report.first_seen, report.last_seen, report.notes) == (None, None, ())
    assert Timeline(0.0, 60.0, (1, 2)).counts == (1, 2)
