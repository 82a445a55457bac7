import asyncio
import http
import os

from websockets.asyncio.server import serve


def health_check(connection, request):
    if request.path == "/healthz":
        return connection.respond(http.HTTPStatus.OK, "OK\n")


async def echo(websocket):
    async for message in websocket:
        await websocket.send(message)


async def main():
    port = int(os.environ.get("PORT", "8001"))
    async with serve(echo, "", port, process_request=health_check) as server:
        await server.serve_forever()


asyncio.run(main())
