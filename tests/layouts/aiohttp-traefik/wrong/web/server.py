from aiohttp import WSMsgType, web


async def index(request):
    return web.Response(text="<h1>Feed</h1>", content_type="text/html")


async def ping(request):
    return web.json_response({"ping": "pong"})


async def live(request):
    ws = web.WebSocketResponse(heartbeat=20)
    await ws.prepare(request)
    async for message in ws:
        if message.type == WSMsgType.TEXT:
            await ws.send_str(message.data)
    return ws


def create_app():
    app = web.Application()
    app.add_routes([web.get("/", index), web.get("/ping", ping), web.get("/live", live)])
    return app


if __name__ == "__main__":
    web.run_app(create_app(), port=8080)
