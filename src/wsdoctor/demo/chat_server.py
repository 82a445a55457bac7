"""The WebSocket server of the demo: a plain `websockets` echo server that knows nothing of wsdoctor.

Run as ``python -m wsdoctor.demo.chat_server PORT``; it is what a user would have written.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from contextlib import suppress

from websockets.asyncio.server import ServerConnection, serve


async def echo(connection: ServerConnection) -> None:
    """Send back every message."""
    async for message in connection:
        await connection.send(message)


async def main(port: int) -> None:
    """Serve until the process is ended."""
    async with serve(echo, "127.0.0.1", port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)
    with suppress(KeyboardInterrupt):
        asyncio.run(main(int(sys.argv[1])))
