import asyncio
import os

import websockets

HOST = os.getenv("HOST", "0.0.0.0")
PORT = int(os.getenv("WS_PORT", "8765"))


async def echo(websocket):
    async for message in websocket:
        await websocket.send(message)


async def main():
    async with websockets.serve(echo, HOST, PORT):
        await asyncio.Future()


asyncio.run(main())
