import asyncio
import threading

from flask import Flask, render_template
from websockets.asyncio.server import serve

WS_PORT = 8400
app = Flask(__name__)


async def updates(ws):
    await ws.wait_closed()


async def sockets():
    async with serve(updates, "0.0.0.0", WS_PORT):
        await asyncio.Future()


@app.get("/")
def index():
    return render_template("index.html", ws_port=WS_PORT)


if __name__ == "__main__":
    threading.Thread(target=lambda: asyncio.run(sockets()), daemon=True).start()
    app.run(port=5400)
