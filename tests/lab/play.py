"""Start one server, let every stray knock, end it, and hand back all that was seen and recorded.

The peers are plain sockets, so that each of them sends exactly its bytes and ends exactly as it says. A
record is matched with its peer by the peer's port, which is unique while a server runs.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .catalogue import Server
from .environments import ROOT, python_of
from .strays import KEY, STRAYS, Stray, good_handshake

__all__ = ["Played", "Visit", "play"]

START_LIMIT = 30.0
"""Seconds until a server must echo; slow ones share the machine with others."""
STAY_LIMIT = 10.0
"""Seconds that a peer stays which waits for the other side to end the connection."""
ANSWER_LIMIT = 1.5
"""Seconds without a byte after which a peer that reads gives up."""
PIECE_PAUSE = 0.01
RECORD_LIMIT = 5.0
"""Seconds until everything must be in the record file after the last peer has left."""
GUARD_TIMEOUT = 2.0
"""Seconds that the guard is told to wait for first bytes and for a whole head, so that the lab is quick."""
WARM = 3
"""Echoes before the strays, so that a WebSocket has been opened on the path."""
CLOSE_FRAME = bytes((0x88, 0x82, 0x5A, 0xA5, 0x3C, 0xC3, 0x5A ^ 0x03, 0xA5 ^ 0xE8))
"""Code 1000, as a client sends it."""
FOLDER = Path(__file__).resolve().parent / "servers"


@dataclass(slots=True)
class Visit:
    """What one peer saw.

    Attributes:
        stray: what it sent.
        port: its own port.
        answer: all that it received.
        ended: ``closed`` or ``reset`` by the other side, or ``left`` by itself.
        seconds: from having sent all until the end.

    """

    stray: Stray
    port: int
    answer: bytes = b""
    ended: str = "left"
    seconds: float = 0.0

    @property
    def status(self) -> int | None:
        """The status code received, None if the answer is not HTTP."""
        words = self.answer[:40].split(b" ", 2)
        return int(words[1]) if words[0].startswith(b"HTTP/1") and len(words) > 1 else None


@dataclass(slots=True)
class Played:
    """All that is known after one server has been played.

    Attributes:
        server: which one.
        visits: by name of the stray.
        records: JSON lines of the record file, as they came.
        log: what the server wrote to both its outputs.
        echoes: for ``before``, ``between``, ``after`` and ``eager``: what went wrong, None if the message came back.
        code: exit code of the process that was started.
        seconds: the whole of it.

    """

    server: Server
    visits: dict[str, Visit] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    log: str = ""
    echoes: dict[str, str | None] = field(default_factory=dict)
    code: int | None = None
    seconds: float = 0.0

    def record_of(self, name: str) -> dict[str, Any] | None:
        """Return what was recorded of the visit of a stray, None if nothing was."""
        return self.record_from(self.visits[name].port)

    def record_from(self, port: int) -> dict[str, Any] | None:
        """Return what was recorded of the peer with this port."""
        peer = f"127.0.0.1:{port}"
        return next((record for record in self.records if record.get("peer") == peer), None)


def first_bytes(record: dict[str, Any]) -> bytes:
    """Return the first bytes as a record holds them."""
    if "head_base64" in record:
        return base64.b64decode(record["head_base64"])
    if "head_hex" in record:
        return bytes.fromhex(record["head_hex"])
    return str(record["head"]).encode("latin-1")


def play(server: Server, folder: Path, *, guarded: bool = True) -> Played:
    """Play one server.

    Args:
        server: which one.
        folder: where its log and its records go.
        guarded: whether it is started by ``wsdoctor run --record``; False shows what the harness does alone.

    """
    began = time.monotonic()
    played = Played(server)
    record = folder / "strays.jsonl"
    port = _free_port()
    with (folder / "server.log").open("wb") as log, _running(server, port, record if guarded else None, log) as process:
        asyncio.run(_visit_all(played, port, process))
        if guarded:
            played.records = _await_records(record, {visit.port for visit in played.visits.values()})
        played.code = _end(process)
    played.log = (folder / "server.log").read_text("utf-8", "replace")
    if guarded:
        played.records = _read_records(record)
    played.seconds = time.monotonic() - began
    return played


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _running(server: Server, port: int, record: Path | None, log: Any) -> Iterator[subprocess.Popen[bytes]]:
    python = str(python_of(server.environment))
    arguments = [part.format(port=port, servers=FOLDER) for part in server.command]
    before = [] if record is None else [sys.executable, "-m", "wsdoctor", "run", "--record", str(record), "--"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("COV_", "PYTEST_"))}
    environment |= {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {f"WSDOCTOR_{name}_TIMEOUT": str(GUARD_TIMEOUT) for name in ("FIRST_BYTE", "HEAD")}
    if server.workers > 1:  # each worker learns by itself where WebSockets are opened; so here it is said
        environment["WSDOCTOR_WEBSOCKET_PATHS"] = "/"
    process = subprocess.Popen(
        [*before, python, *arguments],
        cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> int:
    """End the session of the process, politely first; return the exit code."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait(10)


