from __future__ import annotations

import re

import pytest

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Sender
from wsdoctor.rules._checks import (
    ask_text,
    calls_itself,
    is_health_path,
    is_loopback,
    is_private,
    is_public,
    is_stray,
    sent_by,
)
from wsdoctor.rules._knocks import knock_text
from wsdoctor.rules._log_senders import refused_requests


@pytest.mark.parametrize(
    ("headers", "handshake", "expected"),
    [
        (None, None, True),
        (None, (), False),
        (Headers(), ("upgrade-present",), True),
        (Headers([("Sec-WebSocket-Key", "x")]), ("upgrade-present",), False),
        (Headers([("HTTP2-Settings", "x")]), ("upgrade-websocket",), False),
        (Headers([("Upgrade", "websocket")]), ("key-present",), True),
    ],
)
def test_what_is_no_attempt_at_a_websocket(
    headers: Headers | None, handshake: tuple[str, ...] | None, expected: bool
) -> None:
    assert is_stray(headers, handshake) is expected


def test_a_sender_whose_entry_names_the_rule() -> None:
    sender = Sender("x", "X", "health-check", "x-check", "https://x.example")
    assert sent_by(sender, "x-check", None, None)
    assert not sent_by(sender, "y-check", None, None)
    assert not sent_by(sender, "x-check", None, ())


def test_a_stranger_says_what_it_is_and_nobody_else_is_asked() -> None:
    pattern = re.compile("acme-[a-z]+")
    browser = Sender("firefox", "Firefox", "browser", "", "https://x.example")
    known = Sender("x", "X", "health-check", "x-check", "https://x.example")
    assert calls_itself(pattern, "acme-check/1", None, None, None) == "acme-check"
    assert calls_itself(pattern, "acme-check/1", None, None, browser) == "acme-check"
    assert calls_itself(pattern, "acme-check/1", None, None, known) is None
    assert calls_itself(pattern, "acme-check/1", None, (), None) is None
    assert calls_itself(pattern, "other/1", None, None, None) is None
    assert calls_itself(pattern, " " * 400 + "acme-check/1", None, None, None) is None
    assert len(calls_itself(pattern, "acme-" + "a" * 90, None, None, None) or "") == 40


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((None, None), "a request"),
        (("GET", "/a?token=abc"), "GET /a?token=<hidden>"),
        (("GET", "/", "curl/8"), "GET / with User-Agent “curl/8”"),
        (("GET", "/", "", "10.0.0.1"), "GET / from 10.0.0.1"),
    ],
)
def test_a_request_is_quoted(arguments: tuple[str | None, ...], expected: str) -> None:
    assert ask_text(*arguments) == expected


def test_a_long_request_is_cut() -> None:
    assert len(ask_text("M" * 500, "/" + "a" * 500, "b" * 500)) < 220


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/healthz", True),
        ("/HealthZ/", True),
        ("/api/v1/health", True),
        ("/health.json", True),
        ("/-/healthy", True),
        ("/ping", True),
        ("/chat/ping", False),
        ("/a/b/c/d/e/health", False),
        ("/healthy-food", False),
        ("*", False),
        ("/", False),
    ],
)
def test_paths_of_health_checks(path: str, expected: bool) -> None:
    assert is_health_path(path) is expected


@pytest.mark.parametrize(
    ("peer", "scope"),
    [
        ("127.0.0.1", "loopback private"),
        ("::1", "loopback private"),
        ("::ffff:127.0.0.1", "loopback private"),
        ("10.1.2.3", "private"),
        ("100.64.0.9", "private"),
        ("fe80::1%eth0", "private"),
        ("198.51.100.7", "public"),
        ("8.8.8.8", "public"),
        ("2001:db8::7", "public"),
        ("a host", ""),
        (None, ""),
    ],
)
def test_where_a_peer_is(peer: str | None, scope: str) -> None:
    found = {"loopback": is_loopback(peer), "private": is_private(peer), "public": is_public(peer)}
    assert " ".join(name for name, holds in found.items() if holds) == scope


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost:8080", True),
        ("localhost", True),
        ("[::1]", True),
        ("[::1]:8080", True),
        ("chat:8080", False),
        ("", False),
    ],
)
def test_a_host_that_names_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(None, host) is expected
    assert not is_loopback("10.0.0.1", host)


def test_first_bytes_are_quoted() -> None:
    assert knock_text("ssh", b"SSH-2.0-Go\r\n", None) == "The first bytes are SSH: “SSH-2.0-Go”"
    assert knock_text("ssh", b"SSH-2.0-Go", "198.51.100.7").endswith(", from 198.51.100.7")
    assert "your own" in knock_text("ssh", b"SSH-2.0-Go", "10.0.0.7")
    assert len(knock_text("ssh", b"SSH-" + b"x" * 5000, None)) < 100


def test_refused_requests_of_a_log() -> None:
    log = (
        '10.0.3.7 [22/Nov/2026:21:22:27 +0000] "GET / HTTP/1.1" 426 247 "-" "kube-probe/1.29"\n'
        '10.0.3.7 [22/Nov/2026:21:22:28 +0000] "GET /x HTTP/1.1" 200 3 "-" "kube-probe/1.29"\n'
        '10.0.3.7 [22/Nov/2026:21:22:29 +0000] "GET /y HTTP/1.1" 404 3 "-" "something"\n'
    )
    assert [(seen.path, sender and sender.id) for seen, sender in refused_requests(log)] == [
        ("/", "kube-probe"),
        ("/y", None),
    ]
