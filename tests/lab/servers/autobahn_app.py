"""Autobahn on asyncio: echo. Argument: port."""

import asyncio
import sys

import txaio

txaio.use_asyncio()

from autobahn.asyncio.websocket import WebSocketServerFactory, WebSocketServerProtocol  # noqa: E402


class Echo(WebSocketServerProtocol):
    """Sends back whatever comes."""

    def onMessage(self, payload, isBinary):  # noqa: N802, N803 - the names are Autobahn's
        """Answer one message."""
        self.sendMessage(payload, isBinary)


async def main(port):
    """Serve until the process is ended."""
    factory = WebSocketServerFactory(f"ws://127.0.0.1:{port}")
    factory.protocol = Echo
    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    txaio.start_logging(level="info")
    asyncio.run(main(int(sys.argv[1])))
