import asyncio
from http import HTTPStatus

import websockets
from websockets.asyncio.server import serve


async def hello(ws):
    await ws.send("hello")


def process_request(connection, request):
    if request.path in ("/healthz", "/readyz"):
        return connection.respond(HTTPStatus.OK, "ok\n")


async def main():
    async with serve(hello, "0.0.0.0", 9700, process_request=process_request):
        await asyncio.Future()


asyncio.run(main())
