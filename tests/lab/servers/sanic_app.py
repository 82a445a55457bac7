"""Sanic in one process: WebSocket echo at ``/``, a page at ``/page``. Argument: port."""

import sys

from sanic import Sanic
from sanic.response import text

app = Sanic("lab")


@app.websocket("/")
async def echo(request, socket):
    """Send back whatever comes."""
    async for message in socket:
        await socket.send(message)


@app.get("/page")
async def page(request):
    """Serve the page."""
    return text("the page")


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]), single_process=True, motd=False)
