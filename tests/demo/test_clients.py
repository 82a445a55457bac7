import asyncio
from collections.abc import Awaitable, Callable

import pytest
from websockets.asyncio.server import ServerConnection, serve

from wsdoctor.demo import clients
from wsdoctor.demo.clients import Tally, exchange
from wsdoctor.demo.ports import free_port


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


async def garble(connection: ServerConnection) -> None:
    async for _ in connection:
        await connection.send("something else")


async def swallow(connection: ServerConnection) -> None:
    async for _ in connection:
        pass


def played(handler: Callable[[ServerConnection], Awaitable[None]] | None, seconds: float = 0.5) -> Tally:
    async def main() -> Tally:
        tally, stop, port = Tally(), asyncio.Event(), free_port()

        async def scene() -> None:
            task = asyncio.create_task(exchange(f"ws://127.0.0.1:{port}/", "one", tally, stop, reconnect_every=3))
            await asyncio.sleep(seconds)
            stop.set()
            await task

        if handler is None:
            await scene()
        else:
            async with serve(handler, "127.0.0.1", port):
                await scene()
        return tally

    return asyncio.run(main())


def test_every_message_comes_back_over_connections_of_a_few_messages_each() -> None:
    tally = played(echo)
    assert tally.sent == tally.received > 0
    assert tally.lost == 0
    assert tally.clients >= tally.sent / 3
    assert tally.failures == ()


def test_a_message_that_comes_back_as_another_is_lost() -> None:
    tally = played(garble)
    assert tally.received == 0
    assert tally.lost == tally.sent > 0


def test_a_message_that_does_not_come_back_is_lost_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "ANSWER", 0.1)
    tally = played(swallow)
    assert tally.lost == tally.sent > 0
    assert all(failure.startswith("one: TimeoutError") for failure in tally.failures)


def test_a_server_that_is_not_there_is_said_a_bounded_number_of_times() -> None:
    tally = played(None, 1.0)
    assert (tally.clients, tally.sent) == (0, 0)
    assert 1 <= len(tally.failures) <= 20
    assert "ConnectionRefusedError" in tally.failures[0]
