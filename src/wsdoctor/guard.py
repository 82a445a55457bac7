"""The guard: from the first bytes of a connection to one decision, without I/O.

`Guard` holds what all connections of one listener share; `Opening` is the state machine of one of them.
A listener feeds it: `receive`, `tick`, `close`, each with the time, and does what is returned: `WAIT`, a
`Pass` (the connection and all its bytes belong to the server) or a `Reply` (send and end). An opening is
settled once; what is settled goes to `on_settled` as an `Attempt`. No exception leaves this module: if
anything goes wrong in it, the connection is passed on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, TypeVar

from wsdoctor.diagnosis import KnowledgeBase
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.evidence import Evidence
from wsdoctor.model.finding import Diagnosis
from wsdoctor.model.settings import Settings
from wsdoctor.respond import NOTHING, Answer, answer
from wsdoctor.wire.attempt import evidence as make_evidence
from wsdoctor.wire.handshake import looks_like_good
from wsdoctor.wire.sniff import sniff

__all__ = ["WAIT", "Decision", "Guard", "Opening", "Pass", "Policy", "Reply", "Wait", "Watch"]

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
QUIET = 0.2
"""Seconds of silence after which first bytes that are no HTTP are taken as all there is."""
SMALL_HEAD = 1024
"""Bytes below which a head cannot break the limits of any server, so they need not be counted."""

_END_OF_HEAD = re.compile(rb"\n\r?\n")
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_FRAME_HEADER = 9
_RECORD_HEADER = 5
_TOKEN_START = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}(?: [^\r\n]*)?\r?\Z")
_HANDSHAKE_LIKE = re.compile(rb"\n(?:sec-websocket-(?:key|version)|upgrade[ \t]*:[ \t]*websocket)", re.IGNORECASE)
_ONE_LINE = frozenset(("ssh", "smtp", "ftp", "irc", "pop3", "imap"))

SWITCHING_PROTOCOLS = 101
BAD_REQUEST = 400

_NAMES = tuple(field.name for field in fields(Evidence))
_ELAPSED = _NAMES.index("elapsed")


@dataclass(frozen=True, slots=True)
class Policy:
    """What the server behind a listener takes, as an integration knows it.

    Attributes:
        server: name of the library, such as ``websockets``.
        serves_http: True if it also serves HTTP; then plain requests belong to it.
        speaks_http2: True if it takes HTTP/2 with prior knowledge.
        takes_proxy: True if it may expect a PROXY protocol header.
        methods: methods of plain requests that it can parse, None for all.
        takes_http_1_0: False if it cannot parse HTTP/1.0.
        takes_content: False if it cannot take a request with content.
        strict: True if it takes no request head that departs from RFC 9112.
        max_line: bytes in a line of the head that it takes, 0 for no known limit.
        max_fields: field lines that it takes, 0 for no known limit.
        plain: which plain requests that were passed on are strays: those to paths where WebSockets are
            opened (``websocket-paths``), those that the server ``refused``, or ``any``.
        watchable: False if the transport must not be wrapped to see the server's answer.

    """

    server: str = "unknown"
    serves_http: bool = True
    speaks_http2: bool = False
    takes_proxy: bool = False
    methods: frozenset[str] | None = None
    takes_http_1_0: bool = True
    takes_content: bool = True
    strict: bool = False
    max_line: int = 0
    max_fields: int = 0
    plain: Literal["websocket-paths", "refused", "any"] = "websocket-paths"
    watchable: bool = True


class Wait:
    """Nothing to do yet."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Pass:
    """The connection belongs to the server from now on.

    Attributes:
        data: all bytes received so far, unchanged.
        watch: to be told how the server answered, None if nobody wants to know.

    """

    data: bytes
    watch: Watch | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Send the answer and end the connection."""

    answer: Answer


WAIT: Final = Wait()
_SILENCE: Final = Reply(NOTHING)
Decision = Wait | Pass | Reply
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Watch:
    """A connection that was passed on, and of which the server's answer shall be recorded.

    Args:
        opening: the opening that was passed on.
        evidence: what was observed of it so far, None for a good handshake.

    Attributes:
        done: True once the answer was told.

    """

    __slots__ = ("done", "evidence", "opening")

    def __init__(self, opening: Opening, evidence: Evidence | None) -> None:
        self.opening = opening
        self.evidence = evidence
        self.done = False

    def answered(self, status: int | None, at: float, outcome: str | None = None) -> None:
        """Tell how it ended; later calls are ignored.

        Args:
            status: status code that the server sent, None if it sent none.
            at: seconds since the epoch.
            outcome: of `Evidence`, None to conclude it from the status.

        """
        if not self.done:
            self.done = True
            self.opening.guard.server_answered(self.opening, self.evidence, status, outcome, at)


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


@dataclass(slots=True)
class _Known:
    """One first packet: what it is, and what to reply."""

    evidence: Evidence
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
        records_good: True to give good handshakes to `on_settled` as well, up to `GOOD_RATE` a second;
            those beyond are counted only, for describing one costs a good part of what serving it costs.
        on_good: called for each good handshake that is only counted.
        on_failure: called with an exception of the guard itself; the connection is passed on anyway.
        listener: address that is listened on, None if unknown.
        listener_port: port that is listened on, None if there is none.

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
        records_good: bool = False,
        on_good: Callable[[], object] | None = None,
        on_failure: Callable[[Exception], object] | None = None,
        listener: str | None = None,
        listener_port: int | None = None,
    ) -> None:
        self.policy = policy
        self.settings = settings
        self.knowledge = knowledge
        self.on_settled = on_settled
        self.records_good = records_good
        self.on_good = on_good
        self.on_failure = on_failure
        self.listener = listener
        self.listener_port = listener_port
        self.good = 0
        self.settled = 0
        self.known: dict[bytes, _Known] = {}
        self._goods = _Rate(GOOD_RATE)
        self._peers = _Rate(PEER_RATE)
        self._ended: dict[tuple[bytes, str], _Known] = {}
        self._paths = dict.fromkeys(path.encode("latin-1", "replace") for path in settings.websocket_paths)
        self._peer_matters = any(_asks_for_peer(rule.match) for rule in knowledge.rules.values())

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

    def judge(self, first: bytes, outcome: str, peer: str | None, too_large: bool = False) -> _Known:
        """Return what is known of first bytes that ended this way; think only if it was not seen before."""
        known = self.known.get(first) if outcome == "rejected" else self._ended.get((first, outcome))
        if known is None:
            known = self._think(first, outcome, peer, too_large)
            if len(first) <= MAX_KNOWN_BYTES:
                if outcome == "rejected":
                    _remember(self.known, first, known, MAX_KNOWN)
                else:
                    _remember(self._ended, (first, outcome), known, MAX_KNOWN)
        return known

    def _think(self, first: bytes, outcome: str, peer: str | None, too_large: bool) -> _Known:
        facts = {"listener": self.listener, "listener_port": self.listener_port, "outcome": outcome}
        evidence = make_evidence(first, **{name: value for name, value in facts.items() if value is not None})
        diagnosis = self.knowledge.diagnose(evidence)
        claims = any(self.knowledge.rules[finding.rule].claim for finding in diagnosis.findings)
        reply = Reply(answer(evidence, diagnosis, self.settings.health_paths, too_large))
        facts_in_order = [getattr(evidence, name) for name in _NAMES]
        if outcome == "rejected":
            facts_in_order[_NAMES.index("status")] = reply.answer.status
        return _Known(
            evidence=evidence,
            diagnosis=diagnosis,
            reply=reply,
            before=tuple(facts_in_order[3:_ELAPSED]),
            after=tuple(facts_in_order[_ELAPSED + 1 :]),
            by_peer={} if claims or self._peer_matters else None,
        )

    def answer_again(self, first: bytes, peer: str | None, peer_port: int | None, at: float) -> Answer | None:
        """Settle a connection whose first packet has been answered before; the shortest way there is.

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
        try:
            self._settle(known, peer, peer_port, at, 0.0, "guard")
        except Exception as error:  # noqa: BLE001 - the host must not notice
            self.failed(error)
        return known.reply.answer

    def settle(self, known: _Known, opening: Opening, at: float, answered_by: str | None) -> None:
        """Give an attempt of a known kind to `on_settled`."""
        self._settle(known, opening.peer, opening.peer_port, opening.opened_at, at - opening.opened_at, answered_by)

    def _settle(
        self,
        known: _Known,
        peer: str | None,
        peer_port: int | None,
        opened_at: float,
        elapsed: float,
        answered_by: str | None,
    ) -> None:
        stamped = (opened_at, peer, peer_port, *known.before, elapsed, *known.after)
        evidence = Evidence(*stamped)
        diagnosis = known.diagnosis
        if known.by_peer is not None and peer is not None:
            own = known.by_peer.get(peer)
            if own is None and self._peers.take(opened_at):
                own = self.knowledge.diagnose(evidence)
                own = diagnosis if own == diagnosis else own
                _remember(known.by_peer, peer, own, MAX_PEERS)
            diagnosis = own or diagnosis
        self.settled += 1
        self.on_settled(Attempt(evidence, diagnosis, answered_by))

    def server_answered(
        self, opening: Opening, evidence: Evidence | None, status: int | None, outcome: str | None, at: float
    ) -> None:
        """Record how the server answered an attempt that was passed on."""
        try:
            upgraded = status == SWITCHING_PROTOCOLS or outcome == "upgraded"
            if evidence is None:
                if upgraded:
                    self.learn_path(_path(opening.data))
                    if not self.records_good:
                        self.count_good()
                        return
                    self.good += 1
                evidence = opening.evidence()
            elif self.policy.plain == "refused" and status is not None and status < BAD_REQUEST and not upgraded:
                return
            facts: dict[str, Any] = {name: getattr(evidence, name) for name in _NAMES}
            facts |= {"at": opening.opened_at, "peer": opening.peer, "peer_port": opening.peer_port}
            facts |= {"listener": self.listener, "listener_port": self.listener_port}
            facts |= {"outcome": outcome or ("upgraded" if upgraded else "rejected"), "status": status}
            facts["elapsed"] = at - opening.opened_at
            whole = Evidence(**facts)
            self.settled += 1
            answered_by = "server" if status is not None or upgraded else None
            self.on_settled(Attempt(whole, self.knowledge.diagnose(whole), answered_by))
        except Exception as error:  # noqa: BLE001 - the host must not notice
            self.failed(error)

    def count_good(self) -> None:
        """Count a good handshake that nobody wants to have described."""
        self.good += 1
        if self.on_good is not None:
            self.on_good()

    def may_record_good(self, at: float) -> bool:
        """Say whether one more good handshake may be recorded now."""
        return self.records_good and self._goods.take(at)


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
        return _SILENCE

    def evidence(self) -> Evidence:
        """Return what the bytes received so far say."""
        return make_evidence(self.data)

    def _received(self, first: bytes, at: float) -> Decision:
        guard = self.guard
        if looks_like_good(first):
            return self._good(first, at)
        kind = sniff(first)
        if first.startswith(_PREFACE[:18]):
            kind = "http/2"
        too_large = len(first) > guard.settings.max_head
        if kind == "http/1" and _END_OF_HEAD.search(first.lstrip(b"\r\n"), 0, guard.settings.max_head):
            return self._request(first, at)
        if kind in {"http/1", "http/0.9"} or _TOKEN_START.match(first):
            self._quiet_counts = kind == "http/0.9"
            return self._oversized(at) if too_large else WAIT
        policy = guard.policy
        if (kind == "http/2" and policy.speaks_http2) or (kind.startswith("proxy-") and policy.takes_proxy):
            return self._pass(None)
        self._quiet_counts = True
        return self._foreign(at) if too_large or _is_whole(kind, first) else WAIT

    def _good(self, first: bytes, at: float) -> Decision:
        guard = self.guard
        policy = guard.policy
        if guard.settings.answer and len(first) > SMALL_HEAD and _breaks_limits(first, policy):
            return self._reply(guard.judge(first, "rejected", self.peer, too_large=True), at)
        unknown_path = policy.serves_http and not guard.is_websocket_path(_path(first))
        if guard.may_record_good(at) or unknown_path:
            return self._pass(Watch(self, None))
        self.settled = True
        guard.count_good()
        return Pass(first)

    def _request(self, first: bytes, at: float) -> Decision:
        guard = self.guard
        policy = guard.policy
        if policy.serves_http and policy.plain == "websocket-paths":
            if not _HANDSHAKE_LIKE.search(first) and not guard.is_websocket_path(_path(first)):
                return self._pass(None)
            return self._pass(Watch(self, self.evidence()))
        evidence = self.evidence()
        if not evidence.handshake and not (policy.strict and evidence.deviations):
            return self._good(first, at)
        if (policy.serves_http and _takes(policy, evidence)) or not guard.settings.answer:
            return self._pass(Watch(self, evidence))
        return self._reply(guard.judge(first, "rejected", self.peer), at)

    def _foreign(self, at: float) -> Decision:
        if not self.guard.settings.answer:
            return self._pass(Watch(self, self.evidence()))
        return self._reply(self.guard.judge(self.data, "rejected", self.peer), at)

    def _oversized(self, at: float) -> Decision:
        if self.guard.policy.serves_http or not self.guard.settings.answer:
            return self._pass(Watch(self, self.evidence()))
        return self._reply(self.guard.judge(self.data, "rejected", self.peer, too_large=True), at)

    def _timed_out(self, at: float) -> Decision:
        guard = self.guard
        passes = not guard.settings.answer or (bool(self.data) and guard.policy.serves_http)
        known = self._end("timeout", at, None if passes else "guard")
        return Pass(self.data) if passes else known.reply

    def _end(self, outcome: str, at: float, answered_by: str | None = None) -> _Known:
        self.settled = True
        known = self.guard.judge(self.data, outcome, self.peer)
        self.guard.settle(known, self, at, answered_by)
        return known

    def _reply(self, known: _Known, at: float) -> Decision:
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


