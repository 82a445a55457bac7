"""The gate: what every connection of a guarded asyncio or uvloop listener passes first.

A `Gate` is a protocol factory in place of the server's own. It holds each new connection until the guard
has decided; then it puts the server's protocol on the transport, hands over all bytes and is out of the
path, or it answers and closes. One sweep per event loop looks at the time for all of them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

from wsdoctor.guard import WAIT, Decision, Guard, Opening, Pass, Reply, Watch
from wsdoctor.listeners.watched import WatchedProtocol, WatchedTransport, Watcher

__all__ = ["Begun", "Gate", "Held", "LetIn", "Sweeper", "feed", "plain_address"]

SWEEP = 0.1
"""Seconds between two looks at the connections that are undecided; nothing runs while there are none."""
LINGER = 1.0
"""Seconds that a connection is kept after its answer while the peer may still be sending."""
LINGER_BYTES = 1 << 20
"""Bytes that are thrown away meanwhile; who sends more is cut off."""


class Sweeper:
    """Looks at the time for all gates of one event loop; it sleeps while no connection is undecided.

    When something blocked the loop, what peers sent meanwhile lies unread: nobody's time is up before the loop has
    had a chance to read it.

    Args:
        loop: the event loop.
        on_sweep: called with the time after each sweep, None for nobody.

    """

    def __init__(self, loop: asyncio.AbstractEventLoop, on_sweep: Callable[[float], object] | None = None) -> None:
        self._loop = loop
        self._on_sweep = on_sweep
        self._gates: list[Gate] = []
        self._offset = time.time() - loop.time()
        self._due = 0.0
        self._was_late = False
        self.running = False

    def add(self, gate: Gate) -> None:
        """Care for a gate from now on."""
        self._gates.append(gate)

    def now(self) -> float:
        """Return seconds since the epoch by the loop's clock, which never jumps."""
        return self._loop.time() + self._offset

    def wake(self) -> None:
        """Begin to sweep."""
        self.running = True
        self._due = self._loop.time() + SWEEP
        self._loop.call_at(self._due, self._sweep)

    def _sweep(self) -> None:
        at = self.now()
        self._was_late = not self._was_late and self._loop.time() - self._due > SWEEP
        if not self._was_late:
            self._look(at)
        self.running = any(gate.busy for gate in self._gates)
        if self.running:
            self.wake()
        if self._on_sweep is not None:
            self._on_sweep(at)

    def _look(self, at: float) -> None:
        for gate in self._gates[:]:
            gate.sweep(at)
            if gate.closed and not gate.busy:
                self._gates.remove(gate)


class Undecided(Protocol):
    """A connection that the gate looks after."""

    def tick(self, at: float) -> None:
        """Look at the time."""

    def abort(self) -> None:
        """End the connection at once."""


