"""The server of the benchmarks: `websockets` that echoes, with INFO logging on, with the guard or without.

Arguments: port, ``asyncio`` or ``uvloop``, and the record file of the guard, or ``-`` for no guard. With the
guard everything is on: answers, full diagnosis, grouping, its log lines, and the record file.
"""

from __future__ import annotations

import asyncio
import logging
import sys

from websockets.asyncio.server import ServerConnection, serve


async def echo(connection: ServerConnection) -> None:
    """Send back whatever comes."""
    async for message in connection:
        await connection.send(message)


async def main(port: int) -> None:
    """Serve until the process is ended."""
    async with serve(echo, "127.0.0.1", port, compression=None):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    _, port_text, loop, record = sys.argv
    if record != "-":
        import wsdoctor

        wsdoctor.install(record=record)
    if loop == "uvloop":
        import uvloop

        uvloop.run(main(int(port_text)))
    else:
        asyncio.run(main(int(port_text)))
