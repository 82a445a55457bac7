from __future__ import annotations

from wsdoctor.model.finding import CATEGORY_OF, CLASSES, LEVELS, Diagnosis, Finding, RepositoryFinding, Undecided
from wsdoctor.model.traffic import Location

ONE = Finding("kubernetes-probe", "health-check", "note", 0.97, "title", "reason", "remedy")
OTHER = Finding("exploit-paths", "scanner", "note", 0.5, "title", "reason", "remedy")


def test_the_first_finding_is_the_best() -> None:
    assert Diagnosis((ONE, OTHER)).primary is ONE
    assert Diagnosis(undecided=(Undecided("a-rule", ("headers",)),)).primary is None


def test_a_category_belongs_to_each_class() -> None:
    assert ONE.category == "health-check"
    assert OTHER.category == "unintentional-probing"
    assert set(CATEGORY_OF) == set(CLASSES)
    assert len(CLASSES) == 22
    assert set(CATEGORY_OF.values()) == {
        "health-check", "network-configuration", "misconfigured-client", "application-logic", "unintentional-probing",
        "unknown",
    }  # fmt: skip
    assert LEVELS == ("note", "warning", "error")


def test_a_finding_in_a_repository_has_a_place() -> None:
    found = RepositoryFinding("kubernetes-probe", "health-check", "warning", 0.9, Location("k8s.yaml", 41), "m", "r")
    assert (found.location.line, found.related, found.patch) == (41, (), None)