class Gate:
    """A protocol factory that puts the guard in front of the server's own.

    Args:
        factory: the server's protocol factory.
        guard: decides.
        sweeper: of the event loop that the server runs on.
        limit: connections that may be undecided at a time.
        status_of: the server's protocol → status code of its answer, None where the protocol does not know.
        accepts: True to look at first packets before there is a transport, where the loop allows it.

    Attributes:
        open: False to hand every new connection to the server at once.
        accepts: True if first packets may be looked at before there is a transport.
        acceptors: what does that, by a number of the listening socket, once it has begun.
        held: connections that are undecided or lingering, oldest first.

    """

    is_gate = True

    def __init__(
        self,
        factory: Callable[[], asyncio.BaseProtocol],
        guard: Guard,
        sweeper: Sweeper,
        limit: int,
        status_of: Callable[[Any], int | None] | None = None,
        accepts: bool = False,
    ) -> None:
        self.factory = factory
        self.guard = guard
        self.sweeper = sweeper
        self.status_of = status_of
        self.watcher = Watcher()
        self.open = True
        self.accepts = accepts
        self.acceptors: dict[int, Any] = {}
        self.held: dict[Undecided, None] = {}
        self._limit = limit
        self._server: Any = None
        self._closing = False
        sweeper.add(self)

    def __call__(self) -> asyncio.BaseProtocol:
        """Return the protocol of a new connection."""
        return self.factory() if self.lets_through else Held(self)

    @property
    def lets_through(self) -> bool:
        """Whether new connections go to the server without a look: beyond the limit, or not wanted here."""
        return len(self.held) >= self._limit or not self.open

    @property
    def closed(self) -> bool:
        """Whether the server listens no longer."""
        return self._closing or (self._server is not None and not self._server.is_serving())

    @property
    def busy(self) -> bool:
        """Whether there is something to look after."""
        return bool(self.held) or self.watcher.busy

    def serves(self, server: Any) -> None:
        """Take note of the server that listens: where, and later when it closes."""
        self._server = server
        names = [sock.getsockname() for sock in server.sockets]
        addresses = sorted((name for name in names if isinstance(name, tuple)), key=len)
        if addresses:
            guard = self.guard
            guard.listener, guard.listener_port = str(addresses[0][0]), int(addresses[0][1])
            ports = guard.settings.ports
            self.open = ports is None or guard.listener_port in ports

    def close(self) -> None:
        """Abort every connection that the server never saw: it is closing and would wait for them."""
        self._closing = True
        self.abort_held()
        for acceptor in self.acceptors.values():
            acceptor.close()

    def abort_held(self) -> None:
        """Abort the connections that are undecided."""
        for held in list(self.held):
            held.abort()

    def hold(self, undecided: Undecided) -> None:
        """Look at the time for a connection from now on."""
        self.held[undecided] = None
        if not self.sweeper.running:
            self.sweeper.wake()

    def release(self, undecided: Undecided) -> None:
        """Look no more at a connection."""
        self.held.pop(undecided, None)

    def sweep(self, at: float) -> None:
        """Look at the time for all connections."""
        if self.held and self.closed:
            self.abort_held()
        for held in list(self.held):
            held.tick(at)
        if self.watcher.busy:
            self.watcher.sweep(at)


class Held(asyncio.Protocol):
    """A connection that the guard has not decided on.

    Args:
        gate: the gate that it came through.
        accepted: seconds since the epoch when it was accepted, None for now.

    """

    __slots__ = ("_accepted", "_discarded", "_gate", "_linger_until", "_opening", "_transport")

    def __init__(self, gate: Gate, accepted: float | None = None) -> None:
        self._gate = gate
        self._accepted = gate.sweeper.now() if accepted is None else accepted
        self._opening: Opening | None = None
        self._linger_until = 0.0
        self._discarded = 0

    def connection_made(self, transport: Any) -> None:
        """Note when it came; nothing else is done until bytes arrive, unless there are too many like it."""
        self._transport = transport
        if self._opening is None and self._gate.lets_through:
            self._hand_over(Pass(b""))
        else:
            self._gate.hold(self)

    def data_received(self, data: bytes) -> None:
        """Let the guard look at the bytes."""
        if self._linger_until:
            self._discarded += len(data)
            if self._discarded > LINGER_BYTES:
                self.abort()
            return
        decision = (self._opening or self._open()).receive(bytes(data), self._gate.sweeper.now())
        if decision is not WAIT:
            self._do(decision)

    def eof_received(self) -> bool | None:
        """Settle a peer that will send no more; its side is closed, ours may still speak."""
        if self._linger_until:
            return None
        decision = (self._opening or self._open()).close(self._gate.sweeper.now())
        if isinstance(decision, Pass):
            inner = self._hand_over(decision)
            return inner.eof_received() if isinstance(inner, (asyncio.Protocol, asyncio.BufferedProtocol)) else None
        self._do(decision)
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        """Settle a peer that is gone."""
        self._gate.release(self)
        opening = self._opening or self._open()
        if not opening.settled:
            opening.close(self._gate.sweeper.now(), "reset" if isinstance(exc, OSError) else "closed-by-client")

    def tick(self, at: float) -> None:
        """Look at the time."""
        if self._linger_until:
            if at >= self._linger_until:
                self.abort()
            return
        decision = (self._opening or self._open()).tick(at)
        if decision is not WAIT:
            self._do(decision)

    def abort(self) -> None:
        """End the connection at once."""
        self._gate.release(self)
        self._transport.abort()

    def _open(self) -> Opening:
        host, port = plain_address(self._transport.get_extra_info("peername"))
        self._opening = self._gate.guard.opening(host, port, self._accepted)
        return self._opening

    def _do(self, decision: Decision) -> None:
        if isinstance(decision, Reply):
            self._reply(decision)
        elif isinstance(decision, Pass):
            self._hand_over(decision)

    def _reply(self, decision: Reply) -> None:
        gate, transport, answer = self._gate, self._transport, decision.answer
        if not answer.data:
            self.abort()
            return
        transport.write(answer.data)
        if answer.linger and transport.can_write_eof():
            transport.write_eof()
            self._linger_until = gate.sweeper.now() + LINGER
            return
        gate.release(self)
        transport.close()

    def _hand_over(self, decision: Pass) -> asyncio.BaseProtocol:
        gate, watch = self._gate, decision.watch
        gate.release(self)
        shown = None if watch is None else lambda inner: self._watched(watch, inner)
        return _hand_over(self._transport, gate.factory, decision.data, shown)

    def _watched(self, watch: Watch, inner: asyncio.BaseProtocol) -> Any:
        """Begin to watch for the server's answer, and return the transport that the server shall see."""
        gate, sweeper = self._gate, self._gate.sweeper
        bare = watch.evidence is None and (gate.status_of is not None or not gate.guard.policy.watchable)
        watched: WatchedProtocol | WatchedTransport
        if bare:
            watched = WatchedProtocol(inner, self._transport, watch, gate.status_of, sweeper.now)
        else:
            watched = WatchedTransport(self._transport, watch, sweeper.now)
        gate.watcher.add(watched, sweeper.now())
        if not sweeper.running:
            sweeper.wake()
        return self._transport if bare else watched


