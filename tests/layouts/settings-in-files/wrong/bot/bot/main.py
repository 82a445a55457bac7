import asyncio, aiohttp
from .settings import Settings

async def main():
    settings = Settings.load()
    async with aiohttp.ClientSession(base_url=settings.stream_url) as session:
        async with session.get("/stats") as r:
            print(await r.text())
asyncio.run(main())
