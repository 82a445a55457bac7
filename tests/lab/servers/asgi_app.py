"""An ASGI application for uvicorn and hypercorn: WebSocket echo at ``/``, pages everywhere else."""


async def app(scope, receive, send):
    """Serve one request or one WebSocket connection."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["type"] == "websocket":
        await echo(receive, send)
    else:
        await page(scope, send)


async def lifespan(receive, send):
    """Confirm start and end."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def echo(receive, send):
    """Send back whatever comes."""
    while True:
        message = await receive()
        if message["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
        elif message["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"]})
        else:
            return


async def page(scope, send):
    """Serve ``/page``; there is nothing else."""
    found = scope["path"] == "/page"
    body = b"the page" if found else b"not found"
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200 if found else 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
