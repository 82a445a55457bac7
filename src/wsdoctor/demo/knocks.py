"""How the strays of the demo knock: raw bytes, real programs, TLS, and a WebSocket client behind a faulty proxy."""

from __future__ import annotations

import asyncio
import ssl

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

__all__ = ["handshake", "head", "nothing", "program", "say", "speak_tls"]

REST = 1.0
"""Seconds that a stray waits for an answer."""


def head(*lines: str) -> bytes:
    """Return a request head of these lines."""
    return "\r\n".join((*lines, "", "")).encode()


async def nothing() -> None:
    """Leave the knocking to the browser, which opens the page."""


async def say(port: int, address: str, first_bytes: bytes) -> None:
    """Connect, send the bytes, wait for what comes back, close."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    try:
        if first_bytes:
            writer.write(first_bytes)
            await writer.drain()
            await asyncio.wait_for(reader.read(4096), REST)
    except (OSError, TimeoutError):
        return
    finally:
        writer.close()


async def program(*words: str) -> None:
    """Run a program to its end, silently."""
    process = await asyncio.create_subprocess_exec(
        *words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    await process.wait()


async def speak_tls(port: int, address: str) -> None:
    """Try a TLS handshake, as a client given wss:// instead of ws:// does."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    attempt = asyncio.open_connection(
        "127.0.0.1", port, local_addr=(address, 0), ssl=context, server_hostname="chat.example.com"
    )
    try:
        _, writer = await asyncio.wait_for(attempt, REST)
    except (OSError, TimeoutError):
        return
    writer.close()


async def handshake(port: int) -> None:
    """Open a WebSocket with a real client through a proxy that loses the handshake."""
    try:
        async with connect(f"ws://127.0.0.1:{port}/chat", open_timeout=REST, proxy=None):
            return
    except (OSError, WebSocketException, TimeoutError):
        return
