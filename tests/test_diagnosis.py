from dataclasses import replace

import pytest

from wsdoctor.diagnosis import PLANS, UNDECIDED_LIMIT, KnowledgeBase, knowledge_base
from wsdoctor.errors import InvalidRule
from wsdoctor.model.evidence import Evidence
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._senders import Recogniser, load_senders
from wsdoctor.wire.attempt import evidence

PROBE = request("GET / HTTP/1.1", "Host: a", "User-Agent: kube-probe/1.31", "Accept: */*", "Connection: close")


def rule(id_: str, match, cls: str = "scanner", confidence: float = 0.8, **changes) -> Rule:
    made = Rule(
        id=id_, title=id_, cls=cls, level="note", confidence=confidence, match=match, why="Why.",
        remedy=Remedy("Remedy."), references=(Reference("Page", "https://example.com/"),),
        cases=(Case("case"),), near_misses=(),
    )  # fmt: skip
    return replace(made, **changes)


def base(*rules: Rule) -> KnowledgeBase:
    return KnowledgeBase({each.id: each for each in rules}, Recogniser(load_senders()))


def always(first_bytes: bytes) -> str:
    return f"{len(first_bytes)} bytes"


def test_a_rule_is_asked_only_when_its_facts_were_observed() -> None:
    asked = base(rule("needs-status", lambda status: f"answered {status}"))
    assert asked.diagnose(Evidence(first_bytes=b"")).findings == ()
    assert asked.diagnose(Evidence(status=426)).primary.reason == "answered 426"


def test_optional_facts_are_handed_over_as_they_are() -> None:
    def match(method, peer=None, status=None):
        return f"{method} {peer} {status}"

    asked = base(rule("some-facts", match))
    assert asked.diagnose(Evidence(method="GET")).primary.reason == "GET None None"
    assert asked.diagnose(Evidence(method="GET", peer="10.0.0.1", status=426)).primary.reason == "GET 10.0.0.1 426"


def test_a_rule_that_needs_nothing_is_always_asked() -> None:
    assert base(rule("needs-nothing", lambda: "always")).diagnose(Evidence()).primary.reason == "always"


def test_a_rule_on_files_only_is_never_asked_about_attempts() -> None:
    only = base(rule("files-only", None, declared=lambda caller, listener: "declared"))
    assert only.diagnose(Evidence(first_bytes=b"x")).findings == ()


def test_facts_are_handed_over_in_order() -> None:
    with pytest.raises(InvalidRule, match="keyword-only facts"):
        base(rule("by-keyword", lambda *, status: None))


def test_equally_sure_findings_come_in_the_order_of_the_rules() -> None:
    asked = base(rule("b", always), rule("a", lambda peer: peer), rule("c", always))
    assert [each.rule for each in asked.diagnose(Evidence(peer="10.0.0.1", first_bytes=b"x")).findings] == [
        "b",
        "a",
        "c",
    ]


def test_what_to_ask_is_remembered_for_a_bounded_number_of_sets_of_facts() -> None:
    asked = base(rule("first", always), rule("at-a-peer", lambda peer, status: f"{peer} {status}"))
    names = ("peer", "status", "method", "path", "query", "host", "origin", "referer", "log")
    for number in range(2 ** len(names)):
        given = Evidence(**{name: "x" for place, name in enumerate(names) if number >> place & 1})
        diagnosis = asked.diagnose(given)
        assert asked.diagnose(given) == diagnosis
        found = [each.reason for each in diagnosis.findings]
        assert found == (["x x"] if given.peer and given.status else [])
        assert len(asked._plans) <= PLANS


def test_a_rule_supersedes_through_others() -> None:
    chain = base(
        rule("most-general", always, confidence=0.99),
        rule("more-special", always, supersedes=("most-general",)),
        rule("most-special", always, supersedes=("more-special",)),
    )
    assert [finding.rule for finding in chain.diagnose(Evidence(first_bytes=b"x")).findings] == ["most-special"]


def test_rules_cannot_supersede_each_other() -> None:
    one, other = (rule(a, always, supersedes=(b,)) for a, b in (("one-way", "other-way"), ("other-way", "one-way")))
    with pytest.raises(InvalidRule, match="one-way supersedes itself through others"):
        base(one, other)


