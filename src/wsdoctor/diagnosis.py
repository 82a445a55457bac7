"""Evidence to diagnosis: ask every rule whose facts were observed, supersede, rank, say what is lacking.

This module reads no clock and does no I/O; the guard, the readers and the tests drive it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

from wsdoctor.errors import InvalidRule
from wsdoctor.model.evidence import Evidence
from wsdoctor.model.finding import Diagnosis, Finding, Undecided
from wsdoctor.model.rule import Rule, Sender
from wsdoctor.rules import load_rules
from wsdoctor.rules._senders import Recogniser, load_senders

__all__ = ["KnowledgeBase", "knowledge_base"]

CLAIM_LIMIT = 0.6
"""A claim alone is believed no further: anybody can send it."""
CONFIRMED = 0.92
"""A claim with a published network, or with the rhythm that its sender documents."""
CONFIRMED_TWICE = 0.97
UNDECIDED_LIMIT = 12
"""A diagnosis names at most so many rules that lacked a fact; more would not be read."""
RHYTHM_TOLERANCE = 0.1
"""A period counts as the documented one within ten percent: timers drift, and probes add their own run time."""

PLANS = 256
"""Sets of observed facts for which it is remembered what to ask; traffic and logs together have a few dozen."""

_FACTS = (*Evidence._fields, "sender")
_PLACE = {name: place for place, name in enumerate(_FACTS)}

_Match = Callable[..., str | None]


@dataclass(frozen=True, slots=True)
class _Question:
    rule: Rule
    match: _Match
    takes: tuple[str, ...]
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What to ask where the same facts were observed.

    Attributes:
        asked: how to take the facts out of all facts → the rules that take just these.
        lacking: the rules that lack one.

    """

    asked: tuple[tuple[Callable[[Sequence[Any]], tuple[Any, ...]], tuple[tuple[Rule, _Match], ...]], ...]
    lacking: tuple[Undecided, ...]


class KnowledgeBase:
    """Rules and senders, ready to be asked.

    Args:
        rules: by id.
        recogniser: who sends what.

    Raises:
        InvalidRule: if a rule needs a fact that does not exist, or supersedes itself or a rule that does not exist.

    """

    def __init__(self, rules: Mapping[str, Rule], recogniser: Recogniser) -> None:
        self.rules = dict(rules)
        self.recogniser = recogniser
        self._questions = [_question(rule, rule.match) for rule in self.rules.values() if rule.match is not None]
        self._order = {id_: place for place, id_ in enumerate(self.rules)}
        self._below = _below(self.rules)
        self._plans: dict[tuple[bool, ...], _Plan] = {}

    def diagnose(self, evidence: Evidence) -> Diagnosis:
        """Return the findings on one attempt, best first; none for a correct opening handshake."""
        sender = self.recogniser.recognise(evidence)
        facts = (*evidence, sender)
        plan = self._plan(tuple([fact is not None for fact in facts]))
        reasons: list[tuple[Rule, str]] = []
        for taken_from, rules in plan.asked:
            taken = taken_from(facts)
            for rule, match in rules:
                reason = match(*taken)
                if reason is not None:
                    reasons.append((rule, reason))
        findings = self._rank(reasons, evidence, sender)
        sure = bool(findings) and findings[0].cls != "unknown"
        undecided = () if sure or evidence.first_bytes is not None else plan.lacking
        return Diagnosis(findings, undecided, sender.id if sender else None)

    def _plan(self, observed: tuple[bool, ...]) -> _Plan:
        plan = self._plans.get(observed)
        if plan is None:
            if len(self._plans) >= PLANS:
                self._plans.clear()
            plan = self._plans[observed] = self._new_plan(
                {name for name, seen in zip(_FACTS, observed, strict=True) if seen}
            )
        return plan

    def _new_plan(self, observed: set[str]) -> _Plan:
        by_facts: dict[tuple[str, ...], list[tuple[Rule, _Match]]] = {}
        lacking = []
        for question in self._questions:
            if question.needs <= observed:
                by_facts.setdefault(question.takes, []).append((question.rule, question.match))
            elif "sender" not in question.needs and question.needs & observed:
                lacking.append(Undecided(question.rule.id, tuple(sorted(question.needs - observed))))
        asked = tuple((_taking(takes), tuple(rules)) for takes, rules in by_facts.items())
        return _Plan(asked, tuple(lacking[:UNDECIDED_LIMIT]))

    def _rank(self, reasons: list[tuple[Rule, str]], evidence: Evidence, sender: Sender | None) -> tuple[Finding, ...]:
        beaten = {id_ for rule, _ in reasons for id_ in self._below[rule.id]}
        known = any(rule.cls != "unknown" for rule, _ in reasons)
        findings = [
            Finding(
                rule=rule.id,
                cls=rule.cls,
                level=rule.level,
                confidence=self._confidence(rule, evidence, sender),
                title=rule.title,
                reason=reason,
                remedy=rule.remedy.text,
                references=tuple(reference.url for reference in rule.references),
            )
            for rule, reason in reasons
            if rule.id not in beaten and not (known and rule.cls == "unknown")
        ]
        findings.sort(key=lambda finding: (-finding.confidence, self._order[finding.rule]))
        return tuple(findings)

    def _confidence(self, rule: Rule, evidence: Evidence, sender: Sender | None) -> float:
        if not rule.claim:
            return rule.confidence
        agreeing = 0
        if sender is not None:
            in_network = evidence.peer is not None and self.recogniser.in_networks(sender, evidence.peer)
            agreeing = in_network + (evidence.period is not None and _in_rhythm(evidence.period, sender.periods))
        if agreeing == 0:
            return min(rule.confidence, CLAIM_LIMIT)
        return CONFIRMED if agreeing == 1 else CONFIRMED_TWICE


