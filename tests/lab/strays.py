"""What knocks on WebSocket ports, as data: the bytes, how the peer behaves, and which classes name it rightly.

Where the evidence leaves more than one honest reading, each is accepted. `kind` says what a server that
also serves HTTP makes of it, and so whether the guard has to record it there.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GOOD", "KEY", "STRAYS", "Stray", "good_handshake"]

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
"""The key of the example in RFC 6455 section 1.3."""
GOOD = "good-handshake"
"""Stands for the empty list of findings that a correct opening handshake has."""
CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stray:
    """One input.

    Attributes:
        name: of the test.
        sends: pieces, sent one by one with a short pause between them.
        classes: each of them names it rightly; `GOOD` = no finding.
        kind: ``foreign`` (no HTTP server could take it), ``broken`` (a handshake that is not correct), ``plain``
            (HTTP on the path where WebSockets are opened), ``elsewhere`` (HTTP on another path), ``cut`` (part of
            a request, or one that some HTTP servers cannot take), ``good`` (a correct handshake).
        ending: what the peer does when it has sent all: ``read`` the answer until the other side closes or
            nothing has come for a while, ``close``, ``reset``, or ``stay`` until the other side ends it.
        known_by: kinds of server that take it for their own and therefore need not record it.

    """

    name: str
    sends: tuple[bytes, ...]
    classes: frozenset[str]
    kind: str
    ending: str = "read"
    known_by: frozenset[str] = frozenset()


def head(request_line: str, *fields: str) -> bytes:
    """Return a request head."""
    return "\r\n".join((request_line, *fields, "", "")).encode("latin-1")


def good_handshake(target: str = "/", *more: str) -> bytes:
    """Return a correct opening handshake."""
    return head(f"GET {target} HTTP/1.1", "Host: 127.0.0.1", *UPGRADE, f"Sec-WebSocket-Key: {KEY}", VERSION, *more)


HOST = "Host: 127.0.0.1"
UPGRADE = ("Upgrade: websocket", "Connection: Upgrade")
VERSION = "Sec-WebSocket-Version: 13"
NAVIGATION = (
    "Connection: keep-alive",
    "Upgrade-Insecure-Requests: 1",
    f"User-Agent: {CHROME}",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Sec-Fetch-Site: none",
    "Sec-Fetch-Mode: navigate",
    "Sec-Fetch-User: ?1",
    "Sec-Fetch-Dest: document",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Accept-Language: en-GB,en;q=0.9",
)
RANDOM = bytes(range(0x40, 0x60))


def client_hello(*, groups: bool) -> bytes:
    """Return a TLS ClientHello for localhost (RFC 8446 section 4.1.2).

    Args:
        groups: with the extension supported_groups, whose number is a line feed; real ones always have it.

    """
    name = b"localhost"
    extensions = vector(2, b"\x00\x00" + vector(2, vector(2, b"\x00" + vector(2, name))))[2:]
    extensions += b"\x00\x2b" + vector(2, vector(1, b"\x03\x04\x03\x03"))
    extensions += b"\x00\x0d" + vector(2, vector(2, b"\x04\x03\x08\x04\x04\x01"))
    if groups:
        extensions += b"\x00\x0a" + vector(2, vector(2, b"\x00\x1d\x00\x17"))
    body = b"\x03\x03" + RANDOM + vector(1, b"") + vector(2, b"\x13\x01\x13\x02\xc0\x2f\xc0\x30") + vector(1, b"\x00")
    message = b"\x01" + vector(3, body + vector(2, extensions))
    return b"\x16\x03\x01" + vector(2, message)


def vector(width: int, content: bytes) -> bytes:
    """Return the content behind its length, in as many bytes as said."""
    return len(content).to_bytes(width, "big") + content


def one(name: str, sends: bytes, classes: str, kind: str, ending: str = "read", known_by: str = "") -> Stray:
    """Return a stray that sends all at once; classes and servers are separated by spaces."""
    pieces = (sends,) if sends else ()
    return Stray(name, pieces, frozenset(classes.split()), kind, ending, frozenset(known_by.split()))


PLAIN = "http-client-code unknown"
BROKEN = "old-or-broken-ws-client"
STRIPPED = "proxy-strips-upgrade"
CHECK = "health-check uptime-monitor"

STRAYS: tuple[Stray, ...] = (
    one("get-plain", head("GET / HTTP/1.1", HOST), PLAIN, "plain"),
    one("get-keep-alive", head("GET / HTTP/1.1", HOST, "Connection: keep-alive"), PLAIN, "plain"),
    one("get-close", head("GET / HTTP/1.1", HOST, "Connection: close"), f"{PLAIN} {CHECK}", "plain"),
    one("head", head("HEAD / HTTP/1.1", HOST), f"{PLAIN} {CHECK}", "plain"),
    one("options", head("OPTIONS / HTTP/1.1", HOST), f"{PLAIN} {CHECK} scanner", "plain"),
    one(
        "post-with-body",
        head("POST / HTTP/1.1", HOST, "User-Agent: python-requests/2.32.3", "Accept-Encoding: gzip, deflate",
             "Accept: */*", "Connection: keep-alive", "Content-Type: application/json", "Content-Length: 15")
        + b'{"hello": true}',
        PLAIN,
        "plain",
    ),
    one("http-1.0", head("GET / HTTP/1.0"), f"{PLAIN} {CHECK} scanner misroute {STRIPPED}", "plain"),
    one(
        "nginx-default",
        head("GET / HTTP/1.0", HOST, "Connection: close", f"User-Agent: {CHROME}", "Origin: http://localhost:5000",
             VERSION, f"Sec-WebSocket-Key: {KEY}", "Sec-WebSocket-Extensions: permessage-deflate"),
        STRIPPED,
        "broken",
    ),
    one(
        "nginx-1.29-default",
        head("GET / HTTP/1.1", HOST, f"User-Agent: {CHROME}", "Origin: http://localhost:5000", VERSION,
             f"Sec-WebSocket-Key: {KEY}", "Sec-WebSocket-Extensions: permessage-deflate"),
        STRIPPED,
        "broken",
    ),
    one("connection-without-upgrade", head("GET / HTTP/1.1", HOST, "Connection: upgrade", VERSION,
                                           f"Sec-WebSocket-Key: {KEY}"), f"{STRIPPED} http2-to-ws", "broken"),
    one("upgrade-without-connection", head("GET / HTTP/1.1", HOST, "Upgrade: websocket", VERSION,
                                           f"Sec-WebSocket-Key: {KEY}"), f"{STRIPPED} {BROKEN}", "broken"),
    one("doubled-upgrade", head("GET / HTTP/1.1", HOST, "Upgrade: websocket, websocket", "Connection: Upgrade",
                                f"Sec-WebSocket-Key: {KEY}", VERSION),
        f"{STRIPPED} {BROKEN} misroute {GOOD}", "broken"),
    one("http-1.0-upgrade", head("GET / HTTP/1.0", HOST, *UPGRADE, f"Sec-WebSocket-Key: {KEY}", VERSION),
        f"{STRIPPED} {BROKEN}", "broken"),
    one("no-key", head("GET / HTTP/1.1", HOST, *UPGRADE, VERSION), f"{BROKEN} {STRIPPED}", "broken"),
    one("bad-key", head("GET / HTTP/1.1", HOST, *UPGRADE, "Sec-WebSocket-Key: !!not base64!!", VERSION), BROKEN,
        "broken"),
    one("short-key", head("GET / HTTP/1.1", HOST, *UPGRADE, "Sec-WebSocket-Key: c2hvcnQ=", VERSION), BROKEN, "broken"),
    one("version-8", head("GET / HTTP/1.1", HOST, *UPGRADE, f"Sec-WebSocket-Key: {KEY}", "Sec-WebSocket-Version: 8",
                          "Sec-WebSocket-Origin: http://localhost"), BROKEN, "broken"),
    one("no-host", head("GET / HTTP/1.1", *UPGRADE, f"Sec-WebSocket-Key: {KEY}", VERSION), BROKEN, "broken"),
    one("post-upgrade", head("POST / HTTP/1.1", HOST, *UPGRADE, f"Sec-WebSocket-Key: {KEY}", VERSION,
                             "Content-Length: 0"), f"{BROKEN} {STRIPPED} http-client-code misroute", "broken"),
    one(
        "hixie-76",
        head("GET / HTTP/1.1", "Upgrade: WebSocket", "Connection: Upgrade", HOST, "Origin: http://localhost",
             "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5", "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00")
        + b"^n:ds[4U",
        BROKEN,
        "broken",
    ),
    one("foreign-origin", good_handshake("/", "Origin: http://elsewhere.example"), f"{GOOD} origin-rejected", "good"),
    one("h2c-upgrade", head("GET / HTTP/1.1", HOST, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
                            "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
                            "User-Agent: Java-http-client/21.0.4"),
        "http2-to-ws http-client-code", "plain", known_by="http-2"),
    one("tls", client_hello(groups=True), "tls-on-plaintext scanner", "foreign"),
    one("tls-without-line-feed", client_hello(groups=False), "tls-on-plaintext scanner", "foreign"),
    one(
        "http-2-preface",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("00001204000000000000030000006400040001000000020000 0000"),
        "http2-to-ws scanner",
        "foreign",
        known_by="http-2",
    ),
    one("ssh", b"SSH-2.0-Go\r\n", "other-protocol scanner", "foreign"),
    one("rdp", bytes.fromhex("0300002f2ae00000000000") + b"Cookie: mstshash=Administr\r\n"
        + bytes.fromhex("0100080003000000"), "other-protocol scanner", "foreign"),
    one("rtsp", b"OPTIONS / RTSP/1.0\r\n\r\n", "other-protocol scanner", "foreign"),
    one("proxy-v1", b"PROXY TCP4 203.0.113.7 10.0.0.2 51234 8080\r\n" + good_handshake(), "other-protocol misroute",
        "foreign"),
    one(
        "proxy-v2",
        bytes.fromhex("0d0a0d0a000d0a515549540a 2111000c cb007107 0a000002 c822 1f90") + good_handshake(),
        "other-protocol misroute",
        "foreign",
    ),
    one("garbage-text", b"hello there, is anybody listening?\r\n\r\n", "other-protocol scanner unknown", "foreign"),
    one("garbage-binary", bytes.fromhex("00ff1b80070a") * 12, "other-protocol scanner unknown", "foreign"),
    one("connect-and-close", b"", "tcp-probe", "foreign", "close"),
    one("connect-and-reset", b"", "tcp-probe", "foreign", "reset"),
    one("reset-in-head", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Ag", "timeout-or-slow unknown tcp-probe scanner "
        "http-client-code", "cut", "reset"),
    one("half-head-and-close", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", "timeout-or-slow unknown scanner "
        "http-client-code", "cut", "close"),
    one("half-line-and-close", b"GET / HT", "timeout-or-slow unknown scanner http-client-code", "cut", "close"),
    one("silence", b"", "tcp-probe timeout-or-slow", "foreign", "stay"),
    one("half-head-and-silence", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", "timeout-or-slow scanner", "cut", "stay"),
    one("half-tls-and-silence", client_hello(groups=True)[:30], "tls-on-plaintext timeout-or-slow", "foreign", "stay"),
    one("long-uri", good_handshake("/?" + "a" * 9000), f"{GOOD} {BROKEN} unknown server-fault scanner", "cut"),
    one("many-headers", head("GET / HTTP/1.1", HOST, *(f"X-Filler-{n}: {n}" for n in range(200))),
        f"{PLAIN} scanner {BROKEN}", "plain"),
    one("escape-sequences", b"GET /\x1b[31mEVIL\rFAKE HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        f"{PLAIN} scanner other-protocol {BROKEN}", "cut"),
    one("pipelined", head("GET / HTTP/1.1", HOST) * 2, f"{PLAIN} scanner", "plain"),
    one("kube-probe", head("GET / HTTP/1.1", HOST, "User-Agent: kube-probe/1.31", "Accept: */*", "Connection: close"),
        "health-check", "plain"),
    one("kube-probe-elsewhere", head("GET /healthz HTTP/1.1", HOST, "User-Agent: kube-probe/1.31", "Accept: */*",
                                     "Connection: close"), "health-check", "elsewhere"),
    one("elb", head("GET / HTTP/1.1", HOST, "Connection: close", "User-Agent: ELB-HealthChecker/2.0",
                    "Accept-Encoding: gzip, compressed"), "health-check", "plain"),
    one("wget-spider", head("HEAD / HTTP/1.1", HOST, "User-Agent: Wget/1.21.4", "Accept: */*",
                            "Accept-Encoding: identity", "Connection: Keep-Alive"),
        f"{CHECK} http-client-code", "plain"),
    one("curl", head("GET / HTTP/1.1", HOST, "User-Agent: curl/8.5.0", "Accept: */*"), f"{CHECK} http-client-code",
        "plain"),
    one("socket.io-polling", head("GET /socket.io/?EIO=4&transport=polling&t=OyX1234 HTTP/1.1", HOST, "Accept: */*",
                                  "User-Agent: node-XMLHttpRequest", "Connection: close"),
        "wrong-realtime-protocol", "elsewhere"),
    one("browser-navigation", head("GET / HTTP/1.1", HOST, *NAVIGATION), "browser-navigation", "plain"),
    one("favicon", head("GET /favicon.ico HTTP/1.1", HOST, "Connection: keep-alive", f"User-Agent: {CHROME}",
                        "Accept: image/avif,image/webp,image/apng,image/*,*/*;q=0.8", "Sec-Fetch-Site: same-origin",
                        "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image", "Referer: http://127.0.0.1:8080/",
                        "Accept-Encoding: gzip, deflate, br, zstd"), "browser-subresource", "elsewhere"),
    one("preflight", head("OPTIONS / HTTP/1.1", HOST, "Connection: keep-alive", "Accept: */*",
                          "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type",
                          "Origin: http://localhost:5000", f"User-Agent: {CHROME}", "Sec-Fetch-Mode: cors",
                          "Sec-Fetch-Site: same-site", "Sec-Fetch-Dest: empty"), "cors-preflight", "plain"),
    one("socks-4", bytes.fromhex("04010050 7f000001 00"), "other-protocol scanner", "foreign"),
    one("socks-5", bytes.fromhex("050100"), "other-protocol scanner", "foreign"),
    one("connect", head("CONNECT example.com:443 HTTP/1.1", "Host: example.com:443"), "scanner other-protocol misroute",
        "cut"),
    one("scanner-path", head("GET /.env HTTP/1.1", HOST, "User-Agent: Mozilla/5.0 zgrab/0.x", "Accept: */*",
                             "Accept-Encoding: gzip"), "scanner", "elsewhere"),
    Stray("good-in-pieces", tuple(good_handshake()[n : n + 40] for n in range(0, len(good_handshake()), 40)),
          frozenset({GOOD}), "good"),
)  # fmt: skip
"""Every stray of the lab, and two correct handshakes that look like one."""
