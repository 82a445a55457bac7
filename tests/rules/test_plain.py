from __future__ import annotations

import pytest

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Sender
from wsdoctor.rules._hosts import host_of, is_internal
from wsdoctor.rules._plain import is_by_hand, is_plain, is_taken, line_of, wants_websocket
from wsdoctor.rules._realtime import library_of, polls


def test_plain_requests() -> None:
    assert is_plain(Headers([("Host", "a")]))
    assert is_plain(Headers([("Upgrade", "websocket"), ("Connection", "upgrade")]))
    assert not is_plain(Headers([("Sec-WebSocket-Key", "x")]))
    assert not is_plain(Headers([("Upgrade", "h2c")]))
    assert not is_plain(Headers([("HTTP2-Settings", "AAMAAABk")]))


def test_who_means_a_websocket() -> None:
    assert wants_websocket(Headers([("Sec-WebSocket-Version", "13")]))
    assert wants_websocket(Headers([("Upgrade", "WebSocket")]))
    assert not wants_websocket(Headers([("Host", "a")]))


def test_intermediaries_leave_fields() -> None:
    assert is_by_hand(Headers([("Host", "a")]))
    assert not is_by_hand(Headers([("Via", "1.1 Caddy")]))


def test_senders_that_need_no_other_explanation() -> None:
    assert not is_taken(None)
    assert is_taken(Sender("a", "A", "scanner", None, "https://a.example"))
    assert not is_taken(Sender("a", "A", "http-library", None, "https://a.example"))


def test_lines_are_bounded_and_redacted() -> None:
    assert line_of("GET", "/a") == "GET /a"
    assert line_of("GET", "/" + "a" * 100) == "GET /" + "a" * 79 + "…"
    assert "s3cr3t" not in line_of("GET", "/a?token=s3cr3t")


@pytest.mark.parametrize(
    ("address", "host", "internal"),
    [
        ("https://app.example.com", "app.example.com", False),
        ("app.example.com:8080", "app.example.com", False),
        ("http://[2001:4860::1]:80/x", "2001:4860::1", False),
        ("fe80::1", "fe80::1", True),
        ("127.0.0.1:5000", "127.0.0.1", True),
        ("10.1.2.3", "10.1.2.3", True),
        ("backend", "backend", True),
        ("chat.default.svc.cluster.local", "chat.default.svc.cluster.local", True),
    ],
)
def test_hosts(address: str, host: str, internal: bool) -> None:
    assert host_of(address) == host
    assert is_internal(host) is internal


@pytest.mark.parametrize(
    ("target", "library"),
    [
        ("/socket.io/?EIO=4&transport=polling", "Socket.IO"),
        ("/socket.io/1/websocket/123", "Socket.IO"),
        ("/chat/engine.io/", "Engine.IO"),
        ("/echo/042/abcdefgh/xhr_streaming", "SockJS"),
        ("/sockjs-node", "SockJS"),
        ("/chatHub/negotiate?negotiateVersion=1", "SignalR"),
        ("/faye", "CometD"),
        ("/primus/?_primuscb=x", "Primus"),
        ("/info", None),
        ("/chat", None),
    ],
)
def test_libraries(target: str, library: str | None) -> None:
    assert library_of(target) == library


def test_polling() -> None:
    assert polls("transport=long-polling")
    assert not polls("transport=websocket")
