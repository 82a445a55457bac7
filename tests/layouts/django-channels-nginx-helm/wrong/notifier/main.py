import asyncio
import os

import websockets

PORT = int(os.environ.get("NOTIFIER_PORT", "9100"))


async def notify(websocket):
    async for message in websocket:
        await websocket.send(message)


async def main():
    async with websockets.serve(notify, "", PORT):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main())
