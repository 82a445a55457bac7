import asyncio
import os

from websockets.asyncio.server import serve


async def room(ws):
    async for message in ws:
        await ws.send(message)


async def main():
    async with serve(room, "0.0.0.0", int(os.environ.get("PORT", 8300))):
        await asyncio.Future()


asyncio.run(main())
