"""Attempts to groups: who is the same, how often, in what rhythm; in bounded memory whatever arrives.

The first groups are counted one by one. When there is no more room, a newcomer gets a group of its own as
soon as it came more often lately than the weakest group; until then it is counted in the folded group of its
class, and so is the weakest group that made room. The half with the most attempts never makes room, so the
top stays exact and a heavy sender that comes late still shows.

This module reads no clock and does no I/O. The guard adds attempts as they are settled, readers as they are
read; renderers and the journal ask for groups. Not safe against two threads that add at the same moment:
callers with threads hold a lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from wsdoctor.fingerprint import Key, group_id, key_of, network_of
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.evidence import Evidence
from wsdoctor.model.finding import Diagnosis
from wsdoctor.model.report import Group, Report
from wsdoctor.sketch import Frequency
from wsdoctor.tally import Tally

__all__ = ["GroupEvent", "Grouper", "key_of"]

LIMIT = 1_000
"""Groups counted one by one in a live process: some 6 MiB when a flood fills them all."""
LIMIT_WITH_RECORDS = 20_000
"""The same where all records are kept, that is, for files that somebody analyses once."""
RECORDS = 1_000
"""Record numbers of a group, unless all are kept."""
NETWORKS = 2_048
"""Peers whose network is remembered between attempts."""
WEAKEST = 8
"""One group in so many is lined up as the next to make room when room is sought."""

FOLDED_NOTE = (
    "{attempts:,} attempts came in more different ways than can be told apart in bounded memory; "
    "they are counted by class, in groups marked as folded."
)


class GroupEvent(NamedTuple):
    """What adding one attempt meant for its group.

    Attributes:
        group: id of the group.
        first: True if the group began with it.
        attempts: attempts of the group so far.
        folded: True if the attempt was counted in a folded group.

    """

    group: str
    first: bool
    attempts: int
    folded: bool


class Grouper:
    """Groups attempts by what is stable of them.

    Args:
        rediagnose: evidence → diagnosis, asked again with `period` set once a group has a rhythm.
        keep_records: keep every record number, and more groups; for files, not for a live process.
        limit: groups counted one by one, at least 8; None for the usual number.

    """

    def __init__(
        self,
        rediagnose: Callable[[Evidence], Diagnosis] | None = None,
        *,
        keep_records: bool = False,
        limit: int | None = None,
    ) -> None:
        self._rediagnose = rediagnose
        self._records = None if keep_records else RECORDS
        self._limit = max(8, limit or (LIMIT_WITH_RECORDS if keep_records else LIMIT))
        self._groups: dict[tuple[bytes, str], Tally] = {}
        self._folded: dict[str, Tally] = {}
        self._by_id: dict[str, Tally] = {}
        self._networks: dict[str | None, str] = {}
        self._frequency: Frequency | None = None
        self._aged = 0
        self._weakest: list[tuple[int, tuple[bytes, str]]] = []
        self._good = 0

    def add(self, attempt: Attempt, record: int | None = None, key: Key | None = None, times: int = 1) -> GroupEvent:
        """Count an attempt.

        Args:
            attempt: what was observed and what the rules say of it.
            record: 1-based number of the record in the input, None where there is none.
            key: `key_of` this evidence and diagnosis, if the caller has it already; attempts with the same
                first bytes, listener and rule share it, and it is most of the work.
            times: how often its peer made it at that moment.

        """
        evidence = attempt.evidence
        if key is None:
            key = key_of(evidence, attempt.diagnosis)
        peer = evidence.peer
        network = self._networks.get(peer)
        if network is None:
            network = self._network(peer)
        tally = self._groups.get((key.digest, network))
        if tally is None:
            tally = self._place(key, network, attempt, times)
        count = tally.add(evidence.at, peer, key, record, times)
        return GroupEvent(tally.id, count == times, count, tally.folded)

    def count_good(self, attempts: int = 1) -> None:
        """Count correct opening handshakes without making groups of them."""
        self._good += attempts

    def attempts_of(self, group: str) -> int:
        """Return how many attempts a group has, 0 if there is no such group (any more)."""
        tally = self._by_id.get(group)
        return tally.attempts if tally is not None else 0

    def group(self, group: str) -> Group | None:
        """Return a group as it is now, None if there is no such group (any more)."""
        tally = self._by_id.get(group)
        return tally.freeze(self._rediagnose) if tally is not None else None

    def report(self) -> Report:
        """Return all groups as they are now: strays first, most frequent first."""
        groups = [tally.freeze(self._rediagnose) for tally in self._all() if tally.attempts]
        groups.sort(key=lambda group: (not group.diagnosis.findings, -group.attempts, group.id))
        folded = [group for group in groups if group.folded]
        notes: tuple[str, ...] = ()
        if folded:
            attempts = sum(group.attempts for group in folded)
            notes = (FOLDED_NOTE.format(attempts=attempts),)
        return Report(
            attempts=self._good + sum(group.attempts for group in groups),
            good=self._good + sum(tally.attempts for tally in self._all() if not tally.key.cls),
            groups=tuple(groups),
            first_seen=min((group.first_seen for group in groups if group.first_seen is not None), default=None),
            last_seen=max((group.last_seen for group in groups if group.last_seen is not None), default=None),
            notes=notes,
        )

    def _all(self) -> Iterator[Tally]:
        yield from self._groups.values()
        yield from self._folded.values()

    def _network(self, peer: str | None) -> str:
        if len(self._networks) >= NETWORKS:
            self._networks.clear()
        network = self._networks[peer] = network_of(peer)
        return network

    def _place(self, key: Key, network: str, attempt: Attempt, times: int) -> Tally:
        """Return the group that counts an attempt which has none: a new one, or the folded one of its class."""
        slot = (key.digest, network)
        if len(self._groups) < self._limit:
            return self._begin(slot, key, attempt)
        if self._frequency is None:
            self._frequency = Frequency()
        lately = [self._frequency.add(hash(slot)) for _ in range(times)][-1]
        if self._frequency.ages > self._aged:
            self._aged = self._frequency.ages
            for tally in self._groups.values():
                tally.age()
        weak, victim = self._find_weakest()
        if lately <= weak:
            return self._fold_of(key, attempt)
        self._weakest.pop()
        evicted = self._groups.pop(victim)
        del self._by_id[evicted.id]
        self._fold_of(evicted.key, Attempt(evicted.sample, evicted.diagnosis)).absorb(evicted)
        begun = self._begin(slot, key, attempt)
        begun.since = times - lately
        return begun

    def _begin(self, slot: tuple[bytes, str], key: Key, attempt: Attempt) -> Tally:
        name = group_id(*slot)
        tally = Tally(name, key, slot[1], attempt, self._records)
        self._groups[slot] = self._by_id[name] = tally
        return tally

    def _fold_of(self, key: Key, attempt: Attempt) -> Tally:
        tally = self._folded.get(key.cls)
        if tally is None:
            tally = Tally(group_id(b"folded", key.cls), key, "", attempt, self._records, folded=True)
            self._folded[key.cls] = self._by_id[tally.id] = tally
        return tally

    def _find_weakest(self) -> tuple[int, tuple[bytes, str]]:
        """Return weight and slot of the group that makes room next; it is the last of `_weakest`."""
        while self._weakest:
            weight, slot = self._weakest[-1]
            if self._groups[slot].weight == weight:
                return weight, slot
            self._weakest.pop()
        lower = sorted(self._groups, key=lambda slot: self._groups[slot].attempts)[: self._limit // 2]
        weights = sorted((self._groups[slot].weight, slot) for slot in lower)
        self._weakest = weights[: max(1, self._limit // WEAKEST)][::-1]
        return self._weakest[-1]
