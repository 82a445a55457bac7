"""The real clients of the demo: they exchange numbered messages all the time and verify each echo."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

__all__ = ["Tally", "exchange"]

PAUSE = 0.02
"""Seconds between two messages of a client."""
ANSWER = 5.0
"""Seconds after which a message that did not come back counts as lost."""


@dataclass(slots=True)
class Tally:
    """What the clients sent and got back.

    Attributes:
        clients: connections that were opened.
        sent: messages sent.
        received: messages that came back unchanged and in order.
        failures: what went wrong, in words.

    """

    clients: int = 0
    sent: int = 0
    received: int = 0
    failures: tuple[str, ...] = ()

    @property
    def lost(self) -> int:
        """Messages that did not come back."""
        return self.sent - self.received


async def exchange(url: str, name: str, tally: Tally, stop: asyncio.Event, reconnect_every: int = 100) -> None:
    """Exchange messages until told to stop, over a new connection now and then.

    Args:
        url: where to connect.
        name: what the messages begin with.
        tally: where the messages are counted.
        stop: set when the client should close.
        reconnect_every: messages after which a client opens a new connection, so that handshakes are
            verified all the time too.

    """
    number = 0
    while not stop.is_set():
        try:
            async with connect(url, compression=None, proxy=None) as connection:
                tally.clients += 1
                for _ in range(reconnect_every):
                    number += 1
                    message = f"{name} {number}"
                    tally.sent += 1
                    await connection.send(message)
                    if await asyncio.wait_for(connection.recv(), ANSWER) == message:
                        tally.received += 1
                    if stop.is_set():
                        return
                    await asyncio.sleep(PAUSE)
        except (OSError, WebSocketException, TimeoutError) as error:
            tally.failures = (*tally.failures[:19], f"{name}: {type(error).__name__}: {error}")
            await asyncio.sleep(PAUSE)
