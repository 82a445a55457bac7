import asyncio
import threading

from flask import Flask, redirect, send_from_directory
from websockets.asyncio.server import serve

app = Flask(__name__)
STREAM = 5801


async def stream(ws):
    await ws.wait_closed()


def run():
    async def forever():
        async with serve(stream, "127.0.0.1", STREAM):
            await asyncio.Future()

    asyncio.run(forever())


@app.get("/")
def index():
    return send_from_directory("static", "index.html")


@app.get("/events")
def events():
    return app.response_class(iter(["data: x\n\n"]), mimetype="text/event-stream")


threading.Thread(target=run, daemon=True).start()
app.run(port=5800)
