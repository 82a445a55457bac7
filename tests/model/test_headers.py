from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wsdoctor.model.headers import Headers

LINES = (("Host", "a"), ("CONNECTION", "keep-alive"), ("Connection", " ,Upgrade,"), ("x-empty", ""))
HEADERS = Headers(LINES)


def test_lines_are_kept_as_received() -> None:
    assert HEADERS.lines == LINES
    assert list(HEADERS) == list(LINES)
    assert len(HEADERS) == 4
    assert HEADERS.names == ("Host", "CONNECTION", "Connection", "x-empty")
    assert HEADERS.order == ("host", "connection", "connection", "x-empty")


def test_look_ups_ignore_case_and_join_lines() -> None:
    assert HEADERS.get("hOST") == "a"
    assert HEADERS.get("connection") == "keep-alive,  ,Upgrade,"
    assert HEADERS.get("upgrade") is None
    assert HEADERS.all("Connection") == ["keep-alive", " ,Upgrade,"]
    assert HEADERS.all("upgrade") == []
    assert HEADERS.tokens("Connection") == ("keep-alive", "upgrade")
    assert HEADERS.tokens("x-empty") == ()
    assert HEADERS.tokens("Upgrade") == ()
    assert HEADERS.joined["x-empty"] == ""


def test_presence() -> None:
    assert "host" in HEADERS
    assert "Upgrade" not in HEADERS
    assert 5 not in HEADERS
    assert HEADERS.has("Host", "X-Empty")
    assert not HEADERS.has("Host", "Upgrade")
    assert HEADERS.has_any("Upgrade", "Host")
    assert not HEADERS.has_any("Upgrade")
    assert HEADERS.has()
    assert not HEADERS.has_any()


def test_lower_case() -> None:
    assert Headers([("host", "A"), ("x-y", "Z")]).lower_case
    assert not HEADERS.lower_case
    assert not Headers().lower_case


def test_equality_is_that_of_the_lines() -> None:
    assert Headers(list(LINES)) == HEADERS
    assert hash(Headers(LINES)) == hash(HEADERS)
    assert Headers(reversed(LINES)) != HEADERS
    assert HEADERS != LINES
    assert repr(Headers([("a", "b")])) == "Headers((('a', 'b'),))"


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5))))
def test_every_line_is_found_by_its_name(lines: list[tuple[str, str]]) -> None:
    headers = Headers(lines)
    assert all(
        value in headers.all(name) and name in headers and headers.get(name) is not None for name, value in lines
    )
