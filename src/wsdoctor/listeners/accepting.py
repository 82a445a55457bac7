"""Accept plain TCP connections and read their first packet before the event loop makes a transport of them.

A stray whose first packet says all is answered and closed here, which costs a fraction of a transport. Every
other connection is given to the loop: a transport is made of it, and the gate goes on from what was decided.
"""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import Callable
from typing import Any

from wsdoctor.guard import Pass, Reply
from wsdoctor.listeners.asyncio_gate import Begun, Gate, plain_address
from wsdoctor.listeners.flood import Flood

__all__ = ["Acceptor"]

PACKET = 4096
"""Bytes that are read; what a longer first packet has behind them comes through the transport."""
BATCH = 64
"""Connections that are accepted in one turn of the loop, so that a flood cannot starve it."""

Connection = socket.SocketType
"""The class below `socket.socket`: without the properties that translate numbers to names, which cost more than
`accept` itself."""

Adopt = Callable[[Callable[[], asyncio.BaseProtocol], socket.socket, Any, bytes], object]
"""Protocol factory, connection, peer's address and what was read for the protocol → the loop makes a transport."""


class Acceptor:
    """Accepts for one listening socket.

    Args:
        gate: decides; keeps the connections that have not spoken yet.
        family: of the listening socket.
        adopt: gives a connection to the loop.
        add_reader: of the same loop.
        remove_reader: of the same loop.

    """

    def __init__(
        self,
        gate: Gate,
        family: int,
        adopt: Adopt,
        add_reader: Callable[..., object],
        remove_reader: Callable[[int], object],
    ) -> None:
        self.gate = gate
        self._family = family
        self._adopt = adopt
        self.poller = Poller(add_reader, remove_reader)
        self._prompt = False
        self._flood = Flood()

    def accept(self, listening: socket.socket) -> bool:
        """Take what has arrived at the listening socket.

        Where connections queue up, their first packets are usually there when their turn comes, and are read at
        once; so is the next one while that goes well. Else the loop says when there is something to read.

        Returns:
            True in a flood: the listening socket may be left alone for `flood.REST` seconds.

        Raises:
            OSError: if the system is out of descriptors or memory; nothing was accepted then.

        """
        gate, taken = self.gate, _take(listening)
        count = len(taken)
        prompt = self._prompt or count > 1
        at = gate.sweeper.now()
        taken.reverse()
        try:
            while taken:
                descriptor, address = taken.pop()
                connection = Connection(self._family, socket.SOCK_STREAM, socket.IPPROTO_TCP, descriptor)
                if gate.lets_through:
                    self.give(gate.factory, connection, address, waited=False)
                elif prompt:
                    self._read(connection, address, at)
                else:
                    Silent(self, connection, address, at).wait()
        finally:  # the server's own factory may raise; whoever came behind is not lost for it
            for descriptor, address in reversed(taken):
                connection = Connection(self._family, socket.SOCK_STREAM, socket.IPPROTO_TCP, descriptor)
                Silent(self, connection, address, at).wait()
            gate.guard.settle_batch()
        return count < BATCH and self._flood.is_on(at)

    def _read(self, connection: Connection, address: tuple[str, int], at: float) -> None:
        """Read the first packet if it is there, else wait for it."""
        try:
            first = connection.recv(PACKET, socket.MSG_DONTWAIT)
        except BlockingIOError:
            self._prompt = False
            Silent(self, connection, address, at).wait()
        except OSError:
            self.ended(connection, address, at, "reset")
        else:
            self._prompt = True
            self.decide(connection, address, first, at, waited=False)

    def give(
        self,
        factory: Callable[[], asyncio.BaseProtocol],
        connection: Connection,
        address: tuple[str, int],
        first: bytes = b"",
        *,
        waited: bool,
    ) -> None:
        """Give a connection to the loop, after it was waited for or at once, with what its protocol gets first."""
        if waited:
            self.poller.release(connection.fileno())
        whole = socket.socket(self._family, socket.SOCK_STREAM, socket.IPPROTO_TCP, connection.detach())
        whole.setblocking(False)
        self._adopt(factory, whole, address, first)

    def decide(
        self, connection: Connection, address: tuple[str, int], first: bytes, at: float, *, waited: bool
    ) -> None:
        """Do what the guard says of the first packet.

        Args:
            connection: from which the packet was read.
            address: of the peer.
            first: the packet, empty if the peer has closed.
            at: seconds since the epoch when the connection was accepted.
            waited: whether the packet was waited for.

        """
        gate = self.gate
        guard = gate.guard
        host, port = plain_address(address)
        again = guard.answer_again(first, host, port, at)
        if again is not None:
            self._answer(connection, again.data)
        elif not first:
            self.ended(connection, address, at, "closed-by-client")
        elif guard.lets_in(first, at):
            self.give(gate.factory, connection, address, first, waited=waited)
        else:
            opening = guard.opening(host, port, at)
            decision = opening.receive(first, gate.sweeper.now())
            if isinstance(decision, Reply) and not decision.answer.linger:
                self._answer(connection, decision.answer.data)
            else:
                self.give(lambda: Begun(gate, opening, decision), connection, address, waited=waited)

    def _answer(self, connection: Connection, data: bytes) -> None:
        """Send the answer to a stray and close; a fresh connection always has room for it."""
        self._flood.strays += 1
        try:
            if data:
                connection.send(data, socket.MSG_DONTWAIT)
        except OSError:
            pass
        finally:
            connection.close()

    def close(self) -> None:
        """Give back what was needed to wait, after every silent connection was aborted."""
        self.poller.close()

    def ended(self, connection: Connection, address: tuple[str, int], at: float, outcome: str) -> None:
        """Settle a peer that is gone."""
        connection.close()
        self.gate.guard.opening(*plain_address(address), at).close(self.gate.sweeper.now(), outcome)


