"""What is counted of one group, in bounded memory: peers with their rhythm, paths, times, a sample.

This module does not decide which attempt belongs to which group; `grouping` does.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

from wsdoctor.fingerprint import Key
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.evidence import Evidence
from wsdoctor.model.finding import Diagnosis
from wsdoctor.model.headers import Headers
from wsdoctor.model.report import Group
from wsdoctor.rhythm import Rhythm, Spans, rhythm_of
from wsdoctor.sketch import Distinct, count_top

__all__ = ["Tally"]

PEERS = 16
PATHS = 8
CLIENTS = 16
"""The most frequent peers, paths and clients that a group names; more are not read."""
TIMES = 32
"""Latest times of one peer that its rhythm is found from; must be a power of two."""
LONGEST_SAMPLE = 4_096
"""Bytes and characters of one fact of a sample; a thousand samples of 64 KiB would break the bound on memory."""
LONGEST_LINE = 64
"""Characters of a name or value in a sample that is cut."""
NOBODY = ""
"""Stands for the peer where none was observed: such attempts may have a rhythm together."""
_BOUNDED = ("target", "path", "query", "trailing", "user_agent", "origin", "referer", "host", "log")


class _Peer:
    """One of the most frequent peers of a group."""

    __slots__ = ("attempts", "times")

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts
        self.times: array[float] | None = None

    def remember(self, at: float, many: int) -> None:
        """Remember the time of the next attempts in the place of the oldest."""
        times = self.times
        if times is None:
            times = self.times = array("d")
        for number in range(self.attempts, self.attempts + min(many, TIMES)) if many > 1 else (self.attempts,):
            if len(times) < TIMES:
                times.append(at)
            else:
                times[number & (TIMES - 1)] = at


class Tally:
    """What is counted of one group.

    Args:
        name: public id of the group.
        key: its fingerprint.
        network: network of its peers, empty if not observed or folded.
        attempt: its first attempt, which becomes the sample.
        room: record numbers to keep, None to keep all.
        folded: True if it counts whatever else there is of a class.

    """

    __slots__ = (
        "_confirmed", "_period", "attempts", "clients", "diagnosis", "distinct", "first", "folded", "id", "key", "last",
        "network", "paths", "peers", "records", "room", "sample", "since", "spans", "whole",
    )  # fmt: skip

    def __init__(
        self, name: str, key: Key, network: str, attempt: Attempt, room: int | None, *, folded: bool = False
    ) -> None:
        self.id = name
        self.key = key
        self.network = network
        self.folded = folded
        self.attempts = 0
        self.since = 0
        self.first: float | None = None
        self.last: float | None = None
        self.peers: dict[str, _Peer] = {}
        self.distinct: Distinct | None = None
        self.paths: dict[str, int] = {}
        self.clients: dict[str, int] = {}
        self.records: array[int] | None = None
        self.room = room
        self.spans: Spans | None = None
        self.sample = _bounded(attempt.evidence)
        self.whole = self.sample is attempt.evidence
        self.diagnosis = attempt.diagnosis
        self._period: float | None = None
        self._confirmed = attempt.diagnosis

    @property
    def weight(self) -> int:
        """How often the group came lately."""
        return self.attempts - self.since

    def age(self) -> None:
        """Let half of the weight fade."""
        self.since = self.attempts - self.weight // 2

    def add(self, at: float | None, peer: str | None, key: Key, record: int | None, many: int = 1) -> int:
        """Count an attempt, or as many as there were of it at the moment, and return how many there are."""
        count = self.attempts = self.attempts + many
        if at is not None:
            at = self._note_time(at, many)
        if peer is None:
            peer = NOBODY
        entry = self.peers.get(peer)
        if entry is None:
            entry = self._note_peer(peer)
        if at is not None and not self.folded:
            entry.remember(at, many)
        entry.attempts += many
        path = key.path
        if path is not None:
            paths = self.paths
            if path in paths:
                paths[path] += many
            else:
                count_top(paths, path, PATHS, many)
        if key.clients:
            for client in key.clients:
                count_top(self.clients, client, CLIENTS, many)
        if record is not None:
            self._note_record(record)
        return count

    def _note_time(self, at: float, many: int) -> float | None:
        spans = self.spans
        if spans is None:
            spans = self.spans = Spans()
        try:
            spans.add(at, many)
        except (ValueError, OverflowError):
            return None
        if self.last is None or at > self.last:
            self.last = at
        if self.first is None or at < self.first:
            self.first = at
        return at

    def _note_peer(self, peer: str) -> _Peer:
        before = 0
        if len(self.peers) == PEERS:
            if self.distinct is None:
                self.distinct = Distinct()
                for each in self.peers:
                    self.distinct.add(each)
            self.distinct.add(peer)
            rarest = min(self.peers, key=lambda each: self.peers[each].attempts)
            before = self.peers.pop(rarest).attempts
        entry = self.peers[peer] = _Peer(before)
        return entry

    def _note_record(self, record: int) -> None:
        if self.records is None:
            self.records = array("Q")
        if self.room is None or len(self.records) < self.room:
            self.records.append(record)

    def absorb(self, other: Tally) -> None:
        """Count all that another group counted."""
        self.attempts += other.attempts
        self.first = min((at for at in (self.first, other.first) if at is not None), default=None)
        self.last = max((at for at in (self.last, other.last) if at is not None), default=None)
        if other.spans is not None:
            if self.spans is None:
                self.spans = Spans()
            self.spans.merge(other.spans)
        for peer, entry in other.peers.items():
            mine = self.peers.get(peer) or self._note_peer(peer)
            mine.attempts += entry.attempts
        if other.distinct is not None:
            if self.distinct is None:
                self.distinct = Distinct()
                for each in self.peers:
                    self.distinct.add(each)
            self.distinct.merge(other.distinct)
        for path, count in other.paths.items():
            count_top(self.paths, path, PATHS, count)
        for client, count in other.clients.items():
            count_top(self.clients, client, CLIENTS, count)
        for record in other.records or ():
            self._note_record(record)

    def freeze(self, rediagnose: Callable[[Evidence], Diagnosis] | None) -> Group:
        """Return the group as it is now."""
        peers = sorted(self.peers, key=lambda each: -self.peers[each].attempts)
        named = [peer for peer in peers if peer != NOBODY]
        rhythm = None if self.folded else self._rhythm(peers)
        parts = dict(self.key.parts)
        if self.folded:
            parts = {"class": parts["class"], "folded": "the long tail of this class"}
        elif self.network:
            parts["network"] = self.network
        return Group(
            id=self.id,
            parts=parts,
            attempts=self.attempts,
            first_seen=self.first,
            last_seen=self.last,
            period=rhythm and rhythm.period,
            jitter=rhythm and rhythm.jitter,
            peers=tuple(named),
            peer_count=len(named) if self.distinct is None else len(self.distinct),
            clients=tuple(sorted(self.clients, key=lambda each: -self.clients[each])),
            paths=tuple(sorted(self.paths, key=lambda each: -self.paths[each])),
            listener=self.key.listener,
            diagnosis=self._diagnosis(rhythm, rediagnose),
            sample=self.sample,
            evidence=tuple(sorted(self.records or ())),
            timeline=None if self.spans is None else self.spans.timeline(),
            folded=self.folded,
        )

    def _rhythm(self, peers: list[str]) -> Rhythm | None:
        for peer in peers:
            times = self.peers[peer].times
            if times is not None and (rhythm := rhythm_of(times)) is not None:
                return rhythm
        return None

    def _diagnosis(self, rhythm: Rhythm | None, rediagnose: Callable[[Evidence], Diagnosis] | None) -> Diagnosis:
        """Return the diagnosis of the sample with the rhythm; made again only when the period changed."""
        if rhythm is None or rediagnose is None or not self.whole:
            return self.diagnosis
        period = round(rhythm.period, 1)
        if period != self._period:
            self._period = period
            self._confirmed = rediagnose(self.sample._replace(period=rhythm.period))
        return self._confirmed


def _bounded(evidence: Evidence) -> Evidence:
    """Return the evidence itself if it is small, else a copy whose facts are cut."""
    texts = {name: value for name in _BOUNDED if (value := getattr(evidence, name)) is not None}
    lines = () if evidence.headers is None else evidence.headers.lines
    size = sum(map(len, texts.values())) if evidence.first_bytes is None else len(evidence.first_bytes)
    if max(size, len(lines) * LONGEST_LINE, len(evidence.log or "")) <= LONGEST_SAMPLE:
        return evidence
    cut: dict[str, Any] = {name: value[:LONGEST_SAMPLE] for name, value in texts.items()}
    if evidence.first_bytes is not None:
        cut["first_bytes"] = evidence.first_bytes[:LONGEST_SAMPLE]
    if evidence.headers is not None:
        kept = lines[: LONGEST_SAMPLE // LONGEST_LINE]
        cut["headers"] = Headers((name[:LONGEST_LINE], value[:LONGEST_LINE]) for name, value in kept)
    return evidence._replace(**cut, behind=None)
