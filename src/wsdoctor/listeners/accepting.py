"""Accept plain TCP connections and look at their first packet before the event loop makes a transport of them.

A stray whose first packet says all is answered and closed here, which costs a fraction of a transport. Every
other connection is given to the loop with all its bytes still in the kernel, as if nothing had looked at it:
a good handshake to the server's own factory, what is undecided to the gate.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

from wsdoctor.guard import Opening, Pass, Reply
from wsdoctor.listeners.asyncio_gate import Decided, Gate, Held, plain_address

__all__ = ["Acceptor"]

PEEK = 4096
"""Bytes that are looked at; a longer first packet takes the way over the gate."""
BATCH = 64
"""Connections that are accepted in one turn of the loop, so that a flood cannot starve it."""

PEEK_FLAGS = socket.MSG_PEEK | socket.MSG_DONTWAIT

Connection = socket.SocketType
"""The class below `socket.socket`: without the properties that translate numbers to names, which cost more than
`accept` itself."""

Adopt = Callable[[Callable[[], asyncio.BaseProtocol], socket.socket, Any], object]
"""Protocol factory, connection and peer's address → the loop makes a transport of it."""


class Acceptor:
    """Accepts for one listening socket.

    Args:
        gate: decides; keeps the connections that have not spoken yet.
        family: of the listening socket.
        adopt: gives a connection to the loop.
        call_soon: of the event loop.
        add_reader: of the same loop.
        remove_reader: of the same loop.

    """

    def __init__(
        self,
        gate: Gate,
        family: int,
        adopt: Adopt,
        call_soon: Callable[..., object],
        add_reader: Callable[..., object],
        remove_reader: Callable[[int], object],
    ) -> None:
        self.gate = gate
        self._family = family
        self._adopt = adopt
        self._call_soon = call_soon
        self._fresh: list[tuple[Connection, tuple[str, int], float]] = []
        self.add_reader = add_reader
        self.remove_reader = remove_reader

    def accept(self, listening: socket.socket) -> None:
        """Take what has arrived at the listening socket.

        Raises:
            OSError: if the system is out of descriptors or memory; nothing was accepted then.

        """
        gate = self.gate
        for _ in range(BATCH):
            try:
                descriptor, address = listening._accept()  # type: ignore[attr-defined]
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            connection = Connection(self._family, socket.SOCK_STREAM, socket.IPPROTO_TCP, descriptor)
            if gate.lets_through:
                self.give(gate.factory, connection, address)
                continue
            try:
                first = connection.recv(PEEK, PEEK_FLAGS)
            except BlockingIOError:
                if not self._fresh:
                    self._call_soon(self._look_again)
                self._fresh.append((connection, address, gate.sweeper.now()))
            except OSError:
                self.ended(connection, address, gate.sweeper.now(), "reset")
            else:
                self.decide(connection, address, first, gate.sweeper.now())

    def _look_again(self) -> None:
        """Look a turn later at those that had not spoken: most have by then, and none of these needs a reader."""
        fresh, self._fresh = self._fresh, []
        for connection, address, at in fresh:
            Silent(self, connection, address, at).look()

    def give(
        self, factory: Callable[[], asyncio.BaseProtocol], connection: Connection, address: tuple[str, int]
    ) -> None:
        """Give a connection to the loop."""
        whole = socket.socket(self._family, socket.SOCK_STREAM, socket.IPPROTO_TCP, connection.detach())
        whole.setblocking(False)
        self._adopt(factory, whole, address)

    def decide(self, connection: Connection, address: tuple[str, int], first: bytes, at: float) -> None:
        """Do what the guard says of the first packet.

        Args:
            connection: with the packet still unread.
            address: of the peer.
            first: the packet, empty if the peer has closed.
            at: seconds since the epoch when the connection was accepted.

        """
        gate = self.gate
        host, port = plain_address(address)
        again = gate.guard.answer_again(first, host, port, at)
        if again is not None:
            _answer(connection, len(first), again.data)
        elif not first:
            self.ended(connection, address, at, "closed-by-client")
        elif len(first) == PEEK:
            self.give(gate, connection, address)
        else:
            self._decide_new(connection, address, first, gate.guard.opening(host, port, at))

    def _decide_new(self, connection: Connection, address: tuple[str, int], first: bytes, opening: Opening) -> None:
        gate = self.gate
        decision = opening.receive(first, gate.sweeper.now())
        if isinstance(decision, Pass) and decision.watch is None:
            self.give(gate.factory, connection, address)
        elif isinstance(decision, Reply) and not decision.answer.linger:
            _answer(connection, len(first), decision.answer.data)
        elif isinstance(decision, (Pass, Reply)):
            self.give(lambda: Decided(gate, decision, opening), connection, address)
        else:
            self.give(lambda: Held(gate, opening.opened_at), connection, address)

    def ended(self, connection: Connection, address: tuple[str, int], at: float, outcome: str) -> None:
        """Settle a peer that is gone."""
        connection.close()
        self.gate.guard.opening(*plain_address(address), at).close(self.gate.sweeper.now(), outcome)


class Silent:
    """A connection that has been accepted and whose peer has not spoken yet.

    Args:
        acceptor: that accepted it.
        connection: the socket.
        address: of the peer.
        accepted: seconds since the epoch when it was accepted.

    """

    __slots__ = ("_accepted", "_acceptor", "_address", "_connection")

    def __init__(self, acceptor: Acceptor, connection: Connection, address: tuple[str, int], accepted: float) -> None:
        self._acceptor = acceptor
        self._connection = connection
        self._address = address
        self._accepted = accepted

    def look(self) -> None:
        """Look whether the first packet is there, and wait for it if it is not."""
        acceptor = self._acceptor
        try:
            first = self._connection.recv(PEEK, PEEK_FLAGS)
        except BlockingIOError:
            self._wait()
        except OSError:
            acceptor.ended(self._connection, self._address, self._accepted, "reset")
        else:
            acceptor.decide(self._connection, self._address, first, self._accepted)

    def _wait(self) -> None:
        acceptor = self._acceptor
        if acceptor.gate.lets_through:
            acceptor.give(acceptor.gate.factory, self._connection, self._address)
        else:
            acceptor.gate.hold(self)
            acceptor.add_reader(self._connection.fileno(), self._readable)

    def _readable(self) -> None:
        self._leave()
        self.look()

    def tick(self, at: float) -> None:
        """Look at the time."""
        gate = self._acceptor.gate
        if at - self._accepted < gate.guard.settings.first_byte_timeout:
            return
        self._leave()
        decision = gate.guard.opening(*plain_address(self._address), self._accepted).tick(at)
        if isinstance(decision, Pass):
            self._acceptor.give(gate.factory, self._connection, self._address)
        else:
            self._connection.close()

    def abort(self) -> None:
        """End the connection at once."""
        self._leave()
        self._connection.close()

    def _leave(self) -> None:
        self._acceptor.gate.release(self)
        self._acceptor.remove_reader(self._connection.fileno())


def _answer(connection: Connection, unread: int, data: bytes) -> None:
    """Send the answer and close; what the peer sent is read first, for closing over it would reset the connection."""
    try:
        connection.recv(unread, socket.MSG_DONTWAIT)
        if data:
            connection.send(data, socket.MSG_DONTWAIT)
    except OSError:
        pass
    finally:
        connection.close()
