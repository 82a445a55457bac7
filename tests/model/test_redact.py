from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import good_handshakes, hostile_bytes
from wsdoctor.model.redact import HIDDEN, printable, redact_head, redact_log, redact_target, redact_value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain äöü €", "plain äöü €"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("two\r\nlines\ttab", "two\\x0d\\x0alines\\x09tab"),
        ("\x85\x9b", "\\x85\\x9b"),
        ("right\u202eleft\u2066", "right\\u202eleft\\u2066"),
        ("zero\u200bwidth\ufeff\xad", "zero\\u200bwidth\\ufeff\\xad"),
        ("\ud800", "\\ud800"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_printable_is_cut() -> None:
    assert printable("a" * 500) == "a" * 400 + "…"
    assert printable("abc", 2) == "ab…"
    assert printable("ab", 2) == "ab"


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/", "/"),
        ("/a?b=c&d", "/a?b=c&d"),
        ("/a?token=abc&b=c", "/a?token=<hidden>&b=c"),
        ("/a?b=c&access_token=a.b-c;sid=1#f", "/a?b=c&access_token=<hidden>;sid=<hidden>#f"),
        ("/?API-KEY=a", "/?API-KEY=<hidden>"),
        ("/?apikey=a&code=b&state=c&sig=d&design=e", "/?apikey=<hidden>&code=<hidden>&state=c&sig=<hidden>&design=e"),
        ("/?transport=polling&EIO=4&sid=abc", "/?transport=polling&EIO=4&sid=<hidden>"),
        ("/?token=", "/?token="),
        ("/?token==a", "/?token=<hidden>"),
        ("http://user:pass@a.example/b", "http://<hidden>@a.example/b"),
        ("token=abc", "token=<hidden>"),
        ("GET /?token=abc HTTP/1.1", "GET /?token=<hidden> HTTP/1.1"),
        ("status code=400 error=1006", "status code=400 error=1006"),
        ("got token=abc in 'session=def'", "got token=<hidden> in 'session=<hidden>'"),
        ("Authorization: Bearer abc.def-123", "Authorization: Bearer <hidden>"),
        ("Basic dXNlcjpwYXNz1", "Basic <hidden>"),
        ("a bearer of news", "a bearer of news"),
        ("basic authentication", "basic authentication"),
    ],
)
def test_targets(target: str, shown: str) -> None:
    assert redact_target(target) == shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Cookie", "a=b", HIDDEN),
        ("COOKIE ", "a=b", HIDDEN),
        ("Authorization", "Basic x", HIDDEN),
        ("Proxy-Authorization", "Basic x", HIDDEN),
        ("X-Api-Key", "x", HIDDEN),
        ("apikey", "x", HIDDEN),
        ("X-Vault-Token", "x", HIDDEN),
        ("X-Amzn-Oidc-Data", "x", HIDDEN),
        ("Cf-Access-Jwt-Assertion", "x", HIDDEN),
        ("Access-Control-Request-Headers", "authorization", "authorization"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("Sec-WebSocket-Key", "AAAAAAAAAjWtAAAAAAAAAA==", "AAAAAAAAAjWtAAAAAAAAAA=="),
        ("Sec-WebSocket-Protocol", "graphql-transport-ws, v1", "graphql-transport-ws, v1"),
        ("Sec-WebSocket-Protocol", "v1, eyJhbGciOiJI.eyJzdWIiOiIx.abc", "v1, <hidden>"),
        ("Sec-WebSocket-Protocol", "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9"),
        ("Sec-WebSocket-Protocol", "bearer.abcdefghijkl", HIDDEN),
        ("Sec-WebSocket-Protocol", "base64url.bearer.authorization.k8s.io.abc", "base64url.<hidden>"),
        ("Sec-WebSocket-Protocol", "a-very-long-word-of-peace", "a-very-long-word-of-peace"),
        ("Referer", "https://u:p@a/?token=x", "https://<hidden>@a/?token=<hidden>"),
        ("X-Original-URI", "/?token=x", "/?token=<hidden>"),
        ("User-Agent", "curl/8.5.0", "curl/8.5.0"),
    ],
)
def test_values(name: str, value: str, shown: str) -> None:
    assert redact_value(name, value) == shown


def test_a_head_keeps_its_shape() -> None:
    head = (
        "GET /?token=s3cr3t&a=b HTTP/1.1\r\nHost:a\nCookie:s3cr3t\r\n s3cr3t\r\n\ts3cr3t\rX : y\r\n"
        "X-Api-Key : s3cr3t\r\n"
        "http://u:s3cr3t@a/\r\n folded\r\n\r\nuser=a&password=s3cr3t\r\nCookie: kept, no field\r\n"
        '{"user": "a", "password" : "s3\\"cr3t", "pin_token": 5, "n": 1}'
    )
    assert redact_head(head) == (
        "GET /?token=<hidden>&a=b HTTP/1.1\r\nHost:a\nCookie: <hidden>\r\n <hidden>\r\n <hidden>\rX : y\r\n"
        "X-Api-Key : <hidden>\r\nhttp://<hidden>@a/\r\n folded\r\n\r\nuser=a&password=<hidden>\r\nCookie: <hidden>\r\n"
        '{"user": "a", "password" : "<hidden>", "pin_token": "<hidden>", "n": 1}'
    )


def test_a_request_behind_a_proxy_line_is_redacted() -> None:
    shown = redact_head("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET /?token=s HTTP/1.1\r\nCookie: s\r\n\r\n")
    assert shown == "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET /?token=<hidden> HTTP/1.1\r\nCookie: <hidden>\r\n\r\n"


def test_a_log_keeps_what_it_says() -> None:
    text = (
        "ERROR InvalidTokenError: Signature has expired\n  Authorization: Basic s3cr3t\nGET /?token=s3cr3t 400\n"
        '{"jwt":"s3cr3t","code":400}\nclose code=1006'
    )
    assert redact_log(text) == (
        "ERROR InvalidTokenError: Signature has expired\n  Authorization: <hidden>\nGET /?token=<hidden> 400\n"
        '{"jwt":"<hidden>","code":400}\nclose code=1006'
    )


@pytest.mark.parametrize(
    "flood",
    [
        "?" + "token" * 13_000, "Sec-WebSocket-Protocol: " + "eyJ-" * 16_000, '"' * 65_000, "bearer " * 9_000,
        "://" * 20_000, "\n" * 65_000, '"a":"' + "\\" * 65_000, '"a"' + " " * 65_000, "&" * 65_000,
        "Sec-WebSocket-Protocol: " + "-eyJaaaaaaaa" * 5_000,
    ],
)  # fmt: skip
def test_floods_take_linear_time(flood: str) -> None:
    """Patterns that try twice would take minutes here."""
    assert redact_head(flood)
    assert redact_log(flood)


@given(hostile_bytes())
def test_redaction_adds_nothing_the_second_time(first_bytes: bytes) -> None:
    once = redact_head(first_bytes.decode("latin-1"))
    assert redact_head(once) == once
    assert printable(once).isprintable() or "\xa0" in once


@given(good_handshakes())
def test_a_handshake_without_secrets_is_left_alone(first_bytes: bytes) -> None:
    head = first_bytes.decode("latin-1")
    shown = redact_head(head)
    assert shown == head or HIDDEN in shown
    assert shown.count("\r\n") == head.count("\r\n")


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    redact_head(text)
    redact_log(text)
    redact_target(text)
    assert "\x1b" not in printable(text)
