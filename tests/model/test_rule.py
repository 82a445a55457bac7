from __future__ import annotations

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Sender, request


def test_a_request_head_ends_with_an_empty_line() -> None:
    assert request("GET / HTTP/1.1") == b"GET / HTTP/1.1\r\n\r\n"
    assert request("GET /\xe4 HTTP/1.1", "Host: a") == b"GET /\xe4 HTTP/1.1\r\nHost: a\r\n\r\n"
    assert request("GET / HTTP/1.1", *GOOD_HANDSHAKE).count(b"\r\n") == 6


def test_defaults_are_read_only_and_not_shared_by_accident() -> None:
    assert dict(Case("a").facts) == {}
    assert dict(Remedy("a").by) == {}
    sender = Sender("a", "A", "health-check", None, "https://a.example")
    assert (sender.periods, sender.networks, sender.reliable, sender.version) == ((), (), False, None)