class Begun(Held):
    """A connection whose first packet was read, and shown to the guard, before it had a transport.

    Args:
        gate: the gate that it came through.
        opening: of the connection; it has the packet.
        decision: what the guard said.

    """

    __slots__ = ("_decision",)

    def __init__(self, gate: Gate, opening: Opening, decision: Decision) -> None:
        super().__init__(gate, opening.opened_at)
        self._opening = opening
        self._decision = decision

    def connection_made(self, transport: Any) -> None:
        """Do what was decided."""
        super().connection_made(transport)
        self._do(self._decision)


class LetIn(asyncio.Protocol):
    """A good handshake that was read before it had a transport, and that nobody watches.

    Args:
        factory: the server's protocol factory.
        first: what was read.

    """

    __slots__ = ("_factory", "_first")

    def __init__(self, factory: Callable[[], asyncio.BaseProtocol], first: bytes) -> None:
        self._factory = factory
        self._first = first

    def connection_made(self, transport: Any) -> None:
        """Give the connection to the server."""
        _hand_over(transport, self._factory, self._first)


def plain_address(name: Any) -> tuple[str | None, int | None]:
    """Return address and port of a peer, None for what a Unix socket or a reset connection does not have."""
    if not isinstance(name, tuple) or len(name) < 2:
        return None, None
    host: str = name[0]
    if host.startswith("::ffff:") and "." in host:
        host = host[7:]
    return host, name[1]


def _hand_over(
    transport: Any,
    factory: Callable[[], asyncio.BaseProtocol],
    data: bytes,
    shown: Callable[[asyncio.BaseProtocol], Any] | None = None,
) -> asyncio.BaseProtocol:
    """Give a connection to the server as if it had just been accepted.

    Args:
        transport: of the connection.
        factory: the server's protocol factory.
        data: what was read.
        shown: the server's protocol → what it sees as its transport, None for the transport itself.

    """
    try:
        inner = factory()
    except BaseException:
        transport.abort()
        raise
    transport.set_protocol(inner)
    inner.connection_made(transport if shown is None else shown(inner))
    feed(transport, inner, data)
    return inner


def feed(transport: Any, inner: Any, data: bytes) -> None:
    """Give the server's protocol what was read before it was there, unless it has closed the connection."""
    if not data or transport.is_closing():
        return
    if not isinstance(inner, asyncio.BufferedProtocol):
        inner.data_received(data)
        return
    rest = memoryview(data)
    while rest:
        buffer = memoryview(inner.get_buffer(len(rest)))
        count = min(len(buffer), len(rest))
        if not count:
            raise RuntimeError("get_buffer() returned an empty buffer")
        buffer[:count] = rest[:count]
        inner.buffer_updated(count)
        rest = rest[count:]
