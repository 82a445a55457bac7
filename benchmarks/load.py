"""The peers: a C client where there is a C compiler, else the same in Python, in a process of its own.

The client is never part of a figure but for rates: CPU time is read from the server's process. It runs on
the last core and the servers on the first, where there are two, so that neither is measured waiting for
the other's turn.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

__all__ = ["FRAME", "HANDSHAKE", "Load", "cores", "run"]

HERE = Path(__file__).resolve().parent
CLIENT = HERE / "build" / "client"
LIMIT = 250
"""Seconds for one run of the client; it gives up by itself a little earlier."""
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"User-Agent: benchmark\r\nOrigin: http://127.0.0.1\r\n\r\n"
)
FRAME = bytes((0x81, 0x80 | 64, 0, 0, 0, 0)) + b"m" * 64
"""A text message of 64 bytes as a client sends it, with a mask that changes nothing."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of the client did.

    Attributes:
        done: connections or messages.
        errors: those that did not go as they should.
        seconds: from the first connection to the end of the last; for messages, from the first message.

    """

    done: int
    errors: int
    seconds: float

    @property
    def rate(self) -> float:
        """How many per second."""
        return self.done / self.seconds


def cores() -> tuple[set[int], set[int]]:
    """Return the cores for servers and for clients; the same where there is one only."""
    usable = sorted(os.sched_getaffinity(0))
    return {usable[0]}, {usable[-1]}


def _client() -> list[str]:
    """Return the command of the client, compiled if it can be."""
    source = HERE / "client.c"
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if CLIENT.exists() and CLIENT.stat().st_mtime >= source.stat().st_mtime:
        return [str(CLIENT)]
    if compiler:
        CLIENT.parent.mkdir(exist_ok=True)
        done = subprocess.run([compiler, "-O2", "-o", str(CLIENT), str(source)], capture_output=True, check=False)
        if done.returncode == 0:
            return [str(CLIENT)]
    print("no C compiler: the load comes from Python, so rates are the client's")
    return [sys.executable, "-P", str(HERE / "client.py")]


def run(mode: str, port: int, count: int, in_flight: int, payloads: Sequence[bytes]) -> Load:
    """Run the client once.

    Args:
        mode: ``strays``, ``handshakes`` or ``echo``, as in ``client.c``.
        port: on 127.0.0.1.
        count: connections, or messages for ``echo``.
        in_flight: connections that are open at a time.
        payloads: what they send, in turn.

    Raises:
        RuntimeError: if the client does not end well.

    """
    with NamedTemporaryFile() as file:
        file.write(b"".join(b"%d\n%s" % (len(payload), payload) for payload in payloads))
        file.flush()
        command = [*_client(), mode, str(port), str(count), str(in_flight), file.name]
        _, core = cores()
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=LIMIT, check=False,
            preexec_fn=lambda: os.sched_setaffinity(0, core),
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"the client of {mode} ended with {done.returncode}: {done.stderr.strip()}")
    said = json.loads(done.stdout)
    return Load(said["done"], said["errors"], said["seconds"])
