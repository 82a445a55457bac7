from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import broken_handshakes, good_handshakes, hostile_bytes
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, request
from wsdoctor.wire.handshake import REQUIREMENTS, looks_like_good, unmet
from wsdoctor.wire.http1 import DEVIATIONS, parse

FIELDS = {
    "Host": "a.example",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}
GOOD = request("GET /chat HTTP/1.1", "Host: a.example", *GOOD_HANDSHAKE)


def lacking(method: str = "GET", version: str = "HTTP/1.1", **changes: str | None) -> tuple[str, ...]:
    fields = FIELDS | {name.replace("_", "-"): value for name, value in changes.items()}
    return unmet(method, version, Headers((name, value) for name, value in fields.items() if value is not None))


def test_a_good_handshake_lacks_nothing() -> None:
    assert lacking() == ()
    assert lacking(Connection="keep-alive, Upgrade") == ()
    assert lacking(Upgrade="WebSocket, h2c") == ()
    assert lacking(version="HTTP/1.2") == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"method": "POST"}, ("method-get",)),
        ({"method": "get"}, ("method-get",)),
        ({"version": "HTTP/1.0"}, ("http-1.1",)),
        ({"version": ""}, ("http-1.1",)),
        ({"Host": None}, ("host-present",)),
        ({"Host": ""}, ("host-present",)),
        ({"Upgrade": None}, ("upgrade-present", "upgrade-websocket")),
        ({"Upgrade": "h2c"}, ("upgrade-websocket",)),
        ({"Upgrade": "websockets"}, ("upgrade-websocket",)),
        ({"Connection": None}, ("connection-present", "connection-upgrade")),
        ({"Connection": "close"}, ("connection-upgrade",)),
        ({"Sec_WebSocket_Key": None}, ("key-present", "key-16-bytes")),
        ({"Sec_WebSocket_Key": "c2hvcnQ="}, ("key-16-bytes",)),
        ({"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ"}, ("key-16-bytes",)),
        ({"Sec_WebSocket_Key": "dGhlIHNhbXBs ZSBub25jZQ=="}, ("key-16-bytes",)),
        ({"Sec_WebSocket_Version": None}, ("version-present", "version-13")),
        ({"Sec_WebSocket_Version": "8"}, ("version-13",)),
        ({"Sec_WebSocket_Version": "13, 8"}, ("version-13",)),
    ],
)
def test_one_thing_is_lacking(changes: dict[str, str | None], expected: tuple[str, ...]) -> None:
    assert lacking(**changes) == expected  # type: ignore[arg-type]


def test_two_keys() -> None:
    key = ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
    assert unmet("GET", "HTTP/1.1", Headers([*FIELDS.items(), key])) == ("key-single",)
    assert unmet("GET", "HTTP/1.1", Headers([*FIELDS.items(), (key[0], "x")])) == ("key-single", "key-16-bytes")


def test_repeated_connection_lines_count_as_one_list() -> None:
    fields = [("Connection", "keep-alive"), *FIELDS.items()]
    assert unmet("GET", "HTTP/1.1", Headers(fields)) == ()


def test_a_plain_request_lacks_all_but_the_request_line_in_order() -> None:
    assert unmet("PUT", "HTTP/1.0", Headers()) == tuple(id_ for id_ in REQUIREMENTS if id_ != "key-single")


def test_the_table_is_the_contract() -> None:
    assert list(REQUIREMENTS) == [
        "method-get", "http-1.1", "host-present", "upgrade-present", "upgrade-websocket", "connection-present",
        "connection-upgrade", "key-present", "key-single", "key-16-bytes", "version-present", "version-13",
    ]  # fmt: skip
    assert all(row.title and row.section.startswith("RFC 6455") for row in REQUIREMENTS.values())


