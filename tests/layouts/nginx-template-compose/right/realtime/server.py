import asyncio
import os

from websockets.asyncio.server import serve


class Relay:
    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port

    async def handle(self, ws):
        async for message in ws:
            await ws.send(message)

    async def run(self) -> None:
        async with serve(self.handle, self.host, self.port) as server:
            await server.serve_forever()


if __name__ == "__main__":
    relay = Relay(os.environ.get("BIND", "0.0.0.0"), int(os.environ["REALTIME_PORT"]))
    asyncio.run(relay.run())
