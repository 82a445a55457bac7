from __future__ import annotations

import pytest
from hypothesis import given

from tests.strategies import hostile_bytes
from wsdoctor.model.evidence import ProxyHeader
from wsdoctor.wire.proxy_protocol import SIGNATURE, parse

V4 = bytes((192, 0, 2, 1, 192, 0, 2, 2)) + (51234).to_bytes(2) + (8080).to_bytes(2)
V6 = bytes.fromhex("20010db8000000000000000000000001" + "20010db8000000000000000000000002") + b"\0\1\0\2"
UNIX = b"/a.sock".ljust(108, b"\0") + bytes(108)


def v2(command: int, family: int, block: bytes) -> bytes:
    return SIGNATURE + bytes((command, family)) + len(block).to_bytes(2) + block


EXAMPLES = [
    (
        b"PROXY TCP4 192.0.2.1 192.0.2.2 51234 8080\r\n",
        ProxyHeader(1, "PROXY", "TCP4", "192.0.2.1:51234", "192.0.2.2:8080", 43),
    ),
    (
        b"PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n",
        ProxyHeader(1, "PROXY", "TCP6", "[2001:db8::1]:1", "[2001:db8::2]:2", 40),
    ),
    (b"PROXY TCP4 127.0.0.1 0.0.0.0 0 0\r\n", ProxyHeader(1, "PROXY", "TCP4", "127.0.0.1:0", "0.0.0.0:0", 34)),
    (b"PROXY UNKNOWN\r\n", ProxyHeader(1, "PROXY", "UNKNOWN", None, None, 15)),
    (b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", ProxyHeader(1, "PROXY", "UNKNOWN", None, None, 35)),
    (b"PROXY TCP4 192.0.2.1\r\n", ProxyHeader(1, "PROXY", "TCP4", None, None, 22)),
    (b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n", ProxyHeader(1, "PROXY", "TCP4", "192.0.2.1:1", "192.0.2.2:2", 35)),
    (v2(0x21, 0x11, V4), ProxyHeader(2, "PROXY", "TCP4", "192.0.2.1:51234", "192.0.2.2:8080", 28)),
    (
        v2(0x21, 0x11, V4 + b"\x04\0\1x"),
        ProxyHeader(2, "PROXY", "TCP4", "192.0.2.1:51234", "192.0.2.2:8080", 32),
    ),
    (v2(0x21, 0x21, V6), ProxyHeader(2, "PROXY", "TCP6", "[2001:db8::1]:1", "[2001:db8::2]:2", 52)),
    (v2(0x21, 0x31, UNIX), ProxyHeader(2, "PROXY", "UNIX", "/a.sock", None, 232)),
    (v2(0x20, 0x00, b""), ProxyHeader(2, "LOCAL", "UNKNOWN", None, None, 16)),
    (v2(0x2F, 0xF1, V4), ProxyHeader(2, "PROXY", "UNKNOWN", None, None, 28)),
    (v2(0x21, 0x11, V4[:8]), ProxyHeader(2, "PROXY", "TCP4", None, None, 24)),
]


@pytest.mark.parametrize(("first_bytes", "header"), EXAMPLES)
def test_example(first_bytes: bytes, header: ProxyHeader) -> None:
    assert parse(first_bytes) == header
    assert parse(first_bytes + b"GET / HTTP/1.1\r\n\r\n") == header
    assert header.length == len(first_bytes)


@pytest.mark.parametrize(("first_bytes", "header"), EXAMPLES)
def test_example_byte_by_byte(first_bytes: bytes, header: ProxyHeader) -> None:
    start = 6 if header.version == 1 else len(SIGNATURE)
    for end in range(len(first_bytes)):
        found = parse(first_bytes[:end])
        if end < start:
            assert found is None
        else:
            assert found is not None
            assert found.version == header.version
            assert found.length == 0


@pytest.mark.parametrize("first_bytes", [b"", b"PROXY", b"PROXY\r\n", b"GET / HTTP/1.1\r\n", SIGNATURE[:-1] + b"x"])
def test_no_header(first_bytes: bytes) -> None:
    assert parse(first_bytes) is None


def test_a_line_without_end_is_bounded() -> None:
    found = parse(b"PROXY TCP4 " + b"1" * 200 + b" 2 3 4\r\n")
    assert found is not None
    assert found.length == 0


def test_half_an_address_is_not_told() -> None:
    found = parse(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2")
    assert found is not None
    assert found.source is None


@given(hostile_bytes())
def test_any_bytes(first_bytes: bytes) -> None:
    found = parse(first_bytes)
    assert found is None or 0 <= found.length <= len(first_bytes)
