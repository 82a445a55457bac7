import asyncio

from websockets.asyncio.server import serve


async def feed(ws):
    await ws.wait_closed()


async def main():
    async with serve(feed, "", port=9443):
        await asyncio.Future()


asyncio.run(main())
