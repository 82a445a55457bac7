import asyncio

import tornado.web
import tornado.websocket

from handlers import EchoSocket, Index


def make_app():
    return tornado.web.Application([(r"/", Index), (r"/socket", EchoSocket)])


async def main():
    make_app().listen(8888)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
