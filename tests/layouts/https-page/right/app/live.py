import asyncio

from websockets.asyncio.server import serve


async def live(ws):
    async for message in ws:
        await ws.send(message)


async def main():
    async with serve(live, "0.0.0.0", 8765):
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