def test_the_best_finding_comes_first() -> None:
    ranked = base(rule("less-sure", always, confidence=0.4), rule("more-sure", always, confidence=0.9))
    assert [finding.rule for finding in ranked.diagnose(Evidence(first_bytes=b"x")).findings] == [
        "more-sure",
        "less-sure",
    ]


def test_unknown_gives_way_to_every_other_class() -> None:
    asked = base(rule("no-idea", always, cls="unknown", confidence=0.99), rule("some-idea", always, confidence=0.3))
    assert [finding.rule for finding in asked.diagnose(Evidence(first_bytes=b"x")).findings] == ["some-idea"]


def test_what_is_lacking_is_said_where_nothing_is_sure() -> None:
    asked = base(
        rule("no-idea", lambda status: "?", cls="unknown"),
        rule("needs-headers", lambda status, headers: None),
        rule("needs-nothing-seen", lambda hello: None),
        rule("needs-sender", lambda status, sender: None),
    )
    undecided = asked.diagnose(Evidence(status=426)).undecided
    assert [(each.rule, each.needs) for each in undecided] == [("needs-headers", ("headers",))]
    assert asked.diagnose(Evidence(status=426, first_bytes=b"")).undecided == ()


def test_a_sure_diagnosis_lacks_nothing_and_the_list_is_bounded() -> None:
    many = [rule(f"needs-headers-{n}", lambda status, headers: None) for n in range(UNDECIDED_LIMIT + 5)]
    assert len(base(*many).diagnose(Evidence(status=426)).undecided) == UNDECIDED_LIMIT
    sure = base(*many, rule("is-sure", lambda status: "sure"))
    assert sure.diagnose(Evidence(status=426)).undecided == ()


def test_a_sender_is_a_fact() -> None:
    def match(sender: Sender) -> str:
        return sender.name

    diagnosis = base(rule("by-sender", match)).diagnose(evidence(PROBE))
    assert diagnosis.sender == "kube-probe"
    assert "Kubernetes" in diagnosis.primary.reason


@pytest.mark.parametrize(
    ("facts", "low", "high"),
    [
        ({}, 0.6, 0.6),
        ({"period": 3.7}, 0.6, 0.6),
        ({"period": 10.4}, 0.9, 0.95),
        ({"peer": "10.244.1.1"}, 0.6, 0.6),
    ],
)
def test_a_claim_alone_is_believed_to_a_limit(facts: dict[str, object], low: float, high: float) -> None:
    claimed = base(rule("claimed-by-agent", lambda sender: sender.name, confidence=0.95, claim=True))
    confidence = claimed.diagnose(evidence(PROBE, **facts)).primary.confidence
    assert low <= confidence <= high


def test_network_and_rhythm_together_are_almost_proof() -> None:
    request_of_google = request("GET / HTTP/1.1", "Host: a", "User-Agent: GoogleHC/1.0", "Connection: Keep-alive")
    claimed = base(rule("claimed-by-agent", lambda sender: sender.name, claim=True))
    alone = claimed.diagnose(evidence(request_of_google)).primary.confidence
    network = claimed.diagnose(evidence(request_of_google, peer="130.211.0.77")).primary.confidence
    both = claimed.diagnose(evidence(request_of_google, peer="130.211.0.77", period=5.0)).primary.confidence
    assert alone <= 0.6 < network < both


def test_a_claim_by_nobody_known_stays_a_claim() -> None:
    claimed = base(rule("claimed-by-path", lambda path: path, claim=True))
    assert claimed.diagnose(evidence(request("GET /health HTTP/1.1", "Host: a"), period=10.0)).primary.confidence == 0.6


def test_a_rule_cannot_ask_for_what_is_no_fact() -> None:
    with pytest.raises(InvalidRule, match="asks for colour, which is no fact"):
        base(rule("wrong-fact", lambda colour: None))


def test_a_rule_cannot_supersede_what_is_no_rule() -> None:
    with pytest.raises(InvalidRule, match="supersedes no-such-rule, which is no rule"):
        base(rule("lost-one", always, supersedes=("no-such-rule",)))


def test_the_built_in_knowledge_base_knows_a_probe_and_a_good_handshake() -> None:
    assert knowledge_base() is knowledge_base()
    assert knowledge_base().diagnose(evidence(PROBE)).primary.rule == "kubernetes-probe"
    assert knowledge_base().diagnose(evidence(request("GET /ws HTTP/1.1", "Host: a", *GOOD_HANDSHAKE))).findings == ()
