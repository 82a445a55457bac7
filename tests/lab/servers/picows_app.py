"""picows: echo. Arguments: port, ``asyncio`` or ``uvloop``, and ``aiofastnet`` or ``loop``: who makes the server."""

import asyncio
import logging
import sys

from picows import WSListener, WSMsgType, ws_create_server


class Echo(WSListener):
    """Sends back whatever comes."""

    def on_ws_frame(self, transport, frame):
        """Answer one frame."""
        if frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code(), frame.get_close_message())
            transport.disconnect()
        else:
            transport.send(frame.msg_type, frame.get_payload_as_bytes())


async def main(port, use_aiofastnet):
    """Serve until the process is ended."""
    server = await ws_create_server(lambda _: Echo(), "127.0.0.1", port, use_aiofastnet=use_aiofastnet)
    await server.serve_forever()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    job = main(int(sys.argv[1]), sys.argv[3] == "aiofastnet")
    if sys.argv[2] == "uvloop":
        import uvloop

        uvloop.run(job)
    else:
        asyncio.run(job)
