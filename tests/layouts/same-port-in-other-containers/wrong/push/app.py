import asyncio

from websockets.asyncio.server import serve


async def push(ws):
    await ws.wait_closed()


async def main():
    async with serve(push, "0.0.0.0", 8080):
        await asyncio.Future()


asyncio.run(main())
