import asyncio

from prometheus_client import Counter, start_http_server
from websockets.asyncio.server import serve

MESSAGES = Counter("messages", "Messages received")


async def handle(ws):
    async for _ in ws:
        MESSAGES.inc()


async def main():
    start_http_server(9200)
    async with serve(handle, "0.0.0.0", 9201):
        await asyncio.Future()


asyncio.run(main())