class Poller:
    """Waits for the first packets of silent connections with one reader in the loop for all of them.

    A reader of the loop for each would cost as much as the answer that most of them get. Where the system has
    no epoll, each gets its reader.

    Args:
        add_reader: file descriptor, callback and arguments, of an event loop.
        remove_reader: of the same loop.

    """

    def __init__(self, add_reader: Callable[..., object], remove_reader: Callable[[int], object]) -> None:
        self._add_reader = add_reader
        self._remove_reader = remove_reader
        self._epoll: Any = None
        self._silent: dict[int, Callable[[], None]] = {}

    def add(self, descriptor: int, readable: Callable[[], None]) -> None:
        """Call `readable` when a packet has come."""
        if not hasattr(select, "epoll"):
            self._add_reader(descriptor, readable)
            return
        if self._epoll is None:
            self._epoll = select.epoll()
            self._add_reader(self._epoll.fileno(), self._ready)
        self._silent[descriptor] = readable
        self._epoll.register(descriptor, select.EPOLLIN)

    def remove(self, descriptor: int) -> None:
        """Wait no longer for a connection, which is either closed now or given to the loop by `release`."""
        if self._epoll is None:
            self._remove_reader(descriptor)
        else:
            del self._silent[descriptor]

    def release(self, descriptor: int) -> None:
        """Take no notice any more of a connection that stays open; closing alone would do that by itself."""
        if self._epoll is not None:
            self._epoll.unregister(descriptor)

    def close(self) -> None:
        """Give back what was needed to wait; later connections begin anew."""
        if self._epoll is not None:
            self._remove_reader(self._epoll.fileno())
            self._epoll.close()
            self._epoll = None

    def _ready(self) -> None:
        for descriptor, _ in self._epoll.poll(0, BATCH):
            self._silent[descriptor]()


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

    def wait(self) -> None:
        """Wait for the first packet; if it is there already, the loop says so in its next turn."""
        acceptor = self._acceptor
        acceptor.gate.hold(self)
        acceptor.poller.add(self._connection.fileno(), self._readable)

    def _readable(self) -> None:
        acceptor, connection = self._acceptor, self._connection
        try:
            first = connection.recv(PACKET, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            self._leave()
            acceptor.ended(connection, self._address, self._accepted, "reset")
        else:
            self._leave()
            try:
                acceptor.decide(connection, self._address, first, self._accepted, waited=True)
            finally:
                acceptor.gate.guard.settle_batch()

    def tick(self, at: float) -> None:
        """Look at the time."""
        gate = self._acceptor.gate
        if at - self._accepted < gate.guard.settings.first_byte_timeout:
            return
        self._leave()
        decision = gate.guard.opening(*plain_address(self._address), self._accepted).tick(at)
        if isinstance(decision, Pass):
            self._acceptor.give(gate.factory, self._connection, self._address, waited=True)
        else:
            self._connection.close()

    def abort(self) -> None:
        """End the connection at once."""
        self._leave()
        self._connection.close()

    def _leave(self) -> None:
        self._acceptor.gate.release(self)
        self._acceptor.poller.remove(self._connection.fileno())


def _take(listening: socket.socket) -> list[tuple[int, tuple[str, int]]]:
    """Return descriptors and addresses of the connections that have arrived, `BATCH` at most."""
    accept = listening._accept  # type: ignore[attr-defined]
    taken: list[tuple[int, tuple[str, int]]] = []
    try:
        while len(taken) < BATCH:
            taken.append(accept())
    except (BlockingIOError, InterruptedError, ConnectionAbortedError):
        pass
    except OSError:
        if not taken:
            raise
    return taken
