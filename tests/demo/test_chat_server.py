import asyncio
import signal
import subprocess
import sys
import time

import pytest
from websockets.sync.client import connect

from wsdoctor.demo import chat_server
from wsdoctor.demo.ports import free_port


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_message_comes_back_until_the_server_is_ended(end: signal.Signals) -> None:
    port = free_port()
    words = [sys.executable, "-m", "wsdoctor.demo.chat_server", str(port)]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                with connect(f"ws://127.0.0.1:{port}/chat", proxy=None) as connection:
                    connection.send("1")
                    assert connection.recv(5) == "1"
                break
            except OSError:
                time.sleep(0.05)
        process.send_signal(end)
        _, said = process.communicate(timeout=20)
    assert process.returncode == (0 if end is signal.SIGINT else -signal.SIGTERM)
    assert "connection open" in said
    assert "Traceback" not in said


def test_every_message_is_sent_back() -> None:
    class Connection:
        def __init__(self) -> None:
            self.sent: list[str] = []

        async def __aiter__(self):
            yield "a"
            yield "b"

        async def send(self, message: str) -> None:
            self.sent.append(message)

    connection = Connection()
    asyncio.run(chat_server.echo(connection))  # type: ignore[arg-type]
    assert connection.sent == ["a", "b"]
