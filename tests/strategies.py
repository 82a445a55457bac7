"""Hypothesis strategies that several tests share: hostile bytes, requests, and good opening handshakes."""

from __future__ import annotations

import base64
from itertools import pairwise

from hypothesis import strategies as st

TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
STARTS = (
    b"GET / HTTP/1.1\r\n", b"GET /", b"POST /a HTTP/1.0\n", b"\r\n\r\n", b"HTTP/1.1 ", b"OPTIONS ", b"USER ",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"PROXY TCP4 ", b"\r\n\r\n\0\r\nQUIT\n", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c",
    b"\x16\x03\x01\x00\x40\x01\x00\x00\x3c\x03\x03", b"\x80\x2e\x01\x00\x02", b"\x81\x85", b"\x82\xfe",
    b"\x00\x1e\x00\x06\x01\x00", b"\x05\x01", b"0\x0c\x02\x01\x01\x60", b"\x03\x00\x00\x2f", b"*1\r\n", b'{"method":',
    b"\x02\x7f\x00\x00\x01GET /", b"\x80\x00\x00", b"\x10\x0c\x00\x04MQTT",
)  # fmt: skip
"""How messages begin; what hypothesis puts behind them reaches deeper than bytes out of nowhere."""


def hostile_bytes(max_size: int = 300) -> st.SearchStrategy[bytes]:
    """Return any bytes, many of them with a known beginning."""
    return st.one_of(
        st.binary(max_size=max_size),
        st.builds(lambda start, rest: start + rest, st.sampled_from(STARTS), st.binary(max_size=max_size)),
        st.builds(lambda start, lines: start + b"\r\n".join(lines), st.sampled_from(STARTS), field_lines()),
        st.builds(bytes.__add__, broken_handshakes(), st.binary(max_size=20)),
    )


def field_lines() -> st.SearchStrategy[list[bytes]]:
    """Return field lines, some of them broken."""
    name = st.one_of(
        st.sampled_from(
            [b"Host", b"host", b"Upgrade", b"Connection", b"Content-Length", b"Transfer-Encoding", b" x", b"a b"]
        ),
        st.text(TOKEN, min_size=1, max_size=12).map(str.encode),
        st.binary(max_size=8),
    )
    value = st.one_of(st.sampled_from([b"websocket", b"upgrade", b"1", b"a, b", b""]), st.binary(max_size=16))
    return st.lists(
        st.builds(b"%b%b%b".__mod__, st.tuples(name, st.sampled_from([b":", b": ", b" :", b""]), value)), max_size=8
    )


def keys() -> st.SearchStrategy[str]:
    """Return values of Sec-WebSocket-Key: 16 bytes in base64."""
    return st.binary(min_size=16, max_size=16).map(lambda nonce: base64.b64encode(nonce).decode())


def any_case(word: str) -> st.SearchStrategy[str]:
    """Return a word in the cases that clients and intermediaries give it."""
    return st.sampled_from([word, word.lower(), word.upper(), word.title(), word.swapcase()])


@st.composite
def handshake_fields(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Return the fields of a good opening handshake in any order, with the company they keep."""
    connection = draw(
        st.sampled_from(
            ["Upgrade", "keep-alive, Upgrade", "Upgrade, keep-alive", "close, upgrade", "upgrade,", ", Upgrade"]
        )
    )
    fields = [
        (
            draw(any_case("Host")),
            draw(st.sampled_from(["a", "a.example:8080", "[2001:db8::1]:80", "127.0.0.1", "a_b.example"])),
        ),
        (draw(any_case("Upgrade")), draw(any_case("websocket"))),
        (draw(any_case("Connection")), draw(any_case(connection))),
        (draw(any_case("Sec-WebSocket-Key")), draw(keys())),
        (draw(any_case("Sec-WebSocket-Version")), "13"),
    ]
    if draw(st.booleans()):
        fields.append(("Connection", "keep-alive"))
    names = st.text(TOKEN, min_size=1, max_size=12).filter(lambda name: name.lower() not in SINGLE)
    values = st.text([chr(code) for code in (*range(0x20, 0x7F), 9, *range(0x80, 0x100))], max_size=30)
    fields += draw(st.lists(st.tuples(names, values.map(lambda value: value.strip(" \t"))), max_size=6))
    return draw(st.permutations(fields))


SINGLE = frozenset(
    (
        "host", "upgrade", "connection", "sec-websocket-key", "sec-websocket-version", "content-length",
        "transfer-encoding",
    )
)  # fmt: skip
"""Fields that no arbitrary line may repeat without spoiling the handshake."""


@st.composite
def good_handshakes(draw: st.DrawFn) -> bytes:
    """Return the bytes of a good opening handshake."""
    target = "/" + draw(st.text([chr(code) for code in range(0x21, 0x7F) if chr(code) != "#"], max_size=20))
    space = draw(st.sampled_from(["", " ", " ", " ", "\t", "  "]))
    lines = [f"{name}:{space}{value}" for name, value in draw(handshake_fields())]
    return "\r\n".join([f"GET {target} HTTP/1.1", *lines, "", ""]).encode("latin-1")


@st.composite
def broken_handshakes(draw: st.DrawFn) -> bytes:
    """Return a good opening handshake with one small thing changed; it may be good still."""
    data = draw(good_handshakes())
    at = draw(st.integers(0, len(data) - 1))
    change = draw(st.sampled_from(["cut", "drop", "put", "line out", "line twice"]))
    if change == "cut":
        return data[:at]
    if change == "drop":
        return data[:at] + data[at + 1 :]
    if change == "put":
        return (
            data[:at] + draw(st.sampled_from([b"\0", b"\r", b"\n", b" ", b"\t", b":", b",", b"a", b"\xff"])) + data[at:]
        )
    lines = data.split(b"\r\n")
    number = draw(st.integers(0, len(lines) - 3))
    return b"\r\n".join(
        lines[:number] + lines[number : number + 1] * (2 * (change == "line twice")) + lines[number + 1 :]
    )


def splits(data: bytes) -> st.SearchStrategy[list[bytes]]:
    """Return the bytes cut into chunks as a network may deliver them."""

    def cut(at: list[int]) -> list[bytes]:
        edges = [0, *sorted(set(at)), len(data)]
        return [data[start:end] for start, end in pairwise(edges) if start < end]

    return st.lists(st.integers(0, len(data)), max_size=6).map(cut)
