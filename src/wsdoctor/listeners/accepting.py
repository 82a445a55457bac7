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

from wsdoctor.guard import Pass, Reply
from wsdoctor.listeners.asyncio_gate import Decided, Gate, Held, plain_address

__all__ = ["Acceptor"]

PEEK = 4096
"""Bytes that are looked at; a longer first packet takes the way over the gate."""
BATCH = 64
"""Connections that are accepted in one turn of the loop, so that a flood cannot starve it."""

Adopt = Callable[[Callable[[], asyncio.BaseProtocol], socket.socket, Any], object]
"""Protocol factory, connection and peer's address → the loop makes a transport of it."""


class Acceptor:
    """Accepts for one listening socket.

    Args:
        gate: decides; keeps the connections that have not spoken yet.
        adopt: gives a connection to the loop.
        add_reader: file descriptor, callback and arguments, as of an event loop.
        remove_reader: of the same loop.

    """

    def __init__(
        self, gate: Gate, adopt: Adopt, add_reader: Callable[..., object], remove_reader: Callable[[int], object]
    ) -> None:
        self.gate = gate
        self.adopt = adopt
        self.add_reader = add_reader
        self.remove_reader = remove_reader

    def accept(self, listening: socket.socket) -> None:
        """Take what has arrived at the listening socket.

        Raises:
            OSError: if the system is out of descriptors or memory; nothing was accepted then.

        """
        for _ in range(BATCH):
            try:
                connection, address = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            connection.setblocking(False)
            if self.gate.lets_through:
                self.adopt(self.gate.factory, connection, address)
            else:
                self._look(connection, address)

    def _look(self, connection: socket.socket, address: Any) -> None:
        gate = self.gate
        try:
            first = connection.recv(PEEK, socket.MSG_PEEK)
        except BlockingIOError:
            Silent(self, connection, address).wait()
            return
        except OSError:
            self.ended(connection, address, gate.sweeper.now(), "reset")
            return
        self.decide(connection, address, first, gate.sweeper.now())

    def decide(self, connection: socket.socket, address: Any, first: bytes, at: float) -> None:
        """Do what the guard says of the first packet.

        Args:
            connection: with the packet still unread.
            address: of the peer.
            first: the packet, empty if the peer has closed.
            at: seconds since the epoch when the connection was accepted.

        """
        gate = self.gate
        if not first:
            self.ended(connection, address, at, "closed-by-client")
            return
        if len(first) == PEEK:
            self.adopt(gate, connection, address)
            return
        opening = gate.guard.opening(*plain_address(address), at)
        decision = opening.receive(first, gate.sweeper.now())
        if isinstance(decision, Pass):
            factory = gate.factory if decision.watch is None else lambda: Decided(gate, decision, opening)
            self.adopt(factory, connection, address)
        elif isinstance(decision, Reply):
            if decision.answer.linger:
                self.adopt(lambda: Decided(gate, decision, opening), connection, address)
            else:
                _answer(connection, len(first), decision.answer.data)
        else:
            self.adopt(lambda: Held(gate, at), connection, address)

    def ended(self, connection: socket.socket, address: Any, at: float, outcome: str) -> None:
        """Settle a peer that is gone."""
        connection.close()
        self.gate.guard.opening(*plain_address(address), at).close(self.gate.sweeper.now(), outcome)


class Silent:
    """A connection that has been accepted and whose peer has not spoken yet.

    Args:
        acceptor: that accepted it.
        connection: the socket.
        address: of the peer.

    """

    __slots__ = ("_accepted", "_acceptor", "_address", "_connection")

    def __init__(self, acceptor: Acceptor, connection: socket.socket, address: Any) -> None:
        self._acceptor = acceptor
        self._connection = connection
        self._address = address
        self._accepted = acceptor.gate.sweeper.now()

    def wait(self) -> None:
        """Wait for the first packet."""
        self._acceptor.gate.hold(self)
        self._acceptor.add_reader(self._connection.fileno(), self._readable)

    def _readable(self) -> None:
        self._leave()
        acceptor = self._acceptor
        try:
            first = self._connection.recv(PEEK, socket.MSG_PEEK)
        except BlockingIOError:
            self.wait()
        except OSError:
            acceptor.ended(self._connection, self._address, self._accepted, "reset")
        else:
            acceptor.decide(self._connection, self._address, first, self._accepted)

    def tick(self, at: float) -> None:
        """Look at the time."""
        gate = self._acceptor.gate
        if at - self._accepted < gate.guard.settings.first_byte_timeout:
            return
        self._leave()
        decision = gate.guard.opening(*plain_address(self._address), self._accepted).tick(at)
        if isinstance(decision, Pass):
            self._acceptor.adopt(gate.factory, self._connection, self._address)
        else:
            self._connection.close()

    def abort(self) -> None:
        """End the connection at once."""
        self._leave()
        self._connection.close()

    def _leave(self) -> None:
        self._acceptor.gate.release(self)
        self._acceptor.remove_reader(self._connection.fileno())


def _answer(connection: socket.socket, unread: int, data: bytes) -> None:
    """Send the answer and close; what the peer sent is read first, for closing over it would reset the connection."""
    try:
        connection.recv(unread)
        if data:
            connection.send(data)
    except OSError:
        pass
    finally:
        connection.close()