def _asks_for_peer(match: Callable[..., object]) -> bool:
    code = match.__code__
    return not {"peer", "peer_port"}.isdisjoint(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])


def _remember(table: dict[_Key, _Value], key: _Key, value: _Value, limit: int) -> None:
    if len(table) >= limit:
        del table[next(iter(table))]
    table[key] = value


def _path(first: bytes) -> bytes:
    """Return the path of the request line, empty if there is none."""
    words = first.split(b" ", 2)
    return words[1].split(b"?", 1)[0] if len(words) > 1 else b""


def _takes(policy: Policy, evidence: Evidence) -> bool:
    """Say whether a server that also serves HTTP can parse the request."""
    headers = evidence.headers
    return (
        (policy.methods is None or evidence.method in policy.methods)
        and (policy.takes_http_1_0 or evidence.http_version == "HTTP/1.1")
        and not (policy.strict and evidence.deviations)
        and (policy.takes_content or headers is None or not headers.has_any("content-length", "transfer-encoding"))
    )


def _breaks_limits(first: bytes, policy: Policy) -> bool:
    if policy.max_fields and first.count(b"\n") > policy.max_fields + 2:
        return True
    longest = policy.max_line
    return bool(longest) and len(first) > longest and any(len(line) > longest for line in first.split(b"\n"))


def _is_whole(kind: str, first: bytes) -> bool:
    """Say whether the first message of a protocol other than HTTP/1 is complete, as far as that can be told."""
    if kind in _ONE_LINE:
        return b"\n" in first
    if kind == "tls":
        return len(first) >= _RECORD_HEADER + int.from_bytes(first[3:5], "big")
    if kind == "http/2":
        frame = first[len(_PREFACE) :]
        return len(frame) >= _FRAME_HEADER + int.from_bytes(frame[:3], "big")
    if kind == "proxy-v1":
        return _END_OF_HEAD.search(first, first.find(b"\n") + 1) is not None
    if kind == "proxy-v2":
        return _END_OF_HEAD.search(first, 16 + int.from_bytes(first[14:16], "big")) is not None
    return False
