import asyncio

from websockets.asyncio.server import serve


async def echo(ws):
    async for m in ws:
        await ws.send(m)


async def main():
    async with serve(echo, "0.0.0.0", 7900):
        await asyncio.Future()


asyncio.run(main())