async def _visit_all(played: Played, port: int, process: subprocess.Popen[bytes]) -> None:
    await _started(port, process, played.server)
    for _ in range(WARM):
        played.echoes["before"] = await _echo(port) if played.server.websocket else None
    visits = [asyncio.ensure_future(_visit(stray, port)) for stray in STRAYS]
    if played.server.websocket:
        await asyncio.sleep(0.3)
        played.echoes["between"] = await _echo(port)
    played.visits = {visit.stray.name: visit for visit in await asyncio.gather(*visits)}
    if played.server.websocket:
        played.echoes["after"] = await _echo(port)
        if played.server.eager:
            played.echoes["eager"] = await _echo(port, eager=True)


async def _started(port: int, process: subprocess.Popen[bytes], server: Server) -> None:
    """Wait until the server answers a handshake, whatever it answers."""
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit:
        if process.poll() is not None:
            raise RuntimeError(f"{server.name} ended with {process.returncode} before it answered")
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(good_handshake())
            with contextlib.suppress(TimeoutError):
                if await asyncio.wait_for(reader.read(12), 2):
                    writer.write(CLOSE_FRAME)
                    writer.close()
                    return
            writer.close()
        await asyncio.sleep(0.1)
    raise RuntimeError(f"{server.name} answered no handshake in {START_LIMIT:.0f} s")


async def _echo(port: int, *, eager: bool = False) -> str | None:
    """Open a WebSocket, exchange a message, close; return what went wrong, if anything.

    Args:
        port: of the server.
        eager: whether the message is sent in the same segment as the handshake, so that no byte behind the
            head may be lost on the way to the server.

    """
    try:
        return await asyncio.wait_for(_exchange(port, eager), 10)
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        return f"{type(error).__name__}: {error}"


async def _exchange(port: int, eager: bool) -> str | None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        text = f"echo through {port}".encode()
        message = _masked(0x81, text)
        writer.write(good_handshake() + (message if eager else b""))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        accept = base64.b64encode(hashlib.sha1(f"{KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest())
        if not head.startswith("HTTP/1.1 101 ") or accept.decode() not in head:
            return f"no 101: {head!r}"
        if not eager:
            writer.write(message)
        answer = await reader.readexactly(2 + len(text))
        writer.write(CLOSE_FRAME)
        await reader.read()
        return None if answer == bytes((0x81, len(text))) + text else f"not the message: {answer!r}"
    finally:
        writer.close()


def _masked(first: int, payload: bytes) -> bytes:
    """Return a short frame as a client sends it (RFC 6455 section 5.2)."""
    mask = b"\x5a\xa5\x3c\xc3"
    body = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
    return bytes((first, 0x80 | len(payload))) + mask + body


async def _visit(stray: Stray, port: int) -> Visit:
    """Knock as the stray does."""
    loop = asyncio.get_running_loop()
    with socket.socket() as peer:
        peer.setblocking(False)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await loop.sock_connect(peer, ("127.0.0.1", port))
        visit = Visit(stray, peer.getsockname()[1])
        try:
            for piece in stray.sends:
                await loop.sock_sendall(peer, piece)
                await asyncio.sleep(PIECE_PAUSE)
            sent = time.monotonic()
            await _end_visit(visit, peer)
        except ConnectionError:
            visit.ended = "reset"
        visit.seconds = time.monotonic() - sent
        return visit


async def _end_visit(visit: Visit, peer: socket.socket) -> None:
    if visit.stray.ending == "close":
        await asyncio.sleep(0.1)
    elif visit.stray.ending == "reset":
        await asyncio.sleep(0.1)  # the server has accepted by now, so it knows who it was
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    else:
        loop = asyncio.get_running_loop()
        limit = STAY_LIMIT if visit.stray.ending == "stay" else ANSWER_LIMIT
        with contextlib.suppress(TimeoutError):
            while received := await asyncio.wait_for(loop.sock_recv(peer, 65536), limit):
                visit.answer += received
                if visit.answer.startswith(b"HTTP/1.1 101") and visit.answer.endswith(b"\r\n\r\n"):
                    await loop.sock_sendall(peer, CLOSE_FRAME)  # it is a WebSocket now: leave it as one does
            visit.ended = "closed"


def _await_records(path: Path, ports: set[int]) -> list[dict[str, Any]]:
    """Read the record file until every peer is in it or time is up; not every peer has to be."""
    limit = time.monotonic() + RECORD_LIMIT
    seen, records = -1, _read_records(path)
    while time.monotonic() < limit and len(records) != seen:
        seen = len(records)
        missing = ports - {int(str(record.get("peer", ":0")).rpartition(":")[2] or 0) for record in records}
        if not missing:
            break
        time.sleep(0.5)
        records = _read_records(path)
    return records


def _read_records(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    lines = path.read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.endswith("}")]