LOOKS_GOOD = [
    GOOD,
    GOOD + b"\x81\x85frame",
    GOOD.replace(b"Connection: Upgrade", b"connection: keep-alive, upgrade"),
    GOOD.replace(b"Connection: Upgrade", b"CONNECTION:Upgrade , Keep-Alive "),
    GOOD.replace(b"Upgrade: websocket", b"upgrade:  WebSocket\t"),
    GOOD.replace(b"a.example", b"[2001:db8::1]:8080"),
    GOOD.replace(b"Host", b"Cookie: a=\xe4\r\nsec-fetch-mode: websocket\r\nUser-Agent: x\r\nTE: x\r\nHost"),
    GOOD.replace(b"/chat", b"/?a=b&c=%20"),
]


@pytest.mark.parametrize("first_bytes", LOOKS_GOOD)
def test_looks_good(first_bytes: bytes) -> None:
    assert looks_like_good(first_bytes)


@pytest.mark.parametrize("first_bytes", LOOKS_GOOD)
def test_does_not_look_good_until_it_is_complete(first_bytes: bytes) -> None:
    end = first_bytes.index(b"\r\n\r\n") + 4
    assert not any(looks_like_good(first_bytes[:at]) for at in range(end))
    assert looks_like_good(first_bytes[:end])


@pytest.mark.parametrize(
    "first_bytes",
    [
        b"",
        b"GET /\r\n\r\n",
        GOOD.replace(b"GET", b"POST"),
        GOOD.replace(b"HTTP/1.1", b"HTTP/1.0"),
        GOOD.replace(b"/chat", b"/ch#at"),
        GOOD.replace(b"/chat", b"/ch at"),
        GOOD.replace(b"/chat", b"/ch\xe4t"),
        GOOD.replace(b"\r\n", b"\n"),
        GOOD.replace(b"Host: a.example\r\n", b""),
        GOOD.replace(b"a.example", b""),
        GOOD.replace(b"Host:", b"Host :"),
        GOOD.replace(b"Host:", b"Host: b\r\nHost:"),
        GOOD.replace(b"Upgrade: websocket\r\n", b""),
        GOOD.replace(b"websocket", b"h2c"),
        GOOD.replace(b"Connection: Upgrade", b"Connection: close"),
        GOOD.replace(b"Connection: Upgrade\r\n", b""),
        GOOD.replace(b"Sec-WebSocket-Key", b"X"),
        GOOD.replace(b"XDw==", b"XDw="),
        GOOD.replace(b"Sec-WebSocket-Key", b"Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nSec-WebSocket-Key"),
        GOOD.replace(b": 13", b": 8"),
        GOOD.replace(b": 13", b": 13\r\nSec-WebSocket-Version: 13"),
        GOOD.replace(b": 13", b": 130"),
        GOOD.replace(b"Host", b"Content-Length: 5\r\nHost"),
        GOOD.replace(b"Host", b"Transfer-Encoding: chunked\r\nHost"),
        GOOD.replace(b"Host", b"X: a\r\n b\r\nHost"),
        GOOD.replace(b"Host", b"X: a\0\r\nHost"),
        GOOD.replace(b"Host", b"X: a\rb\r\nHost"),
        GOOD.replace(b"Host", b"X y: a\r\nHost"),
        GOOD.replace(b"Host", b"nothing\r\nHost"),
        b"\r\n" + GOOD,
    ],
)
def test_does_not_look_good(first_bytes: bytes) -> None:
    assert not looks_like_good(first_bytes)


@given(st.one_of(good_handshakes(), broken_handshakes(), hostile_bytes()))
def test_what_looks_good_is_good(first_bytes: bytes) -> None:
    if looks_like_good(first_bytes):
        head = parse(first_bytes)
        assert head.complete
        assert unmet(head.method, head.version, head.headers) == ()
        assert not any(DEVIATIONS[deviation.id].level == "error" for deviation in head.deviations)


@given(good_handshakes())
def test_the_table_finds_nothing_in_good_handshakes(first_bytes: bytes) -> None:
    head = parse(first_bytes)
    assert unmet(head.method, head.version, head.headers) == ()


def test_a_long_line_takes_no_second_try() -> None:
    assert not looks_like_good(b"GET /" + b"a" * 60_000)
    assert not looks_like_good(GOOD[:-2] + b"Connection: " + b"keep-alive, " * 5_000)
    assert not looks_like_good(GOOD[:-2] + b"c" * 60_000)
