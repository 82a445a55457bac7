"""The strays of the demo: who knocks on the WebSocket port without being a WebSocket client, and which class is right.

Where a real program is at hand (curl, wget, a TLS client, a WebSocket client behind nginx, a browser) it is
used; otherwise the exact bytes that it sends. Each stray knocks from a loopback address of its own, so that the
demo can check each recorded attempt against the one who made it.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from wsdoctor.demo.knocks import handshake, head, nothing, program, say, speak_tls
from wsdoctor.demo.nginx import NEW_ADDRESS, OLD_ADDRESS, Proxies
from wsdoctor.wire.http2 import PREFACE

__all__ = ["Stray", "cast"]

Knock = Callable[[], Awaitable[None]]

BROWSER = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
PAGE = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
ENCODINGS = "Accept-Encoding: gzip, deflate, br, zstd"
HTTP2_SETTINGS = bytes.fromhex("000000040000000000")
RDP = bytes.fromhex("0300002f2ae00000000000") + b"Cookie: mstshash=Administr\r\n" + bytes.fromhex("0100080003000000")


@dataclass(frozen=True, slots=True)
class Stray:
    """One who knocks.

    Attributes:
        name: who it is, in words.
        address: loopback address that it knocks from.
        classes: classes of which one must be diagnosed.
        every: seconds between two knocks, infinite for one who knocks by itself.
        knock: knocks once.

    """

    name: str
    address: str
    classes: frozenset[str]
    every: float
    knock: Knock


class _Cast:
    def __init__(self, ws_port: int, web_port: int) -> None:
        self.port = ws_port
        self.url = f"http://127.0.0.1:{ws_port}"
        self.host = f"Host: 127.0.0.1:{ws_port}"
        self.page = f"http://127.0.0.1:{web_port}"
        self.strays: list[Stray] = []

    def add(self, name: str, classes: str, every: float, knock: Callable[[str], Awaitable[None]]) -> None:
        address = f"127.0.1.{len(self.strays) + 1}"
        self.strays.append(Stray(name, address, frozenset(classes.split()), every, partial(knock, address)))

    def add_bytes(self, name: str, classes: str, every: float, first_bytes: bytes) -> None:
        self.add(name, classes, every, lambda address: say(self.port, address, first_bytes))

    def add_request(self, name: str, classes: str, every: float, line: str, *fields: str) -> None:
        self.add_bytes(name, classes, every, head(f"{line} HTTP/1.1", self.host, *fields))

    def checks(self) -> None:
        """Add those who only want to know whether the port lives."""
        self.add_request(
            "a Kubernetes-like probe", "health-check", 1.0,
            "GET /healthz", "User-Agent: kube-probe/1.31", "Accept: */*", "Connection: close",
        )  # fmt: skip
        self.add_bytes("a TCP check that says nothing", "tcp-probe", 1.5, b"")
        by_hand = "http-client-code health-check"
        if curl := shutil.which("curl"):
            words = [curl, "-s", "-m", "1", f"{self.url}/api", "--interface"]
            self.add("curl", by_hand, 2.5, lambda address: program(*words, address))
        else:
            self.add_request("the bytes of curl", by_hand, 2.5, "GET /api", "User-Agent: curl/8.5.0", "Accept: */*")
        if wget := shutil.which("wget"):
            spider = [wget, "-q", "--spider", "-t", "1", "-T", "1", f"{self.url}/"]
            check = "wget --spider, as container health checks run it"
            self.add(check, "health-check", 2.0, lambda address: program(*spider, f"--bind-address={address}"))
        else:
            self.add_request(
                "the bytes of wget --spider", "health-check", 2.0,
                "HEAD /", "User-Agent: Wget/1.21.3", "Accept: */*", "Accept-Encoding: identity",
                "Connection: Keep-Alive",
            )  # fmt: skip

    def real_page(self) -> None:
        """Add what the script of the page sends by itself in a real browser."""
        for name, cls in (
            ("the page's own wrong fetch, by a real browser", "http-client-code"),
            ("the preflight of that fetch, by a real browser", "cors-preflight"),
        ):
            self.strays.append(Stray(name, "127.0.0.1", frozenset({cls}), math.inf, nothing))

    def played_page(self) -> None:
        """Add what a browser would send for the script of the page."""
        fetched = ("Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty")
        self.add_request(
            "the page's own wrong fetch", "http-client-code", 2.0,
            "GET /api/status", "Connection: keep-alive", BROWSER, "Accept: */*", f"Origin: {self.page}",
            *fetched, f"Referer: {self.page}/", ENCODINGS,
        )  # fmt: skip
        self.add_request(
            "the preflight of that fetch", "cors-preflight", 2.0,
            "OPTIONS /api/messages", "Connection: keep-alive", "Accept: */*", "Access-Control-Request-Method: GET",
            "Access-Control-Request-Headers: authorization", f"Origin: {self.page}", BROWSER, *fetched,
        )  # fmt: skip

    def clients(self) -> None:
        """Add clients that speak something else."""
        self.add_request(
            "a preview pane that opens the port as a page", "browser-navigation", 3.0,
            "GET /", "Connection: keep-alive", "Upgrade-Insecure-Requests: 1", BROWSER, PAGE,
            "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe",
            "Referer: https://replit.com/", ENCODINGS,
        )  # fmt: skip
        self.add_request(
            "a Socket.IO client", "wrong-realtime-protocol", 2.5,
            "GET /socket.io/?EIO=4&transport=polling&t=P8xk1ab", "Connection: close",
            "User-Agent: node-XMLHttpRequest", "Accept: */*",
        )  # fmt: skip
        self.add("a client that speaks TLS to the plain port", "tls-on-plaintext", 2.5, partial(speak_tls, self.port))
        self.add_bytes("HTTP/2 with prior knowledge", "http2-to-ws", 3.0, PREFACE + HTTP2_SETTINGS)
        handshake_fields = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==")
        behind = head("GET /chat HTTP/1.1", self.host, *handshake_fields, "Sec-WebSocket-Version: 13")
        proxied = b"PROXY TCP4 203.0.113.7 10.0.0.4 51234 8080\r\n" + behind
        self.add_bytes("a load balancer that sends a PROXY header", "other-protocol", 3.0, proxied)

    def scanners(self) -> None:
        """Add those who look for something to break into."""
        bare = "User-Agent: Mozilla/5.0"
        self.add_request("a scanner that looks for secrets", "scanner", 3.0, "GET /.env", bare, "Accept-Encoding: gzip")
        self.add_request("an Internet survey", "scanner", 4.0, "GET /", f"{bare} zgrab/0.x", "Accept: */*")
        self.add_bytes("an SSH scanner", "scanner", 4.0, b"SSH-2.0-Go\r\n")
        self.add_bytes("an RDP scanner", "scanner", 4.0, RDP)

    def behind(self, nginx: Proxies) -> None:
        """Add real WebSocket clients whose handshake a real nginx loses."""
        stripped = frozenset({"proxy-strips-upgrade"})
        for version, address, port in (
            ("of 1.29.7 and later", NEW_ADDRESS, nginx.new_default),
            ("before 1.29.7", OLD_ADDRESS, nginx.old_default),
        ):
            name = f"a real client behind nginx with the default {version}"
            self.strays.append(Stray(name, address, stripped, 2.0, partial(handshake, port)))


def cast(ws_port: int, web_port: int, nginx: Proxies | None, *, browser: bool) -> list[Stray]:
    """Return all strays.

    Args:
        ws_port: the port that they knock on.
        web_port: the port of the page, which they name as their origin.
        nginx: the proxy, None if there is none.
        browser: True if a real browser opens the page, so that its requests need not be played.

    """
    all_of_them = _Cast(ws_port, web_port)
    all_of_them.checks()
    if browser:
        all_of_them.real_page()
    else:
        all_of_them.played_page()
    all_of_them.clients()
    all_of_them.scanners()
    if nginx is not None:
        all_of_them.behind(nginx)
    return all_of_them.strays
