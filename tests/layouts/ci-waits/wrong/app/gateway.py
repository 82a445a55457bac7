import asyncio
import os

import websockets


async def gateway(ws):
    await ws.send("ready")
    await ws.wait_closed()


async def main():
    async with websockets.serve(gateway, "0.0.0.0", int(os.environ.get("GATEWAY_PORT", 9300))):
        await asyncio.Future()


asyncio.run(main())
