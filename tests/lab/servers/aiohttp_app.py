"""aiohttp: WebSocket echo at ``/``, a page at ``/page``. Arguments: port, then ``asyncio`` or ``uvloop``."""

import asyncio
import logging
import sys

from aiohttp import WSMsgType, web


async def echo(request):
    """Send back whatever comes."""
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        if message.type == WSMsgType.TEXT:
            await socket.send_str(message.data)
    return socket


async def page(request):
    """Serve the page."""
    return web.Response(text="the page")


def application():
    """Return the application with its two routes."""
    app = web.Application()
    app.router.add_get("/", echo)
    app.router.add_get("/page", page)
    return app


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    loop = None
    if sys.argv[2] == "uvloop":
        import uvloop

        loop = uvloop.new_event_loop()
    else:
        loop = asyncio.new_event_loop()
    web.run_app(application(), host="127.0.0.1", port=int(sys.argv[1]), loop=loop, print=None)
