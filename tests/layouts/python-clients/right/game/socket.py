import asyncio

import websockets

from .settings import settings


async def play(ws, path=None):
    async for move in ws:
        await ws.send(move)


def main():
    loop = asyncio.new_event_loop()
    loop.run_until_complete(websockets.serve(play, "0.0.0.0", settings.socket_port))
    loop.run_forever()


if __name__ == "__main__":
    main()
