import asyncio

import websockets

PORT = 8700


async def serve_one(ws):
    await ws.send("hello")


async def main():
    async with websockets.serve(serve_one, "0.0.0.0", PORT):
        await asyncio.Future()


asyncio.run(main())
