import argparse
import asyncio
import logging

from websockets.asyncio.server import serve


async def handler(websocket):
    async for message in websocket:
        await websocket.send(message)


async def run(host: str, port: int) -> None:
    logging.info("hub on %s:%d", host, port)
    async with serve(handler, host, port, ping_interval=20) as server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="0.0.0.0")
    parser.add_argument("--port", type=int, default=7100)
    options = parser.parse_args()
    asyncio.run(run(options.host, options.port))
