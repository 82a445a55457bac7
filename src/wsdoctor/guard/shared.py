"""What all connections of one listener share: the rules, what is known of repeated first packets, the counts."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from wsdoctor.diagnosis import KnowledgeBase
from wsdoctor.guard.decisions import Reply
from wsdoctor.guard.framing import SMALL_HEAD, path_of
from wsdoctor.guard.opening import Opening
from wsdoctor.guard.policy import Policy
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.evidence import Evidence
from wsdoctor.model.finding import Diagnosis
from wsdoctor.model.rule import Rule
from wsdoctor.model.settings import Settings
from wsdoctor.respond import Answer, answer
from wsdoctor.wire.attempt import evidence as make_evidence
from wsdoctor.wire.handshake import looks_like_good

__all__ = ["Guard", "Known"]

MAX_KNOWN = 1024
"""Different first packets whose diagnosis and answer are remembered."""
MAX_KNOWN_BYTES = 2048
"""Longer first packets are not remembered: with `MAX_KNOWN` this bounds the keys to two megabytes."""
MAX_PEERS = 256
"""Peers per first packet that have a diagnosis of their own, where a rule asks for the peer."""
PEER_RATE = 200
"""New peers a second that get it; in a flood the rest share the diagnosis that does not look at the peer."""
MAX_PATHS = 256
"""Paths that are learned as places where WebSockets are opened: enough for a router, bounded for scanners."""
GOOD_RATE = 20
"""Good handshakes a second that are recorded one by one."""

SWITCHING_PROTOCOLS = 101
BAD_REQUEST = 400

_NAMES = Evidence._fields
_STAMPED = _NAMES.index("peer_port") + 1
"""The facts before this one are different for every connection, and so is `elapsed`."""
_ELAPSED = _NAMES.index("elapsed")
_STATUS = _NAMES.index("status")
_SPANS = (0.1, 1.0, 5.0, 20.0, 60.0)
"""Seconds between which an end means the same; a diagnosis is remembered for each span."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class _Rate:
    """So many in a second, and no more.

    Args:
        limit: how many.

    """

    __slots__ = ("_left", "_limit", "_since")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._left = 0
        self._since = float("-inf")

    def take(self, at: float) -> bool:
        if at - self._since >= 1.0:
            self._since = at
            self._left = self._limit
        self._left -= 1
        return self._left >= 0

    def spent(self, at: float) -> bool:
        return self._left <= 0 and at - self._since < 1.0


@dataclass(slots=True, eq=False)
class Known:
    """One first packet: what it is, and what to reply."""

    diagnosis: Diagnosis
    reply: Reply
    before: tuple[Any, ...]
    after: tuple[Any, ...]
    by_peer: dict[str, Diagnosis] | None


