"""The state machine of one connection, until it is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsdoctor.guard.decisions import SILENCE, WAIT, Decision, Pass, Watch
from wsdoctor.guard.framing import (
    END_OF_HEAD,
    HANDSHAKE_LIKE,
    MAY_BE_HTTP,
    PROXY_HEADERS,
    SMALL_HEAD,
    is_whole,
    path_of,
)
from wsdoctor.model.evidence import Evidence
from wsdoctor.wire.attempt import evidence as make_evidence
from wsdoctor.wire.handshake import looks_like_good
from wsdoctor.wire.sniff import sniff

if TYPE_CHECKING:
    from wsdoctor.guard.shared import Guard, Known

__all__ = ["Opening"]

QUIET = 0.2
"""Seconds of silence after which first bytes that are no HTTP are taken as all there is."""


class Opening:
    """The state machine of one connection, until it is settled.

    Args:
        guard: what all connections of the listener share.
        peer: address of the peer, None if it is not known.
        peer_port: port of the peer, None if it has none.
        at: seconds since the epoch when the connection was accepted.

    Attributes:
        data: all bytes received so far.
        settled: True once a decision other than `WAIT` was made.

    """

    __slots__ = ("_quiet_counts", "data", "guard", "last_at", "opened_at", "peer", "peer_port", "settled")

    def __init__(self, guard: Guard, peer: str | None, peer_port: int | None, at: float) -> None:
        self.guard = guard
        self.peer = peer
        self.peer_port = peer_port
        self.opened_at = at
        self.last_at = at
        self.data = b""
        self.settled = False
        self._quiet_counts = False

    def receive(self, data: bytes, at: float) -> Decision:
        """Take bytes of the peer; bytes that come after a reply are thrown away."""
        if self.settled:
            return WAIT
        self.data = self.data + data if self.data else data
        self.last_at = at
        try:
            known = self.guard.known.get(self.data)
            if known is not None:
                return self._reply(known, at)
            return self._received(self.data, at)
        except Exception as error:  # noqa: BLE001 - the host must not notice
            return self._give_up(error)

    def tick(self, at: float) -> Decision:
        """Look at the time: how long the peer has been silent, how long its request is not complete."""
        if self.settled:
            return WAIT
        try:
            settings = self.guard.settings
            age = at - self.opened_at
            if not self.data:
                return self._timed_out(at) if age >= settings.first_byte_timeout else WAIT
            if self._quiet_counts and at - self.last_at >= QUIET:
                return self._foreign(at)
            return self._timed_out(at) if age >= settings.head_timeout else WAIT
        except Exception as error:  # noqa: BLE001 - the host must not notice
            return self._give_up(error)

    def close(self, at: float, outcome: str = "closed-by-client") -> Decision:
        """Take note that no more bytes will come.

        Args:
            at: seconds since the epoch.
            outcome: ``closed-by-client`` or ``reset``.

        """
        if self.settled:
            return WAIT
        try:
            if self._quiet_counts and outcome == "closed-by-client":
                return self._foreign(at)
            self._end(outcome, at)
            if self.data and not self.guard.settings.answer:
                return Pass(self.data)
        except Exception as error:  # noqa: BLE001 - the host must not notice
            return self._give_up(error)
        return SILENCE

    def evidence(self) -> Evidence:
        """Return what the bytes received so far say."""
        return make_evidence(self.data)

    def _received(self, first: bytes, at: float) -> Decision:
        guard = self.guard
        if looks_like_good(first):
            return self._good(first, at)
        kind = sniff(first)
        too_large = len(first) > guard.settings.max_head
        if kind == "http/1":
            start = len(first) - len(first.lstrip(b"\r\n"))
            end = END_OF_HEAD.search(first, start, guard.settings.max_head)
            if end is not None:
                return self._request(first, end.end(), at)
        if kind in {"http/1", "http/0.9"} or MAY_BE_HTTP.match(first):
            self._quiet_counts = kind == "http/0.9"
            return self._oversized(at) if too_large else WAIT
        policy = guard.policy
        if (kind == "http/2" and policy.speaks_http2) or (kind in PROXY_HEADERS and policy.takes_proxy):
            return self._pass(None)
        self._quiet_counts = True
        return self._foreign(at) if too_large or is_whole(kind, first) else WAIT

    def _good(self, first: bytes, at: float) -> Decision:
        guard = self.guard
        policy = guard.policy
        if guard.settings.answer and len(first) > SMALL_HEAD and policy.limits_broken_by(first):
            return self._reply(guard.judge(self.evidence(), too_large=True), at)
        unknown_path = policy.serves_http and not guard.is_websocket_path(path_of(first))
        if guard.may_record_good(at) or unknown_path:
            return self._pass(Watch(self, None))
        self.settled = True
        guard.count_good()
        return Pass(first)

    def _request(self, first: bytes, end: int, at: float) -> Decision:
        guard = self.guard
        policy = guard.policy
        if policy.serves_http and guard.settings.answer:
            too_large = policy.limits_broken_by(first[:end])
            if too_large or policy.cannot_take(first, end):
                return self._reply(guard.judge(self.evidence(), too_large), at)
        if policy.serves_http and policy.plain == "websocket-paths":
            return self._request_to_http(first, at)
        evidence = self.evidence()
        if evidence.handshake == () and policy.takes_handshake(evidence):
            return self._good(first, at)
        if (policy.serves_http and policy.takes(evidence)) or not guard.settings.answer:
            return self._pass(Watch(self, evidence))
        return self._reply(guard.judge(evidence), at)

    def _request_to_http(self, first: bytes, at: float) -> Decision:
        """Decide on a request to a server whose plain requests are no strays, but on paths of WebSockets."""
        guard = self.guard
        known_path = guard.is_websocket_path(path_of(first))
        if not known_path and not HANDSHAKE_LIKE.search(first):
            return self._pass(None)
        evidence = self.evidence()
        alone = guard.policy.separate_paths and guard.settings.answer and known_path and evidence.method == "GET"
        if alone and not (evidence.handshake == () and guard.policy.takes_handshake(evidence)):
            return self._reply(guard.judge(evidence), at)
        return self._pass(Watch(self, evidence))

    def _foreign(self, at: float) -> Decision:
        if not self.guard.settings.answer:
            return self._pass(Watch(self, self.evidence()))
        return self._reply(self.guard.judge(self.evidence()), at)

    def _oversized(self, at: float) -> Decision:
        policy = self.guard.policy
        takes = policy.serves_http and not policy.limits_broken_by(self.data)
        if takes or not self.guard.settings.answer:
            return self._pass(Watch(self, self.evidence()))
        return self._reply(self.guard.judge(self.evidence(), too_large=True), at)

    def _timed_out(self, at: float) -> Decision:
        guard = self.guard
        passes = not guard.settings.answer or (bool(self.data) and guard.policy.serves_http)
        known = self._end("timeout", at, None if passes else "guard")
        return Pass(self.data) if passes else known.reply

    def _end(self, outcome: str, at: float, answered_by: str | None = None) -> Known:
        self.settled = True
        known = self.guard.judge_end(self.data, outcome, at - self.opened_at)
        self.guard.settle(known, self, at, answered_by)
        return known

    def _reply(self, known: Known, at: float) -> Decision:
        self.settled = True
        self.guard.settle(known, self, at, "guard")
        return known.reply

    def _pass(self, watch: Watch | None) -> Decision:
        self.settled = True
        return Pass(self.data, watch)

    def _give_up(self, error: Exception) -> Decision:
        self.settled = True
        self.guard.failed(error)
        return Pass(self.data)
