import asyncio

from websockets.asyncio.server import serve

from settings import settings


async def chart(ws):
    async for _ in ws:
        await ws.send("[]")


async def main():
    async with serve(chart, settings.host, settings.socket_port):
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
