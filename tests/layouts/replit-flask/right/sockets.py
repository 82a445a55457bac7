import asyncio

import websockets


async def arena(ws):
    async for move in ws:
        await ws.send(move)


async def serve_forever():
    async with websockets.serve(arena, "0.0.0.0", 8001):
        await asyncio.Future()


def start():
    asyncio.run(serve_forever())
