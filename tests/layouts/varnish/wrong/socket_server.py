import asyncio

import websockets


async def main():
    async with websockets.serve(lambda ws: ws.wait_closed(), "127.0.0.1", 5601):
        await asyncio.Future()


asyncio.run(main())
