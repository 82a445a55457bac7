"""What a person wants to know of a report, in the order in which it is told: sections, causes, groups.

Shared by the renderers for people, so that terminal, Markdown and HTML say the same. It knows no output
format: what it returns from peers is redacted and bounded, and escaped by `printable` unless said otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wsdoctor.model.evidence import Evidence
from wsdoctor.model.finding import LEVELS, Finding, Level
from wsdoctor.model.redact import printable, redact_target
from wsdoctor.model.report import Group, Report, Timeline
from wsdoctor.renderers._words import CLASS_LABEL, FACT_LABEL, count, duration, instant, percent, sureness, tally
from wsdoctor.wire.protocols import PROTOCOLS

__all__ = [
    "Cause",
    "Section",
    "asked",
    "bins",
    "lacking",
    "merged",
    "overview",
    "reason_of",
    "rhythm",
    "sections",
    "summary",
    "sure",
    "verdict",
    "who",
    "window",
]

GOOD = "Correct opening handshakes"
_SECRET_BEARER = re.compile(r"\S*(?:\?|://)\S*")
_SPOKEN = PROTOCOLS.keys() - {"unknown", "text"}
_ARTICLES = ("a ", "an ", "the ")
_SECTIONS = (
    ("needs-you", "Needs you"),
    ("unexplained", "Not explained yet"),
    ("harmless", "Harmless"),
    ("good", "Real clients"),
)


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause and all groups that it explains.

    Attributes:
        key: id of the rule; ``good`` for correct handshakes, ``rare-`` and the class for a folded tail.
        title: the cause in one line.
        finding: of the largest group; None for good handshakes, and for a tail, which many rules explain.
        groups: most frequent first.
        attempts: of all groups.
        cls: class of the contract, None for good handshakes.
        level: SARIF word, None for good handshakes.

    """

    key: str
    title: str
    finding: Finding | None
    groups: tuple[Group, ...]
    attempts: int
    cls: str | None = None
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: ``needs-you``, ``unexplained``, ``harmless`` or ``good``.

    Good handshakes that were only counted leave their section without a cause.
    """

    key: str
    title: str
    causes: tuple[Cause, ...]
    attempts: int


def sections(report: Report) -> tuple[Section, ...]:
    """Return the sections that hold something, what needs somebody first."""
    by_key: dict[str, list[Group]] = {}
    for group in report.groups:
        by_key.setdefault(_key_of(group), []).append(group)
    causes: dict[str, list[Cause]] = {}
    for key, groups in by_key.items():
        cause = _cause_of(key, sorted(groups, key=lambda group: -group.attempts))
        causes.setdefault(_section_of(cause), []).append(cause)
    if report.good:
        causes.setdefault("good", [])
    for each in causes.values():
        each.sort(key=lambda cause: (-_rank(cause), -cause.attempts, cause.key))
    return tuple(
        Section(
            key,
            title,
            tuple(causes[key]),
            report.good if key == "good" else sum(cause.attempts for cause in causes[key]),
        )
        for key, title in _SECTIONS
        if key in causes
    )


def _key_of(group: Group) -> str:
    primary = group.diagnosis.primary
    if primary is None:
        return "good"
    return f"rare-{primary.cls}" if group.folded else primary.rule


def _cause_of(key: str, groups: list[Group]) -> Cause:
    attempts = sum(group.attempts for group in groups)
    finding = groups[0].diagnosis.primary
    if finding is None:
        return Cause(key, GOOD, None, tuple(groups), attempts)
    if groups[0].folded:
        title = f"{CLASS_LABEL[finding.cls]}: rare kinds, counted together"
        return Cause(key, title, None, tuple(groups), attempts, finding.cls, finding.level)
    return Cause(key, finding.title, finding, tuple(groups), attempts, finding.cls, finding.level)


def _section_of(cause: Cause) -> str:
    if cause.cls is None:
        return "good"
    if cause.cls == "unknown":
        return "unexplained"
    return "harmless" if cause.level == "note" else "needs-you"


def _rank(cause: Cause) -> int:
    return LEVELS.index(cause.level) if cause.level else -1


def verdict(report: Report) -> str:
    """Return the verdict in a few words: how many causes, and how many of them need somebody."""
    found = {section.key: len(section.causes) for section in sections(report)}
    needing, open_ = found.get("needs-you", 0), found.get("unexplained", 0)
    known = needing + found.get("harmless", 0)
    if not report.attempts:
        return "Nothing was observed."
    if not known and not open_:
        return "No strays: every attempt was a correct opening handshake."
    need = "none needs you" if not needing else "1 needs you" if needing == 1 else f"{tally(needing)} need you"
    if known == 1:
        need = "it needs you" if needing else "it is harmless"
    words = f"{count(known, 'cause')} found, {need}" if known else "No cause found"
    return f"{words}; {count(open_, 'kind')} of attempt not explained yet." if open_ else f"{words}."


def overview(report: Report) -> str:
    """Return how many attempts there were, and how many of them were real clients."""
    strays = report.attempts - report.good
    return (
        f"{count(report.attempts, 'attempt')}: {count(report.good, 'correct opening handshake')}, "
        f"{count(strays, 'stray')}."
    )


def who(groups: Sequence[Group], limit: int = 3) -> str | None:
    """Return the peers, most frequent first, as ``10.0.0.1, 10.0.0.2 and about 7 more``; None if not observed."""
    names = list(dict.fromkeys(peer for group in groups for peer in group.peers))
    if not names:
        return None
    total = groups[0].peer_count if len(groups) == 1 else max(len(names), *(group.peer_count for group in groups))
    shown = ", ".join(printable(name, 64) for name in names[:limit])
    more = max(total, len(names)) - min(limit, len(names))
    return f"{shown} and {tally(more)} more" if more > 0 else shown


def rhythm(group: Group) -> str | None:
    """Return how regularly it comes, such as ``every 10.0 s ± 100 ms``; None without a rhythm."""
    if group.period is None:
        return None
    words = f"every {duration(group.period)}"
    return words if not group.jitter else f"{words} \u00b1 {duration(group.jitter)}"


def sure(finding: Finding) -> str:
    """Return the confidence as ``97 %, almost certain``."""
    return f"{percent(finding.confidence)}, {sureness(finding.confidence)}"


def reason_of(finding: Finding) -> str:
    """Return the reason with secrets of quoted targets hidden, escaped and bounded."""
    return printable(_hide(finding.reason))


def _hide(text: str) -> str:
    """Return a sentence with the secrets of the addresses in it hidden."""
    return _SECRET_BEARER.sub(lambda match: redact_target(match.group()), text)


def asked(evidence: Evidence) -> str:
    """Return what was asked in one line: the request line, or what was spoken instead."""
    if evidence.method is not None:
        target = evidence.target if evidence.target is not None else evidence.path or ""
        words = f"{evidence.method} {redact_target(target)} {evidence.http_version or ''}"
        return printable(words.strip(), 160)
    if evidence.first_bytes == b"" or evidence.speaks == "nothing":
        return "connected and sent nothing"
    if evidence.speaks is not None and evidence.speaks in _SPOKEN:
        title = PROTOCOLS[evidence.speaks].title
        words = f"sent {title}" if title.startswith(_ARTICLES) else f"spoke {title}"
        return f"{words}, then {asked(evidence.behind)}" if evidence.behind is not None else words
    if evidence.first_bytes is not None:
        return f"sent {count(len(evidence.first_bytes), 'byte')} that are no request"
    if evidence.log and evidence.log.strip():
        line = evidence.log.strip().splitlines()[0]
        return f"logged: {printable(_hide(line), 120)}"
    return "request not observed"


def summary(group: Group) -> str:
    """Return what a group asked for in one line; several paths are counted."""
    if group.folded:
        return "various"
    words = asked(group.sample)
    return f"{words} and {count(len(group.paths) - 1, 'other path')}" if len(group.paths) > 1 else words


def lacking(group: Group, limit: int = 3) -> str | None:
    """Return the facts that would settle what a group is, most wanted first; None if nothing is lacking."""
    wanted: dict[str, int] = {}
    for undecided in group.diagnosis.undecided:
        for fact in undecided.needs:
            wanted[fact] = wanted.get(fact, 0) + 1
    best = sorted(wanted, key=lambda fact: (-wanted[fact], fact))[:limit]
    return ", ".join(FACT_LABEL.get(fact, fact.replace("_", " ")) for fact in best) or None


def bins(timeline: Timeline, at_most: int) -> Timeline:
    """Return the timeline with at most so many spans, neighbours added up."""
    size = max(1, -(-len(timeline.counts) // at_most))
    counts = tuple(sum(timeline.counts[left : left + size]) for left in range(0, len(timeline.counts), size))
    return Timeline(timeline.start, timeline.width * size, counts)


def merged(groups: Iterable[Group], start: float, end: float, spans: int) -> tuple[int, ...]:
    """Return how many attempts of the groups fell into each of so many equal spans from start to end."""
    counts = [0] * spans
    width = (end - start) / spans or 1.0
    for group in groups:
        if group.timeline is None:
            continue
        for number, each in enumerate(group.timeline.counts):
            middle = group.timeline.start + (number + 0.5) * group.timeline.width
            counts[min(spans - 1, max(0, int((middle - start) / width)))] += each
    return tuple(counts)


def window(report: Report) -> tuple[float, float] | None:
    """Return from when to when the timelines of a report reach, None if no calendar holds it."""
    lines = [group.timeline for group in report.groups if group.timeline is not None and group.timeline.counts]
    if not lines:
        return None
    start = min(line.start for line in lines)
    end = max(line.start + line.width * len(line.counts) for line in lines)
    return (start, end) if "?" not in {instant(start), instant(end)} and end > start else None
