"""Relays prices to machines that speak plain WebSocket."""

import asyncio
import os

from websockets.asyncio.server import broadcast, serve

PEERS = set()


async def relay(ws):
    PEERS.add(ws)
    try:
        async for message in ws:
            broadcast(PEERS, message)
    finally:
        PEERS.discard(ws)


async def main():
    async with serve(relay, "0.0.0.0", int(os.environ.get("RELAY_PORT", 6789))) as server:
        await server.serve_forever()


asyncio.run(main())
