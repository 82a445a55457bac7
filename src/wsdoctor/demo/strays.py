"""The strays of the demo: who knocks on the WebSocket port without being a WebSocket client, and which cause is right.

Where a real program is at hand (curl, wget, a TLS client, a WebSocket client behind nginx, a browser) it is
used; otherwise the exact bytes that it sends. Each stray knocks from a loopback address of its own, so that the
demo can check each recorded attempt against the one who made it.
"""

from __future__ import annotations

import asyncio
import math
import shutil
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from wsdoctor.demo.nginx import NEW_ADDRESS, OLD_ADDRESS, Proxies
from wsdoctor.wire.http2 import PREFACE

__all__ = ["Stray", "cast"]

BROWSER = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
REST = 1.0
"""Seconds that a stray waits for an answer."""


@dataclass(frozen=True, slots=True)
class Stray:
    """One who knocks.

    Attributes:
        name: who it is, in words.
        address: loopback address that it knocks from.
        classes: classes of which one must be diagnosed.
        every: seconds between two knocks.
        knock: knocks once.

    """

    name: str
    address: str
    classes: frozenset[str]
    every: float
    knock: Callable[[], Awaitable[None]]


def head(*lines: str) -> bytes:
    """Return a request head of these lines."""
    return "\r\n".join((*lines, "", "")).encode()


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
    try:
        _, writer = await asyncio.wait_for(
            asyncio.open_connection(
                "127.0.0.1", port, local_addr=(address, 0), ssl=context, server_hostname="chat.example.com"
            ),
            REST,
        )
    except (OSError, TimeoutError):
        return
    writer.close()


async def nothing() -> None:
    """Leave the knocking to the browser, which opens the page."""


async def through(port: int) -> None:
    """Open a WebSocket through a proxy that loses the handshake."""
    try:
        async with connect(f"ws://127.0.0.1:{port}/chat", open_timeout=REST, proxy=None):
            return
    except (OSError, WebSocketException, TimeoutError):
        return


