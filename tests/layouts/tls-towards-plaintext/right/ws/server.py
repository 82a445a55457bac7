import asyncio
from websockets.asyncio.server import serve
async def talk(ws):
    async for m in ws: await ws.send(m)
async def main():
    async with serve(talk, "0.0.0.0", 9001) as s: await s.serve_forever()
asyncio.run(main())
