import io

import pytest

from wsdoctor.readers import read


def attempt(data: bytes):
    [(number, evidence)] = read(io.BufferedReader(io.BytesIO(data)), "request.txt")
    assert number == 1
    return evidence


def test_a_request_as_it_came() -> None:
    evidence = attempt(b"GET /ws HTTP/1.1\r\nHost: a\r\n\r\n")
    assert (evidence.method, evidence.path, evidence.deviations) == ("GET", "/ws", ())


def test_line_ends_of_an_editor_are_not_held_against_the_request() -> None:
    evidence = attempt(b"GET /ws HTTP/1.1\nHost: a\n\nrest")
    assert (evidence.complete, evidence.deviations, evidence.trailing) == (True, (), b"rest")


def test_a_bare_lf_among_crlf_is_kept() -> None:
    evidence = attempt(b"GET /ws HTTP/1.1\r\nHost: a\n\r\n")
    assert evidence.deviations


@pytest.mark.parametrize(
    ("data", "speaks"),
    [(bytes.fromhex("16030100050100000103"), "tls"), (b"SSH-2.0-Go\r\n", "ssh")],
)
def test_other_protocols_are_taken_as_they_are(data: bytes, speaks: str) -> None:
    evidence = attempt(data)
    assert evidence.speaks == speaks
    assert evidence.first_bytes == data
