"""What the rules say of declared traffic, and the findings that come of it.

Each rule that can be seen in files is asked about each meeting of a caller, a hop or a port map with the listener that
it reaches: an accusation needs a listener that is known to speak WebSocket and nothing else. This module reads no file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from wsdoctor.errors import InvalidRule
from wsdoctor.model.finding import Level, RepositoryFinding
from wsdoctor.model.meeting import Judgement, Meeting
from wsdoctor.model.rule import Rule
from wsdoctor.model.traffic import Caller, Declared, Location, PortMap
from wsdoctor.topology import Topology

__all__ = ["ERRORS", "Judge", "findings_of", "judge", "judgements", "level_of", "unplaced"]

ERRORS = frozenset(
    (
        "proxy-strips-upgrade", "http2-to-ws", "tls-on-plaintext", "plaintext-on-tls", "other-protocol",
        "wrong-realtime-protocol", "subprotocol-mismatch", "old-or-broken-ws-client",
    )
)  # fmt: skip
"""Classes in which a handshake cannot succeed."""
NOTES = frozenset(("tcp-probe",))
TRAFFIC = frozenset(("caller", "hop", "port_map", "listener", "direct", "page"))
"""What the `declared` of a rule may ask for."""


class Judge:
    """Says which rules hold for a meeting; which of them can is found once for all meetings with the same facts.

    Args:
        rules: by id.

    """

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules = rules
        self._able: dict[frozenset[str], list[tuple[Rule, Callable[..., str | None], tuple[str, ...]]]] = {}

    def held(self, meeting: Meeting) -> list[tuple[Rule, str]]:
        """Return the rules that hold for a meeting with their reasons, without those that others supersede.

        Raises:
            InvalidRule: if a rule asks for what no declared traffic has.

        """
        facts = meeting.facts
        held: list[tuple[Rule, str]] = []
        for rule, declared, takes in self._those_for(frozenset(facts)):
            reason = declared(**{name: facts[name] for name in takes})
            if reason is not None:
                held.append((rule, reason))
        if len(held) < 2:
            return held
        beaten = {below for rule, _ in held for below in rule.supersedes}
        return [(rule, reason) for rule, reason in held if rule.id not in beaten]

    def _those_for(self, names: frozenset[str]) -> list[tuple[Rule, Callable[..., str | None], tuple[str, ...]]]:
        if names not in self._able:
            asking = [(rule, rule.declared, _takes(rule)) for rule in self._rules.values() if rule.declared is not None]
            self._able[names] = [each for each in asking if names.issuperset(each[2])]
        return self._able[names]


def judge(meeting: Meeting, rules: Mapping[str, Rule]) -> list[tuple[Rule, str]]:
    """Return what `Judge` says of a single meeting."""
    return Judge(rules).held(meeting)


def _takes(rule: Rule) -> tuple[str, ...]:
    assert rule.declared is not None
    code = rule.declared.__code__
    takes = code.co_varnames[: code.co_argcount]
    if not TRAFFIC.issuperset(takes):
        raise InvalidRule(f"declared of {rule.id} asks for what no declared traffic has", code.co_filename)
    return takes


def level_of(cls: str) -> Level:
    """Return the level that a class has in files."""
    if cls in ERRORS:
        return "error"
    return "note" if cls in NOTES else "warning"


def judgements(declared: Declared, rules: Mapping[str, Rule]) -> tuple[Judgement, ...]:
    """Return what the rules say of each meeting of declared traffic."""
    judging = Judge(rules)
    return tuple(Judgement(meeting, tuple(judging.held(meeting))) for meeting in Topology(declared).meetings())


def unplaced(declared: Declared, ports: Collection[int]) -> tuple[Judgement, ...]:
    """Return the meetings with what listens on ports on which attempts were observed and nothing is known to listen.

    No rule judges them: what is spoken there is not known.

    Args:
        declared: what the inspectors extracted.
        ports: on which attempts were observed.

    """
    return tuple(Judgement(meeting) for meeting in Topology(declared).towards(ports)) if ports else ()


def findings_of(judged: Iterable[Judgement]) -> list[tuple[RepositoryFinding, Meeting]]:
    """Return the findings in the order of files and lines, each place once, with the meeting that each is about."""
    found: dict[tuple[str, str, int], tuple[RepositoryFinding, Meeting]] = {}
    for judgement in judged:
        for rule, reason in judgement.held:
            finding = _finding(judgement.meeting, rule, reason)
            place = (finding.rule, finding.location.file, finding.location.line)
            found.setdefault(place, (finding, judgement.meeting))
    return sorted(found.values(), key=lambda each: (each[0].location.file, each[0].location.line, each[0].rule))


def _finding(meeting: Meeting, rule: Rule, reason: str) -> RepositoryFinding:
    traffic, listener = meeting.traffic, meeting.listener
    sure = 1.0 if isinstance(traffic, PortMap) else traffic.sure
    return RepositoryFinding(
        rule=rule.id,
        cls=rule.cls,
        level=level_of(rule.cls),
        confidence=round(min(sure, listener.sure) * 0.95, 2),
        location=traffic.location,
        message=f"{reason}; {_known_by(meeting)} {listener.framework} at "
        f"{listener.location.file}:{listener.location.line}",
        remedy=rule.remedy.text,
        port=listener.port,
        related=tuple(_related(meeting)),
    )


def _known_by(meeting: Meeting) -> str:
    if meeting.page is not None:
        return "the page is HTTPS by"
    return "the listener is" if meeting.client is None else "a WebSocket is opened there by"


def _related(meeting: Meeting) -> Iterable[Location]:
    if isinstance(meeting.traffic, Caller):
        yield from meeting.traffic.also
    for port_map in meeting.maps:
        yield port_map.location
    yield meeting.listener.location
