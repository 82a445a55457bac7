"""Well-known layouts of projects: the right tree is silent, the wrong one is told of by file, line and class.

Each folder holds ``right`` and ``wrong``, an ``expected.toml`` with the findings of the wrong tree, and often an
``evidence.jsonl`` with what its WebSocket port received. A finding may name a line within two of the construct; an
explanation may name any place of the finding.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wsdoctor.diagnosis import knowledge_base
from wsdoctor.grouping import Grouper
from wsdoctor.investigate import inspect, investigate
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.inspection import Investigation
from wsdoctor.model.traffic import Location
from wsdoctor.readers import read

HERE = Path(__file__).parent
LAYOUTS = sorted(path.parent.name for path in HERE.glob("*/expected.toml"))
OBSERVED = [name for name in LAYOUTS if (HERE / name / "evidence.jsonl").exists()]
TOLERANCE = 2


def expected(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name / "expected.toml").read_text(encoding="utf-8"))


def loud(name: str, side: str) -> list[RepositoryFinding]:
    found = inspect(str(HERE / name / side), knowledge_base().rules, cached=False).findings
    return [finding for finding in found if finding.level != "note"]


def at(location: Location, fault: dict[str, Any]) -> bool:
    first, last = fault["lines"]
    return location.file == fault["file"] and first - TOLERANCE <= location.line <= last + TOLERANCE


def told(findings: list[RepositoryFinding]) -> list[str]:
    return [f"{each.location.file}:{each.location.line} {each.cls} {each.rule}: {each.message}" for each in findings]


def observed(name: str) -> Investigation:
    base = knowledge_base()
    grouper = Grouper(rediagnose=base.diagnose, keep_records=True)
    with (HERE / name / "evidence.jsonl").open("rb") as source:
        for number, evidence in read(source, "evidence.jsonl"):
            grouper.add(Attempt(evidence, base.diagnose(evidence)), number)
    inspection = inspect(str(HERE / name / "wrong"), base.rules, cached=False)
    return investigate(inspection, grouper.report().groups)


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_right_tree_is_silent(name: str) -> None:
    assert told(loud(name, "right")) == []


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_wrong_tree_is_told_of_and_nothing_else(name: str) -> None:
    findings, faults = loud(name, "wrong"), expected(name)["finding"]
    for fault in faults:
        there = [each for each in findings if at(each.location, fault) and each.cls == fault["class"]]
        assert there, (fault, told(findings))
        if "rule" in fault:
            assert fault["rule"] in {each.rule for each in there}
    assert told([each for each in findings if not any(at(each.location, fault) for fault in faults)]) == []
    assert len(findings) == len(faults), told(findings)


@pytest.mark.parametrize("name", OBSERVED)
def test_each_observed_line_is_led_back_to_its_place(name: str) -> None:
    wanted = expected(name)
    places = dict(_places(observed(name)))
    for fault in wanted["finding"]:
        for number in fault.get("evidence", ()):
            assert number in places, (fault, number, "not a stray")
            assert places[number], (fault, number, "unexplained")
            assert at(places[number][0], fault), (fault, number, places[number])
    for number in wanted.get("outside", {}).get("evidence", ()):
        assert not places[number], (number, places[number])
    named = {number for fault in wanted["finding"] for number in fault.get("evidence", ())}
    named |= set(wanted.get("outside", {}).get("evidence", ()))
    assert sorted(set(places) - named) == []


def _places(found: Investigation) -> Iterator[tuple[int, tuple[Location, ...]]]:
    for explanation in found.explanations:
        for number in explanation.group.evidence:
            yield number, explanation.locations
    for group in found.unexplained:
        for number in group.evidence:
            yield number, ()


def test_there_are_layouts() -> None:
    assert len(LAYOUTS) >= 10
    assert len(OBSERVED) >= 8
