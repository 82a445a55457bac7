"""`websockets` with its legacy implementation, which all versions from 10 to 17 carry. Argument: port."""

import asyncio
import logging
import sys
import warnings

warnings.simplefilter("ignore", DeprecationWarning)

from websockets.exceptions import ConnectionClosed  # noqa: E402
from websockets.legacy.server import serve  # noqa: E402 - the import itself warns


async def echo(connection, path=None):
    """Send back whatever comes."""
    try:
        async for message in connection:
            await connection.send(message)
    except ConnectionClosed:
        pass


async def main(port):
    """Serve until the process is ended."""
    async with serve(echo, "127.0.0.1", port):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    asyncio.run(main(int(sys.argv[1])))
