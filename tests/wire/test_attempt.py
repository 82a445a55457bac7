from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import good_handshakes, hostile_bytes
from wsdoctor.model.evidence import Evidence
from wsdoctor.model.rule import GOOD_HANDSHAKE, request
from wsdoctor.wire.attempt import LONGEST_FIRST_BYTES, evidence
from wsdoctor.wire.sniff import PROTOCOLS

GOOD = request("GET /chat?room=1 HTTP/1.1", "Host: a.example", *GOOD_HANDSHAKE, "Origin: https://a.example")
OF_A_REQUEST = {
    "method", "target", "path", "query", "http_version", "headers", "complete", "trailing", "deviations", "handshake",
    "user_agent", "origin", "referer", "host",
}  # fmt: skip


def test_nothing_observed() -> None:
    assert evidence() == Evidence()
    assert evidence(status=426, peer="192.0.2.1") == Evidence(status=426, peer="192.0.2.1")


def test_nothing_sent() -> None:
    assert evidence(b"") == Evidence(first_bytes=b"", speaks="nothing")


def test_a_good_handshake() -> None:
    found = evidence(GOOD + b"\x81\x85", peer="192.0.2.1", outcome="upgraded")
    assert found.observed == OF_A_REQUEST | {"first_bytes", "speaks", "peer", "outcome"}
    assert (found.speaks, found.method, found.target, found.path, found.query, found.http_version) == (
        "http/1", "GET", "/chat?room=1", "/chat", "room=1", "HTTP/1.1",
    )  # fmt: skip
    assert (found.complete, found.trailing, found.deviations, found.handshake) == (True, b"\x81\x85", (), ())
    assert (found.user_agent, found.origin, found.referer, found.host) == ("", "https://a.example", "", "a.example")
    assert (found.peer, found.outcome) == ("192.0.2.1", "upgraded")


def test_facts_stand_instead_of_what_the_bytes_hold() -> None:
    assert evidence(GOOD, method="POST", user_agent="x").method == "POST"
    assert evidence(b"", speaks="tls").speaks == "tls"


def test_a_broken_request() -> None:
    found = evidence(b"GET / HTTP/1.1\nUser-Agent: curl/8.5.0\n\n")
    assert found.deviations is not None
    assert [deviation.id for deviation in found.deviations] == ["bare-lf", "missing-host"]
    assert found.user_agent == "curl/8.5.0"
    assert found.host == ""
    assert found.handshake is not None
    assert found.handshake[0] == "host-present"


def test_half_a_request_says_only_what_was_received() -> None:
    found = evidence(b"GET / HTTP/1.1\r\nHost: a\r\nUser-Ag")
    assert (found.complete, found.host, found.user_agent, found.origin, found.handshake) == (
        False,
        "a",
        None,
        None,
        None,
    )
    assert found.headers is not None
    assert found.headers.lines == (("Host", "a"),)
    assert found.trailing == b""


def test_http_0_9() -> None:
    found = evidence(b"GET /a\r\n\r\n")
    assert (found.speaks, found.http_version, found.path, found.complete) == ("http/0.9", "", "/a", True)


def test_connect_has_no_path() -> None:
    found = evidence(b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n")
    assert (found.target, found.path, found.query) == ("a.example:443", "", "")


def test_tls() -> None:
    found = evidence(b"\x16\3\1\0\x20\1")
    assert found.observed == {"first_bytes", "speaks", "hello"}
    assert found.hello is not None
    assert not found.hello.complete


def test_an_alert_has_no_hello() -> None:
    assert evidence(b"\x15\3\1\0\2\2\x28").observed == {"first_bytes", "speaks"}


@pytest.mark.parametrize("first_bytes", [b"SSH-2.0-Go\r\n", b"\xfe\xff", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"hello"])
def test_what_is_no_request_has_no_headers(first_bytes: bytes) -> None:
    assert evidence(first_bytes).observed == {"first_bytes", "speaks"}


def test_behind_a_proxy_header() -> None:
    line = b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"
    found = evidence(line + GOOD, peer="192.0.2.9")
    assert found.observed == {"first_bytes", "speaks", "proxy", "behind", "peer"}
    assert found.proxy is not None
    assert found.proxy.length == len(line)
    assert found.behind == evidence(GOOD)
    assert evidence(line).behind == evidence(b"")


def test_behind_a_proxy_header_that_was_cut_off() -> None:
    found = evidence(b"PROXY TCP4 192.0.2.1 ")
    assert found.observed == {"first_bytes", "speaks", "proxy"}
    early = evidence(b"\r\n\r\n\0\r\nQU")
    assert early.observed == {"first_bytes", "speaks"}


def test_behind_an_address_that_hitch_wrote() -> None:
    found = evidence(b"\x02\xc0\0\2\1" + GOOD)
    assert (found.speaks, found.proxy, found.behind) == ("write-ip", None, evidence(GOOD))
    assert evidence(b"\x0a" + bytes(16) + GOOD).behind == evidence(GOOD)


def test_headers_in_front_of_headers_are_bounded() -> None:
    found: Evidence | None = evidence(b"PROXY UNKNOWN\r\n" * 1000 + GOOD)
    depth = 0
    while found is not None:
        depth += 1
        found = found.behind
    assert depth == 4


def test_bytes_are_bounded() -> None:
    found = evidence(GOOD + b"a" * LONGEST_FIRST_BYTES)
    assert found.first_bytes is not None
    assert len(found.first_bytes) == LONGEST_FIRST_BYTES
    assert found.complete


@given(hostile_bytes())
def test_any_bytes(first_bytes: bytes) -> None:
    found = evidence(first_bytes)
    assert found.speaks in PROTOCOLS
    assert found.first_bytes == first_bytes
    assert (found.headers is None) == (found.speaks not in {"http/1", "http/0.9"})
    assert found.handshake is None or found.complete


@given(good_handshakes(), st.binary(max_size=20))
def test_good_handshakes_lack_nothing(first_bytes: bytes, behind: bytes) -> None:
    found = evidence(first_bytes + behind)
    assert (found.handshake, found.deviations, found.trailing) == ((), (), behind)


@given(good_handshakes(), st.data())
def test_a_handshake_that_was_cut_off_is_not_judged(first_bytes: bytes, data: st.DataObject) -> None:
    found = evidence(first_bytes[: data.draw(st.integers(5, len(first_bytes) - 1))])
    assert (found.complete, found.handshake) == (False, None)
    assert all(value != "" for value in (found.user_agent, found.origin, found.referer, found.host))