class Guard:
    """What all connections of one listener share.

    Args:
        policy: what the server behind takes.
        settings: what the user wants.
        knowledge: the rules to ask.
        on_settled: called with each attempt that was settled.
        on_repeated: called with an attempt that one peer made several times at one moment and the ports that they came
            from, so that it is described once; None gives each of them to `on_settled`.
        records_good: True to give good handshakes to `on_settled` as well, up to `GOOD_RATE` a second;
            those beyond are counted only, for describing one costs a good part of what serving it costs.
        on_good: called with a number of good handshakes that are only counted.
        on_failure: called with an exception of the guard itself; the connection is passed on anyway.
        listener: address that is listened on, None if unknown.
        listener_port: port that is listened on, None if there is none.
        platform: where it runs, None if unknown.

    Attributes:
        good: good handshakes that were passed on.
        settled: attempts that were given to `on_settled`.

    """

    def __init__(
        self,
        policy: Policy,
        settings: Settings,
        knowledge: KnowledgeBase,
        on_settled: Callable[[Attempt], object],
        on_repeated: Callable[[Attempt, Sequence[int | None]], object] | None = None,
        records_good: bool = False,
        on_good: Callable[[int], object] | None = None,
        on_failure: Callable[[Exception], object] | None = None,
        listener: str | None = None,
        listener_port: int | None = None,
        platform: str | None = None,
    ) -> None:
        self.policy = policy
        self.settings = settings
        self.knowledge = knowledge
        self.on_settled = on_settled
        self.on_repeated = on_repeated
        self.records_good = records_good
        self.on_good = on_good
        self.on_failure = on_failure
        self.listener = listener
        self.listener_port = listener_port
        self.platform = platform
        self.good = 0
        self.settled = 0
        self._let_in = 0
        self.known: dict[bytes, Known] = {}
        self._goods = _Rate(GOOD_RATE)
        self._peers = _Rate(PEER_RATE)
        self._repeated: dict[tuple[Known, str | None, float], list[int | None]] = {}
        self._ended: dict[tuple[bytes, str, int], Known] = {}
        self._paths = dict.fromkeys(path.encode("latin-1", "replace") for path in settings.websocket_paths)
        self._peer_matters = any(_asks_for_peer(rule) for rule in knowledge.rules.values())

    def opening(self, peer: str | None, peer_port: int | None, at: float) -> Opening:
        """Return the state machine of a new connection.

        Args:
            peer: address of the peer, None if it is not known.
            peer_port: port of the peer, None if it has none.
            at: seconds since the epoch when the connection was accepted.

        """
        return Opening(self, peer, peer_port, at)

    def failed(self, error: Exception) -> None:
        """Report a failure of the guard; reporting may fail as well, and nobody must notice."""
        if self.on_failure is not None:
            try:
                self.on_failure(error)
            except Exception:  # noqa: BLE001 - the host must not notice
                self.on_failure = None

    def is_websocket_path(self, path: bytes) -> bool:
        """Say whether WebSockets are known to be opened on the path."""
        return path in self._paths

    def learn_path(self, path: bytes) -> None:
        """Remember a path as one where WebSockets are opened."""
        if len(self._paths) < MAX_PATHS:
            self._paths[path] = None

    def judge(self, evidence: Evidence, too_large: bool = False) -> Known:
        """Think about new first bytes that are to be rejected, and remember what they are."""
        first = evidence.first_bytes or b""
        known = self._think(evidence, "rejected", None, too_large)
        if len(first) <= MAX_KNOWN_BYTES:
            _remember(self.known, first, known, MAX_KNOWN)
        return known

    def judge_end(self, first: bytes, outcome: str, elapsed: float) -> Known:
        """Return what is known of first bytes after which the connection ended this way, about this late."""
        key = (first, outcome, bisect(_SPANS, elapsed))
        known = self._ended.get(key)
        if known is None:
            known = self._think(make_evidence(first), outcome, elapsed, False)
            if len(first) <= MAX_KNOWN_BYTES:
                _remember(self._ended, key, known, MAX_KNOWN)
        return known

    def _think(self, evidence: Evidence, outcome: str, elapsed: float | None, too_large: bool) -> Known:
        evidence = evidence._replace(
            outcome=outcome,
            listener=self.listener,
            listener_port=self.listener_port,
            elapsed=elapsed,
            platform=self.platform,
        )
        diagnosis = self.knowledge.diagnose(evidence)
        claims = any(self.knowledge.rules[finding.rule].claim for finding in diagnosis.findings)
        reply = Reply(answer(evidence, diagnosis, self.settings.health_paths, too_large))
        values = list(evidence)
        if outcome == "rejected":
            values[_STATUS] = reply.answer.status
        before, after = tuple(values[_STAMPED:_ELAPSED]), tuple(values[_ELAPSED + 1 :])
        return Known(diagnosis, reply, before, after, {} if claims or self._peer_matters else None)

    def answer_again(self, first: bytes, peer: str | None, peer_port: int | None, at: float) -> Answer | None:
        """Answer a first packet that has been answered before; the shortest way there is.

        Whoever calls this calls `settle_batch` when all that arrived at the moment is answered.

        Args:
            first: the packet.
            peer: address of the peer, None if it is not known.
            peer_port: port of the peer, None if it has none.
            at: seconds since the epoch when the connection was accepted.

        Returns:
            the answer, None if the packet is new or its answer needs a connection that lingers.

        """
        known = self.known.get(first)
        if known is None or known.reply.answer.linger:
            return None
        key = (known, peer, at)
        ports = self._repeated.get(key)
        if ports is None:
            ports = self._repeated[key] = []
        ports.append(peer_port)
        return known.reply.answer

    def lets_in(self, first: bytes, at: float) -> bool:
        """Count a good handshake of which nobody wants more than the count; the shortest way through there is.

        Whoever calls this calls `settle_batch` when all that arrived at the moment is answered.

        Args:
            first: the first packet.
            at: seconds since the epoch when the connection was accepted.

        Returns:
            False for everything else, which needs an `opening`.

        """
        if not looks_like_good(first) or len(first) > SMALL_HEAD:
            return False
        if self.records_good and not self._goods.spent(at):
            return False
        if self.policy.serves_http and not self.is_websocket_path(path_of(first)):
            return False
        self._let_in += 1
        return True

    def settle_batch(self) -> None:
        """Settle what `answer_again` has answered since the last time, and count what `lets_in` has let in."""
        if self._let_in:
            count, self._let_in = self._let_in, 0
            try:
                self.count_good(count)
            except Exception as error:  # noqa: BLE001 - the host must not notice
                self.failed(error)
        if self._repeated:
            repeated, self._repeated = self._repeated, {}
            for (known, peer, at), ports in repeated.items():
                try:
                    self._settle(known, peer, ports, at, 0.0, "guard")
                except Exception as error:  # noqa: BLE001 - the host must not notice
                    self.failed(error)

    def settle(self, known: Known, opening: Opening, at: float, answered_by: str | None) -> None:
        """Give an attempt of a known kind to `on_settled`."""
        self._settle(known, opening.peer, (opening.peer_port,), opening.opened_at, at - opening.opened_at, answered_by)

    def _settle(
        self,
        known: Known,
        peer: str | None,
        peer_ports: Sequence[int | None],
        opened_at: float,
        elapsed: float,
        answered_by: str | None,
    ) -> None:
        stamped = (opened_at, peer, peer_ports[0], *known.before, elapsed, *known.after)
        evidence = Evidence._make(stamped)
        diagnosis = known.diagnosis
        if known.by_peer is not None and peer is not None:
            own = known.by_peer.get(peer)
            if own is None and self._peers.take(opened_at):
                own = self.knowledge.diagnose(evidence)
                own = diagnosis if own == diagnosis else own
                _remember(known.by_peer, peer, own, MAX_PEERS)
            diagnosis = own or diagnosis
        self.settled += len(peer_ports)
        attempt = Attempt(evidence, diagnosis, answered_by)
        if len(peer_ports) == 1:
            self.on_settled(attempt)
        elif self.on_repeated is not None:
            self.on_repeated(attempt, peer_ports)
        else:
            for each in attempt.from_ports(peer_ports):
                self.on_settled(each)

    def server_answered(
        self, opening: Opening, evidence: Evidence | None, status: int | None, outcome: str | None, at: float
    ) -> None:
        """Record how the server answered an attempt that was passed on."""
        try:
            upgraded = status == SWITCHING_PROTOCOLS or outcome == "upgraded"
            if evidence is None:
                if upgraded:
                    self.learn_path(path_of(opening.data))
                    if not self.records_good:
                        self.count_good()
                        return
                    self.good += 1
                evidence = opening.evidence()
            elif self.policy.plain == "refused" and status is not None and status < BAD_REQUEST and not upgraded:
                return
            facts: dict[str, Any] = {name: getattr(evidence, name) for name in _NAMES}
            facts |= {"at": opening.opened_at, "peer": opening.peer, "peer_port": opening.peer_port}
            facts |= {"listener": self.listener, "listener_port": self.listener_port, "platform": self.platform}
            facts |= {"outcome": outcome or ("upgraded" if upgraded else "rejected"), "status": status}
            facts["elapsed"] = at - opening.opened_at
            whole = Evidence(**facts)
            self.settled += 1
            answered_by = "server" if status is not None or upgraded else None
            self.on_settled(Attempt(whole, self.knowledge.diagnose(whole), answered_by))
        except Exception as error:  # noqa: BLE001 - the host must not notice
            self.failed(error)

    def count_good(self, count: int = 1) -> None:
        """Count good handshakes that nobody wants to have described."""
        self.good += count
        if self.on_good is not None:
            self.on_good(count)

    def may_record_good(self, at: float) -> bool:
        """Say whether one more good handshake may be recorded now."""
        return self.records_good and self._goods.take(at)


def _asks_for_peer(rule: Rule) -> bool:
    if rule.match is None:
        return False
    code = rule.match.__code__
    return not {"peer", "peer_port"}.isdisjoint(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])


def _remember(table: dict[_Key, _Value], key: _Key, value: _Value, limit: int) -> None:
    if len(table) >= limit:
        del table[next(iter(table))]
    table[key] = value
