"""A server for uvloop that accepts by itself, with the interface of uvloop's own.

uvloop accepts in C, where nothing can look at a first packet. So its server is created but never told to
listen; this one listens on the same sockets and shows everything else of it.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from typing import Any

from wsdoctor.listeners.accepting import Acceptor
from wsdoctor.listeners.asyncio_gate import Gate, LetIn
from wsdoctor.listeners.flood import REST

__all__ = ["AcceptingServer"]

RETRY = 1.0
"""Seconds until accepting is tried again when the system is out of descriptors, as asyncio does."""
_OUT_OF_RESOURCES = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))


class AcceptingServer(asyncio.AbstractServer):
    """Listens on the sockets of a server that does not.

    Args:
        server: of uvloop, created with ``start_serving=False``.
        gate: decides what becomes of each connection.
        backlog: connections that the system keeps until they are accepted.

    """

    def __init__(self, server: Any, gate: Gate, backlog: int) -> None:
        self._server = server
        self._loop = server.get_loop()
        self._backlog = backlog
        self._gate = gate
        self._listening: dict[socket.socket, Acceptor] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self._forever: asyncio.Future[None] | None = None

    @property
    def sockets(self) -> Any:
        """The listening sockets, none once the server is closed."""
        return self._server.sockets

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Return the event loop."""
        loop: asyncio.AbstractEventLoop = self._loop
        return loop

    def is_serving(self) -> bool:
        """Say whether connections are accepted."""
        return bool(self._listening)

    def listen(self) -> None:
        """Accept from now on."""
        if self._listening or self._closed:
            return
        for each in self._server.sockets:
            ours = socket.socket(fileno=os.dup(each.fileno()))
            ours.setblocking(False)
            ours.listen(self._backlog)
            loop = self._loop
            acceptor = Acceptor(self._gate, ours.family, self._adopt, loop.add_reader, loop.remove_reader)
            self._listening[ours] = self._gate.acceptors[ours.fileno()] = acceptor
            loop.add_reader(ours.fileno(), self._accept, ours)

    async def start_serving(self) -> None:
        """Accept from now on."""
        self.listen()

    async def serve_forever(self) -> None:
        """Accept until this coroutine is cancelled.

        Raises:
            RuntimeError: if somebody waits already, or the server is closed.

        """
        if self._forever is not None:
            raise RuntimeError(f"server {self!r} is already being awaited on serve_forever()")
        if self._closed:
            raise RuntimeError(f"server {self!r} is closed")
        self.listen()
        self._forever = self._loop.create_future()
        try:
            await self._forever
        except asyncio.CancelledError:
            self.close()
            await self.wait_closed()
            raise
        finally:
            self._forever = None

    def close(self) -> None:
        """Stop to accept; connections that the server has go on, those that it never saw are aborted."""
        if self._closed:
            return
        self._closed = True
        for ours in self._listening:
            self._loop.remove_reader(ours.fileno())
            ours.close()
        self._listening.clear()
        self._gate.close()
        self._server.close()
        if self._forever is not None and not self._forever.done():
            self._forever.cancel()

    async def wait_closed(self) -> None:
        """Wait as uvloop's own server does."""
        await self._server.wait_closed()

    async def __aenter__(self) -> AcceptingServer:
        return self

    async def __aexit__(self, *error: object) -> None:
        self.close()
        await self.wait_closed()

    def _accept(self, ours: socket.socket) -> None:
        try:
            if self._listening[ours].accept(ours):
                self._pause(ours, REST)
        except OSError as error:
            if error.errno not in _OUT_OF_RESOURCES:
                raise
            self._pause(ours, RETRY)

    def _pause(self, ours: socket.socket, seconds: float) -> None:
        self._loop.remove_reader(ours.fileno())
        self._loop.call_later(seconds, self._again, ours)

    def _again(self, ours: socket.socket) -> None:
        if ours in self._listening:
            self._loop.add_reader(ours.fileno(), self._accept, ours)

    def _adopt(self, factory: Any, connection: socket.socket, address: Any, first: bytes) -> None:
        made = factory if not first else lambda: LetIn(factory, first)
        task = self._loop.create_task(self._make_transport(made, connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _make_transport(self, factory: Any, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(factory, connection)
        except OSError:
            connection.close()
        except Exception as error:  # noqa: BLE001 - it is the server's own, and reported as its loop would
            connection.close()
            self._loop.call_exception_handler({"message": "Exception in the protocol factory", "exception": error})
