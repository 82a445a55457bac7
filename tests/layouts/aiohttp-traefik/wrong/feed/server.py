import asyncio
import signal

from websockets.asyncio.server import serve

LISTEN = ("0.0.0.0", 9000)


async def feed(connection):
    while True:
        await connection.send("tick")
        await asyncio.sleep(1)


async def main():
    loop = asyncio.get_running_loop()
    stop = loop.create_future()
    loop.add_signal_handler(signal.SIGTERM, stop.set_result, None)
    async with serve(feed, *LISTEN):
        await stop


asyncio.run(main())
