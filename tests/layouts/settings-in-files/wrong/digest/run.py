import asyncio, yaml, websockets
with open("settings.yml") as f:
    CONF = yaml.safe_load(f)

def address(part):
    c = CONF[part]
    return "{scheme}://{host}:{port}/".format(**c)

async def main():
    async with websockets.connect(address("feed")) as ws:
        print(await ws.recv())
asyncio.run(main())
