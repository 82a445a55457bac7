import asyncio

from websockets.asyncio.server import serve


async def tick(ws):
    while True:
        await ws.send("tick")
        await asyncio.sleep(1)


async def main():
    server = await serve(tick, "0.0.0.0", 9001)
    await server.wait_closed()


if __name__ == "__main__":
    asyncio.run(main())
