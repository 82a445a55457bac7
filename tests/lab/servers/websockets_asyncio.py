"""`websockets` with its new asyncio implementation (13.0 and later). Arguments: port, ``asyncio`` or ``uvloop``."""

import asyncio
import logging
import sys

from websockets.asyncio.server import serve


async def echo(connection):
    """Send back whatever comes."""
    async for message in connection:
        await connection.send(message)


async def main(port):
    """Serve until the process is ended."""
    async with serve(echo, "127.0.0.1", port):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    if sys.argv[2] == "uvloop":
        import uvloop

        uvloop.run(main(int(sys.argv[1])))
    else:
        asyncio.run(main(int(sys.argv[1])))
