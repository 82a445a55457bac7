"""One act of the demo: the WebSocket server, its clients and the strays, for some seconds.

The server runs in a process of its own, bare or started by ``wsdoctor run``; both acts are otherwise the same.
"""

from __future__ import annotations

import asyncio
import math
import os
import random
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from wsdoctor.demo.clients import Tally, exchange
from wsdoctor.demo.strays import Stray
from wsdoctor.errors import ListenFailed

__all__ = ["act"]

START = 10.0
"""Seconds that the server may take until it listens."""
END = 5.0
"""Seconds that the server may take to end after being asked."""


async def act(
    prefix: Sequence[str],
    ws_port: int,
    urls: Sequence[str],
    strays: Sequence[Stray],
    seconds: float,
    log: Path,
    tick: Callable[[], None],
) -> Tally:
    """Play one act and return what the clients sent and got back.

    Args:
        prefix: words in front of the server's command line, such as ``wsdoctor run --``.
        ws_port: port of the WebSocket server.
        urls: where the clients connect, one client each.
        strays: who knocks meanwhile.
        seconds: how long.
        log: file that takes what the server prints.
        tick: called a few times a second.

    Raises:
        ListenFailed: if the server does not come up.

    """
    server = [*prefix, sys.executable, "-m", "wsdoctor.demo.chat_server", str(ws_port)]
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *server, stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output, env={**os.environ, "NO_COLOR": "1"}
        )
    try:
        await _listens(ws_port, process, log)
        return await _scene(urls, strays, seconds, tick)
    finally:
        await _end(process)


async def _scene(urls: Sequence[str], strays: Sequence[Stray], seconds: float, tick: Callable[[], None]) -> Tally:
    tally = Tally()
    stop = asyncio.Event()
    tasks = [asyncio.create_task(exchange(url, f"client {n}", tally, stop)) for n, url in enumerate(urls, 1)]
    tasks += [asyncio.create_task(_knock(stray, stop)) for stray in strays if stray.every < math.inf]
    deadline = asyncio.get_running_loop().time() + seconds
    try:
        while asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.25)
            tick()
    finally:
        stop.set()
        await asyncio.gather(*tasks)
        tick()
    return tally


async def _knock(stray: Stray, stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time() + random.random() * min(stray.every, 1.0)  # noqa: S311 - spreads the first knocks, no secret
    while not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), max(0.0, due - loop.time()))
            return
        with suppress(OSError):
            await stray.knock()
        due += stray.every


async def _listens(port: int, process: asyncio.subprocess.Process, log: Path) -> None:
    deadline = asyncio.get_running_loop().time() + START
    while process.returncode is None and asyncio.get_running_loop().time() < deadline:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        await writer.wait_closed()
        return
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise ListenFailed(f"127.0.0.1:{port}", said[-1] if said else "the server of the demo did not come up")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), END)
    except TimeoutError:
        process.kill()
        await process.wait()
