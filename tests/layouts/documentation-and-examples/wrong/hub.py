import asyncio

from websockets.asyncio.server import serve


async def hub(ws):
    await ws.wait_closed()


async def main():
    async with serve(hub, None, 6500):
        await asyncio.Future()


asyncio.run(main())
