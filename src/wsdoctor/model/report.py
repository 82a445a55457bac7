"""Groups of attempts and the report over all of them: what renderers print and machines read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wsdoctor.model.evidence import Evidence
from wsdoctor.model.finding import Diagnosis

__all__ = ["Group", "Report", "Timeline"]


@dataclass(frozen=True, slots=True)
class Timeline:
    """How many attempts fell into each of a few equal spans of time.

    Attributes:
        start: seconds since the epoch at the left end of the first span.
        width: seconds per span.
        counts: attempts per span, oldest first.

    """

    start: float
    width: float
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Attempts that are the same in all that is stable.

    Attributes:
        id: stable fingerprint, the same in every run and on every machine.
        parts: what the fingerprint is made of, name → value, in order.
        attempts: how many.
        first_seen: seconds since the epoch, None if no attempt had a time.
        last_seen: the same.
        period: median seconds between attempts of one peer, None without a rhythm.
        jitter: median absolute deviation of those intervals in seconds, None without a rhythm.
        peers: addresses of the most frequent peers, most frequent first.
        peer_count: about how many different peers there were.
        clients: addresses that intermediaries claim to speak for (X-Forwarded-For and the like).
        paths: the most frequent paths, most frequent first.
        listener: ``ip:port`` of the listener, None if not observed.
        diagnosis: of the sample, with the rhythm of the group taken into account.
        sample: evidence of one attempt of the group.
        evidence: 1-based record numbers of the input, empty where there are none.
        timeline: when they came, None if no attempt had a time.
        folded: True for the group that holds the long tail that memory bounds left no room for.

    """

    id: str
    parts: Mapping[str, str]
    attempts: int
    first_seen: float | None
    last_seen: float | None
    period: float | None
    jitter: float | None
    peers: tuple[str, ...]
    peer_count: int
    clients: tuple[str, ...]
    paths: tuple[str, ...]
    listener: str | None
    diagnosis: Diagnosis
    sample: Evidence
    evidence: tuple[int, ...] = ()
    timeline: Timeline | None = None
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """All that was observed, grouped; strays first, most frequent first.

    Attributes:
        attempts: attempts of every kind.
        good: correct opening handshakes among them.
        groups: most frequent first; groups of good handshakes have a diagnosis without findings.
        first_seen: seconds since the epoch, None if no attempt had a time.
        last_seen: the same.
        notes: sentences on what could not be read or was left out.

    """

    attempts: int
    good: int
    groups: tuple[Group, ...]
    first_seen: float | None = None
    last_seen: float | None = None
    notes: tuple[str, ...] = field(default=())
