"""The same as ``client.c`` for machines without a C compiler: slower, but the servers' CPU time is the same figure."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

CLOSE_FRAME = bytes((0x88, 0x82, 1, 2, 3, 4, 3 ^ 1, 0xE8 ^ 2))
SOURCES = 16


def read_payloads(path: str) -> list[bytes]:
    data, payloads = Path(path).read_bytes(), []
    while data:
        length, _, data = data.partition(b"\n")
        payloads.append(data[: int(length)])
        data = data[int(length) :]
    return payloads


class Client:
    """One run, with its counters."""

    def __init__(self, port: int, count: int, payloads: list[bytes]) -> None:
        self.port, self.count, self.payloads = port, count, payloads
        self.started = self.done = self.errors = self.bytes = 0

    async def connect(self, number: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect from one of the loopback addresses."""
        source = (f"127.0.0.{1 + number % SOURCES}", 0)
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=source)

    async def strays(self) -> None:
        """Send strays one after the other until all are sent."""
        while self.started < self.count:
            number, self.started = self.started, self.started + 1
            reader, writer = await self.connect(number)
            writer.write(self.payloads[number % len(self.payloads)])
            await self.until_closed(reader)
            writer.close()
            self.done += 1

    async def handshakes(self) -> None:
        """Open and close WebSockets one after the other until all are done."""
        while self.started < self.count:
            number, self.started = self.started, self.started + 1
            reader, writer = await self.connect(number)
            writer.write(self.payloads[number % len(self.payloads)])
            try:
                self.errors += not (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
            except (asyncio.IncompleteReadError, ConnectionError):
                self.errors += 1
            writer.write(CLOSE_FRAME)
            await self.until_closed(reader)
            writer.close()
            self.done += 1

    async def until_closed(self, reader: asyncio.StreamReader) -> None:
        """Read until the server closes."""
        try:
            self.bytes += len(await reader.read(-1))
        except ConnectionError:
            self.errors += 1

    async def opened(self, number: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a WebSocket."""
        reader, writer = await self.connect(number)
        writer.write(self.payloads[0])
        await reader.readuntil(b"\r\n\r\n")
        return reader, writer

    async def echo(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Exchange messages until all are exchanged."""
        frame = self.payloads[1]
        while self.started < self.count:
            self.started += 1
            writer.write(frame)
            self.bytes += len(await reader.readexactly(len(frame) - 4))
            self.done += 1
        writer.close()


async def main(mode: str, port: str, count: str, in_flight: str, path: str) -> None:
    client = Client(int(port), int(count), read_payloads(path))
    if mode == "echo":
        pairs = [await client.opened(number) for number in range(int(in_flight))]
        began = time.perf_counter()
        await asyncio.gather(*(client.echo(*pair) for pair in pairs))
    else:
        began = time.perf_counter()
        await asyncio.gather(*(getattr(client, mode)() for _ in range(int(in_flight))))
    seconds = time.perf_counter() - began
    print(json.dumps({"done": client.done, "errors": client.errors, "bytes": client.bytes, "seconds": seconds}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
