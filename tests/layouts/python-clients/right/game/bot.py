import asyncio

import websockets

from .settings import settings


async def main():
    async with websockets.connect(settings.socket_url) as ws:
        await ws.send("e2e4")


asyncio.run(main())
