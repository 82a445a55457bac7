"""The whole knowledge base proves itself: each rule by its own cases and near misses, against all the others."""

from __future__ import annotations

import inspect
import re

import pytest

from wsdoctor.diagnosis import knowledge_base
from wsdoctor.model.finding import CLASSES
from wsdoctor.model.rule import Case, Rule
from wsdoctor.rules import load_rules
from wsdoctor.rules._senders import KINDS, load_senders
from wsdoctor.wire.attempt import evidence

RULES = load_rules()
CASES = [pytest.param(rule, case, id=f"{rule.id}: {case.title}") for rule in RULES.values() for case in rule.cases]
NEAR_MISSES = [
    pytest.param(rule, case, id=f"{rule.id}: {case.title}") for rule in RULES.values() for case in rule.near_misses
]
WITHOUT_CASE = {"unrecognised-bytes"}
"""Whatever bytes stand here are recognised by another rule as soon as somebody learns what they are."""


def found(case: Case) -> list[str]:
    diagnosis = knowledge_base().diagnose(evidence(case.first_bytes, **dict(case.facts)))
    return [finding.rule for finding in diagnosis.findings]


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_a_case_gives_its_rule_and_no_other(rule: Rule, case: Case) -> None:
    assert found(case) == [rule.id]


@pytest.mark.parametrize(("rule", "case"), NEAR_MISSES)
def test_a_near_miss_does_not_give_the_rule(rule: Rule, case: Case) -> None:
    assert rule.id not in found(case)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_prefix_of_a_case_can_be_read(rule: Rule) -> None:
    for case in rule.cases:
        whole = case.first_bytes or b""
        ends = range(len(whole) + 1) if len(whole) <= 600 else (*range(300), *range(300, len(whole), 7), len(whole))
        for end in ends:
            diagnosis = knowledge_base().diagnose(evidence(whole[:end], **dict(case.facts)))
            assert {finding.rule for finding in diagnosis.findings} <= RULES.keys()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_reason_is_bounded(rule: Rule) -> None:
    for case in rule.cases:
        diagnosis = knowledge_base().diagnose(evidence(case.first_bytes, **dict(case.facts)))
        for finding in diagnosis.findings:
            assert finding.reason
            assert len(finding.reason) <= 600


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_text_of_a_rule_has_its_form(rule: Rule) -> None:
    assert rule.title
    assert not rule.title.endswith(".")
    assert len(rule.title) <= 120
    assert rule.why.endswith(".")
    assert len(re.findall(r"[.?!](?:\s|$)", rule.why)) >= 2
    assert rule.remedy.text.endswith((".", "…"))
    assert rule.references
    assert all(reference.title and reference.url.startswith("https://") for reference in rule.references)
    assert all(product and directive for product, directive in rule.remedy.by.items())
    assert rule.match is not None or rule.declared is not None
    assert rule.cases or rule.id in WITHOUT_CASE or rule.match is None
    assert rule.near_misses or rule.match is None
    assert len({case.title for case in (*rule.cases, *rule.near_misses)}) == len(rule.cases) + len(rule.near_misses)
    assert rule.id not in rule.supersedes
    assert len(set(rule.supersedes)) == len(rule.supersedes)
    for text in (rule.title, rule.why, rule.remedy.text, *rule.remedy.by.values()):
        assert "  " not in text
        assert text == text.strip()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_what_a_rule_supersedes_exists(rule: Rule) -> None:
    assert [id_ for id_ in rule.supersedes if id_ not in RULES] == []


ASKED = {id_: rule for id_, rule in RULES.items() if rule.match is not None}
"""Rules that are asked about attempts; the others are about files only."""


@pytest.mark.parametrize("rule", ASKED.values(), ids=ASKED)
def test_no_rule_concludes_from_nothing(rule: Rule) -> None:
    """A rule whose facts are all optional is asked about every attempt: it must bear that none was observed."""
    parameters = inspect.signature(rule.match).parameters.values()
    if all(parameter.default is None for parameter in parameters):
        reason = rule.match()
        assert reason is None or rule.cls == "unknown"
    assert all(parameter.default is inspect.Parameter.empty or not parameter.default for parameter in parameters)


def test_nothing_observed_says_so() -> None:
    diagnosis = knowledge_base().diagnose(evidence())
    assert [finding.cls for finding in diagnosis.findings] == ["unknown"]


def test_no_two_rules_supersede_each_other() -> None:
    for rule in RULES.values():
        for below in rule.supersedes:
            assert rule.id not in RULES[below].supersedes


def test_every_class_has_a_rule() -> None:
    assert sorted({rule.cls for rule in RULES.values()}) == sorted(CLASSES)


def test_there_are_at_least_eighty_rules() -> None:
    assert len(RULES) >= 80


def test_unknown_is_said_with_little_confidence() -> None:
    assert all(rule.confidence <= 0.5 for rule in RULES.values() if rule.cls == "unknown")


def test_rules_that_senders_name_exist() -> None:
    for entry in load_senders():
        assert entry.sender.kind in KINDS
        assert entry.sender.rule is None or entry.sender.rule in RULES
