from __future__ import annotations

import math

import pytest

from wsdoctor.model.as_json import diagnosis_as_json, finding_as_json, time_as_json
from wsdoctor.model.finding import Diagnosis, Finding, Undecided

FINDING = Finding(
    "kubernetes-probe",
    "health-check",
    "note",
    0.9200001,
    "title",
    "asked /?token=abc",
    "remedy",
    ("https://a.example",),
)


def test_time_is_iso_8601_in_utc() -> None:
    assert time_as_json(1_790_000_000.1239) == "2026-09-21T14:13:20.123Z"
    assert time_as_json(0.0) == "1970-01-01T00:00:00.000Z"


@pytest.mark.parametrize("at", [None, math.nan, math.inf, 1e30, -1e30])
def test_what_is_no_time_is_none(at: float | None) -> None:
    assert time_as_json(at) is None


def test_a_finding_has_the_keys_of_the_contract() -> None:
    assert finding_as_json(FINDING) == {
        "rule": "kubernetes-probe",
        "class": "health-check",
        "category": "health-check",
        "level": "note",
        "confidence": 0.92,
        "title": "title",
        "reason": "asked /?token=<hidden>",
        "remedy": "remedy",
        "references": ["https://a.example"],
    }


def test_a_diagnosis_has_findings_and_what_is_undecided() -> None:
    undecided = (Undecided("some-rule", ("headers", "path")),)
    assert diagnosis_as_json(Diagnosis((FINDING,), undecided)) == {
        "findings": [finding_as_json(FINDING)],
        "undecided": [{"rule": "some-rule", "needs": ["headers", "path"]}],
    }
    assert diagnosis_as_json(Diagnosis()) == {"findings": [], "undecided": []}
