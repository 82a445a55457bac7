import asyncio
import os

from prometheus_client import start_http_server
from websockets.asyncio.server import serve

WS_PORT = int(os.environ.get("WS_PORT", "6001"))
METRICS_PORT = int(os.environ.get("METRICS_PORT", "6002"))


async def handler(ws):
    await ws.wait_closed()


async def main():
    start_http_server(METRICS_PORT)
    async with serve(handler, "0.0.0.0", WS_PORT):
        await asyncio.get_running_loop().create_future()


asyncio.run(main())