def cast(ws_port: int, web_port: int, nginx: Proxies | None, *, browser: bool) -> list[Stray]:
    """Return all strays.

    Args:
        ws_port: the port that they knock on.
        web_port: the port of the page, which they name as their origin.
        nginx: the proxy, None if there is none.
        browser: True if a real browser opens the page, so that its requests need not be played.

    """
    host = f"Host: 127.0.0.1:{ws_port}"
    origin = f"Origin: http://127.0.0.1:{web_port}"
    url = f"http://127.0.0.1:{ws_port}"
    strays: list[Stray] = []

    def add(name: str, classes: str, every: float, knock: Callable[[str], Awaitable[None]]) -> None:
        address = f"127.0.1.{len(strays) + 1}"
        strays.append(Stray(name, address, frozenset(classes.split()), every, lambda: knock(address)))

    def add_bytes(name: str, classes: str, every: float, first_bytes: bytes) -> None:
        add(name, classes, every, lambda address: say(ws_port, address, first_bytes))

    add_bytes(
        "a Kubernetes-like probe", "health-check", 1.0,
        head("GET /healthz HTTP/1.1", host, "User-Agent: kube-probe/1.31", "Accept: */*", "Connection: close"),
    )  # fmt: skip
    add_bytes("a TCP check that says nothing", "tcp-probe", 1.5, b"")
    if curl := shutil.which("curl"):
        add("curl, the real one", "http-client-code health-check", 2.5,
            lambda address: program(curl, "-s", "-m", "1", "--interface", address, f"{url}/api"))  # fmt: skip
    else:
        add_bytes("curl, its bytes", "http-client-code health-check", 2.5,
                  head("GET /api HTTP/1.1", host, "User-Agent: curl/8.5.0", "Accept: */*"))  # fmt: skip
    if wget := shutil.which("wget"):
        add("wget --spider, the real one", "health-check", 2.0,
            lambda address: program(wget, "-q", "--spider", "-t", "1", "-T", "1", f"--bind-address={address}", url + "/"))  # fmt: skip
    else:
        add_bytes("wget --spider, its bytes", "health-check", 2.0,
                  head("HEAD / HTTP/1.1", host, "User-Agent: Wget/1.21.3", "Accept: */*",
                       "Accept-Encoding: identity", "Connection: Keep-Alive"))  # fmt: skip
    if browser:
        for name, classes in (("the page's own wrong fetch", "http-client-code"),
                              ("the preflight of that fetch", "cors-preflight")):  # fmt: skip
            strays.append(Stray(f"{name}, by a real browser", "127.0.0.1", frozenset({classes}), math.inf, nothing))
    else:
        add_bytes(
            "the page's own wrong fetch", "http-client-code", 2.0,
            head("GET /api/status HTTP/1.1", host, "Connection: keep-alive", BROWSER, "Accept: */*", origin,
                 "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty",
                 f"Referer: http://127.0.0.1:{web_port}/", "Accept-Encoding: gzip, deflate, br, zstd"),
        )  # fmt: skip
        add_bytes(
            "the preflight of that fetch", "cors-preflight", 2.0,
            head("OPTIONS /api/messages HTTP/1.1", host, "Connection: keep-alive", "Accept: */*",
                 "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: authorization", origin,
                 BROWSER, "Sec-Fetch-Mode: cors", "Sec-Fetch-Site: same-site", "Sec-Fetch-Dest: empty"),
        )  # fmt: skip
    add_bytes(
        "a preview pane that opens the port as a page", "browser-navigation", 3.0,
        head("GET / HTTP/1.1", host, "Connection: keep-alive", "Upgrade-Insecure-Requests: 1", BROWSER,
             "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
             "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe",
             "Referer: https://replit.com/", "Accept-Encoding: gzip, deflate, br, zstd"),
    )  # fmt: skip
    add_bytes(
        "a Socket.IO client", "wrong-realtime-protocol", 2.5,
        head("GET /socket.io/?EIO=4&transport=polling&t=P8xk1ab HTTP/1.1", host, "Connection: close",
             "User-Agent: node-XMLHttpRequest", "Accept: */*"),
    )  # fmt: skip
    add("a client that speaks TLS to the plain port", "tls-on-plaintext", 2.5, lambda a: speak_tls(ws_port, a))
    add_bytes("HTTP/2 with prior knowledge", "http2-to-ws", 3.0, PREFACE + bytes.fromhex("000000040000000000"))
    add_bytes("a scanner that looks for secrets", "scanner", 3.0,
              head("GET /.env HTTP/1.1", host, "User-Agent: Mozilla/5.0", "Accept-Encoding: gzip"))  # fmt: skip
    add_bytes("an Internet survey", "scanner", 4.0,
              head("GET / HTTP/1.1", host, "User-Agent: Mozilla/5.0 zgrab/0.x", "Accept: */*",
                   "Accept-Encoding: gzip"))  # fmt: skip
    add_bytes("an SSH scanner", "scanner", 4.0, b"SSH-2.0-Go\r\n")
    add_bytes("an RDP scanner", "scanner", 4.0,
              bytes.fromhex("0300002f2ae00000000000") + b"Cookie: mstshash=Administr\r\n"
              + bytes.fromhex("0100080003000000"))  # fmt: skip
    add_bytes(
        "a load balancer that sends a PROXY header", "other-protocol", 3.0,
        b"PROXY TCP4 203.0.113.7 10.0.0.4 51234 8080\r\n"
        + head("GET /chat HTTP/1.1", host, "Upgrade: websocket", "Connection: Upgrade",
               "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==", "Sec-WebSocket-Version: 13"),
    )  # fmt: skip
    if nginx is not None:
        new_default, old_default = nginx.new_default, nginx.old_default
        strays.append(
            Stray("a real client behind nginx, default of 1.29.7 and later", NEW_ADDRESS,
                  frozenset({"proxy-strips-upgrade"}), 2.0, lambda: through(new_default))
        )  # fmt: skip
        strays.append(
            Stray("a real client behind nginx, default before 1.29.7", OLD_ADDRESS,
                  frozenset({"proxy-strips-upgrade"}), 2.0, lambda: through(old_default))
        )  # fmt: skip
    return strays