def _in_rhythm(period: float, documented: Iterable[float]) -> bool:
    return any(abs(period - each) <= RHYTHM_TOLERANCE * each for each in documented)


def _question(rule: Rule, match: Callable[..., str | None]) -> _Question:
    code = match.__code__
    takes = code.co_varnames[: code.co_argcount]
    unknown = [name for name in takes if name not in _FACTS]
    if unknown:
        raise InvalidRule(f"match of {rule.id} asks for {', '.join(unknown)}, which is no fact", code.co_filename)
    if code.co_kwonlyargcount:
        raise InvalidRule(
            f"match of {rule.id} takes keyword-only facts; facts are handed over in order", code.co_filename
        )
    optional = set(takes[len(takes) - len(match.__defaults__ or ()) :])
    return _Question(rule, match, takes, frozenset(name for name in takes if name not in optional))


def _taking(takes: tuple[str, ...]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Return what takes some facts out of all facts, in the order that a rule wants."""
    places = [_PLACE[name] for name in takes]
    if len(places) > 1:
        return itemgetter(*places)
    return lambda facts: tuple(facts[place] for place in places)


def _below(rules: Mapping[str, Rule]) -> dict[str, frozenset[str]]:
    """Return, for each rule, every rule that it supersedes, directly or through others."""

    def walk(id_: str, seen: set[str]) -> set[str]:
        for below in rules[id_].supersedes:
            if below not in rules:
                raise InvalidRule(f"{id_} supersedes {below}, which is no rule", id_)
            if below not in seen:
                seen.add(below)
                walk(below, seen)
        return seen

    below = {id_: frozenset(walk(id_, set())) for id_ in rules}
    for id_, beaten in below.items():
        if id_ in beaten:
            raise InvalidRule(f"{id_} supersedes itself through others", id_)
    return below


@cache
def knowledge_base() -> KnowledgeBase:
    """Return the built-in knowledge base."""
    return KnowledgeBase(load_rules(), Recogniser(load_senders()))
