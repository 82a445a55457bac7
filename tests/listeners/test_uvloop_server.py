from __future__ import annotations

import asyncio
import errno
import socket
from typing import Any

import pytest

from wsdoctor.listeners import uvloop_server
from wsdoctor.listeners.uvloop_server import AcceptingServer


class Loop:
    """Notes what a server asks of its event loop."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.readers: list[int] = []
        self.later: list[tuple[Any, ...]] = []
        self.said: list[dict[str, Any]] = []

    def add_reader(self, number: int, *_: Any) -> None:
        self.readers.append(number)

    def remove_reader(self, number: int) -> None:
        self.readers.remove(number)

    def call_later(self, *arguments: Any) -> None:
        self.later.append(arguments)

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self.said.append(context)

    async def connect_accepted_socket(self, *_: Any) -> None:
        if self.error is not None:
            raise self.error


class Server:
    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.sockets: list[socket.socket] = []

    def get_loop(self) -> Loop:
        return self.loop

    def close(self) -> None:
        self.sockets = []


class Gate:
    acceptors: dict[int, Any]

    def __init__(self) -> None:
        self.acceptors = {}

    def close(self) -> None:
        """Do nothing."""


class Refusing:
    def __init__(self, number: int) -> None:
        self.number = number

    def accept(self, _: socket.socket) -> None:
        raise OSError(self.number, "no")


def made(loop: Loop) -> AcceptingServer:
    return AcceptingServer(Server(loop), Gate(), 100)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "said"), [(None, 0), (ConnectionResetError("gone"), 0), (ValueError("the factory's own"), 1)]
)
def test_a_connection_that_cannot_be_handed_on_is_closed(error: Exception | None, said: int) -> None:
    loop = Loop(error)
    near, far = socket.socketpair()
    with near, far:
        asyncio.run(made(loop)._make_transport(object, near))
        assert (near.fileno() == -1) is (error is not None)
    assert len(loop.said) == said
    assert all(context["exception"] is error for context in loop.said)


def test_it_rests_while_the_system_is_out_of_descriptors() -> None:
    loop = Loop()
    server = made(loop)
    with socket.socket() as ours:
        server._listening[ours] = Refusing(errno.EMFILE)  # type: ignore[assignment]
        loop.readers = [ours.fileno()]
        server._accept(ours)
        assert loop.readers == []
        ((delay, again, given),) = loop.later
        assert (delay, given) == (uvloop_server.RETRY, ours)
        again(given)
        assert loop.readers == [ours.fileno()]
        server.close()
        again(given)
        assert loop.readers == []


def test_another_failure_of_accepting_is_not_hidden() -> None:
    server = made(Loop())
    with socket.socket() as ours:
        server._listening[ours] = Refusing(errno.EBADF)  # type: ignore[assignment]
        with pytest.raises(OSError, match="no"):
            server._accept(ours)
