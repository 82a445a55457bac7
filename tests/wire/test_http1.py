from __future__ import annotations

import h11
import httptools
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.strategies import broken_handshakes, good_handshakes, hostile_bytes
from wsdoctor.wire import http1
from wsdoctor.wire.http1 import DETAIL, DEVIATIONS, FIELDS_KEPT, LONGEST_HEAD, parse, split_target

GET = b"GET / HTTP/1.1\r\nHost: a\r\n"


def ids(first_bytes: bytes) -> list[str]:
    return [deviation.id for deviation in parse(first_bytes).deviations]


def test_plain_request_in_full() -> None:
    whole = b"GET /a?b=c HTTP/1.1\r\nHost: a.example\r\nX-Odd:  v \t\r\nACCEPT:*/*\r\nhost-like: \r\n\r\nbody"
    head = parse(whole)
    assert (head.method, head.target, head.version) == ("GET", "/a?b=c", "HTTP/1.1")
    assert head.headers.lines == (("Host", "a.example"), ("X-Odd", "v"), ("ACCEPT", "*/*"), ("host-like", ""))
    assert head.deviations == ()
    assert head.complete
    assert head.length == len(whole) - len(b"body")


def test_values_outside_ascii_are_kept_as_latin_1() -> None:
    head = parse(GET + "Cookie: grün\r\n\r\n".encode())
    assert head.headers.get("cookie") == "grÃ¼n"
    assert head.deviations == ()


DEVIANTS = [
    ("empty-line-first", b"\r\n" + GET + b"\r\n"),
    ("empty-line-first", b"\n\n" + GET + b"\r\n"),
    ("bare-lf", b"GET / HTTP/1.1\nHost: a\r\n\r\n"),
    ("bare-lf", b"GET / HTTP/1.1\r\nHost: a\n\r\n"),
    ("bare-lf", b"GET / HTTP/1.1\r\nHost: a\r\n\n"),
    ("bare-cr", GET + b"X: a\rb\r\n\r\n"),
    ("whitespace-first", b"GET / HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n"),
    ("missing-target", b"GET HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("missing-version", b"GET /\r\nHost: a\r\n\r\n"),
    ("whitespace-in-request-line", b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("whitespace-in-request-line", b"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("whitespace-in-request-line", b" GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("whitespace-in-request-line", b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
    ("whitespace-in-target", b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("invalid-version", b"GET / http/1.1\r\nHost: a\r\n\r\n"),
    ("invalid-version", b"GET / HTTP/1\r\nHost: a\r\n\r\n"),
    ("invalid-version", b"GET / HTTP1.1\r\nHost: a\r\n\r\n"),
    ("wrong-version", b"GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
    ("invalid-method", b"G@T / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("lower-case-method", b"get / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("lower-case-method", b"Get / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("unknown-method", b"FETCH / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("long-request-line", b"GET /" + b"a" * 8192 + b" HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("long-field-line", GET + b"X: " + b"a" * 8192 + b"\r\n\r\n"),
    ("many-fields", GET + b"X: a\r\n" * 128 + b"\r\n"),
    ("invalid-target", b"GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("invalid-target", b"GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("invalid-target", b"CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("absolute-form", b"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("fragment-in-target", b"GET /#a HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("non-ascii-target", b"GET /\xf0\x9f\x91\xbd HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("control-in-target", b"GET /\x1b[31m HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("obs-fold", GET + b"X: a\r\n b\r\n\r\n"),
    ("obs-fold", GET + b"X: a\r\n\tb\r\n\r\n"),
    ("space-before-colon", b"GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
    ("missing-colon", GET + b"Connection upgrade\r\n\r\n"),
    ("invalid-field-name", GET + b"X(y): a\r\n\r\n"),
    ("invalid-field-name", GET + b": a\r\n\r\n"),
    ("invalid-field-name", GET + "Größe: a\r\n\r\n".encode()),
    ("nul", GET + b"X: a\0b\r\n\r\n"),
    ("control-character", GET + b"X: a\x07b\r\n\r\n"),
    ("missing-host", b"GET / HTTP/1.1\r\n\r\n"),
    ("several-hosts", GET + b"Host: b\r\n\r\n"),
    ("invalid-host", b"GET / HTTP/1.1\r\nHost: http://a/\r\n\r\n"),
    ("invalid-host", b"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
    ("length-and-encoding", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ("encoding-in-http-1.0", b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ("invalid-content-length", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: five\r\n\r\n"),
    ("invalid-content-length", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"),
    ("invalid-content-length", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"),
    ("body-on-get", GET + b"Content-Length: 5\r\n\r\n"),
    ("body-on-get", GET + b"Transfer-Encoding: chunked\r\n\r\n"),
]  # fmt: skip


@pytest.mark.parametrize(("id_", "first_bytes"), DEVIANTS)
def test_deviation(id_: str, first_bytes: bytes) -> None:
    assert ids(first_bytes) == [id_]
    deviation = parse(first_bytes).deviations[0]
    assert deviation.section == DEVIATIONS[id_].section
    assert len(deviation.detail) <= DETAIL


@pytest.mark.parametrize(("id_", "first_bytes"), DEVIANTS)
def test_deviant_byte_by_byte(id_: str, first_bytes: bytes) -> None:
    for end in range(0, len(first_bytes), 1 + len(first_bytes) // 200):
        head = parse(first_bytes[:end])
        assert not head.complete
        assert head.length == end
    whole = parse(first_bytes + b"behind")
    assert whole.complete
    assert whole.length == len(first_bytes)


def test_every_deviation_has_an_example() -> None:
    assert {id_ for id_, _ in DEVIANTS} == set(DEVIATIONS)
    assert all(id_ == departure.id and departure.title for id_, departure in DEVIATIONS.items())


FINE = [
    b"GET / HTTP/1.0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost:\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a_b.example:\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n",
    b"CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    b"GET / HTTP/1.2\r\n\r\n",
    b"GET / HTTP/1.1\r\nhost: a\r\nx:\ta\tb\r\n\r\n",
]


@pytest.mark.parametrize("first_bytes", FINE)
def test_no_deviation(first_bytes: bytes) -> None:
    assert ids(first_bytes) == []
    assert parse(first_bytes).complete


def test_several_deviations_are_all_recorded_in_order() -> None:
    first_bytes = b"\r\nget  /a#b HTTP/1.1\nHost : a\r\nHost: b\r\nx\r\n y\r\n\r\n"
    assert ids(first_bytes) == [
        "empty-line-first", "bare-lf", "whitespace-in-request-line", "lower-case-method", "fragment-in-target",
        "space-before-colon", "missing-colon", "obs-fold", "several-hosts",
    ]  # fmt: skip
    assert parse(first_bytes).headers.lines == (("Host", "a"), ("Host", "b"), ("x", "y"))


@pytest.mark.parametrize(
    ("first_bytes", "expected"),
    [
        (b"GET\r\nHost: a\r\n\r\n", ["missing-version", "missing-target"]),
        (GET + b"X: a\r\n b\x7f\r\n\r\n", ["obs-fold", "control-character"]),
        (b"GET /\ra HTTP/1.1\r\nHost: a\r\n\r\n", ["bare-cr", "whitespace-in-request-line", "whitespace-in-target"]),
    ],
)
def test_one_fault_may_break_two_sections(first_bytes: bytes, expected: list[str]) -> None:
    assert ids(first_bytes) == expected


def test_nul_in_the_request_line_is_told() -> None:
    assert "nul" in ids(b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n")
    assert "nul" in ids(b"GET /\0")


def test_a_flood_of_one_deviation_is_recorded_once() -> None:
    head = parse(b"GET / HTTP/1.1\n" + b"x\n" * 30_000 + b"\n")
    assert [deviation.id for deviation in head.deviations] == [
        "bare-lf",
        "many-fields",
        "missing-colon",
        "missing-host",
    ]
    assert len(head.headers) == FIELDS_KEPT


INCOMPLETE = [
    (b"", "", "", ""),
    (b"GET", "GET", "", ""),
    (b"GET ", "GET", "", ""),
    (b"GET /a", "GET", "/a", ""),
    (b"GET /a HT", "GET", "/a", ""),
    (b"GET /a HTTP/1.", "GET", "/a", "HTTP/1."),
    (b"GET /a HTTP/1.1\r", "GET", "/a", "HTTP/1.1"),
    (b"GET /a HTTP/1.1\r\n", "GET", "/a", "HTTP/1.1"),
]


@pytest.mark.parametrize(("first_bytes", "method", "target", "version"), INCOMPLETE)
def test_half_a_request_line(first_bytes: bytes, method: str, target: str, version: str) -> None:
    head = parse(first_bytes)
    assert (head.method, head.target, head.version) == (method, target, version)
    assert head.deviations == ()
    assert head.headers.lines == ()
    assert not head.complete


def test_a_request_that_ends_its_lines_with_cr_alone() -> None:
    head = parse(b"GET /a HTTP/1.1\rHost: a\r\r")
    assert (head.method, head.target, head.version) == ("GET", "/a", "HTTP/1.1")
    assert [deviation.id for deviation in head.deviations] == ["bare-cr"]


def test_half_a_head_has_the_whole_lines_only() -> None:
    head = parse(b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: webso")
    assert head.headers.lines == (("Host", "a"),)
    assert head.deviations == ()
    assert not head.complete


def test_what_is_behind_the_longest_head_is_not_looked_at() -> None:
    head = parse(GET + b"X: " + b"a" * LONGEST_HEAD + b"\r\n\r\n")
    assert not head.complete
    assert head.length == LONGEST_HEAD


@pytest.mark.parametrize(
    ("method", "target", "path", "query"),
    [
        ("GET", "/", "/", ""),
        ("GET", "/a?b=c?d#e", "/a", "b=c?d"),
        ("GET", "http://a.example:80/b?c", "/b", "c"),
        ("GET", "ws://a.example", "/", ""),
        ("GET", "http://a.example?c", "/", "c"),
        ("GET", "//a?b", "//a", "b"),
        ("OPTIONS", "*", "*", ""),
        ("CONNECT", "a.example:443", "", ""),
        ("CONNECT", "/a", "/a", ""),
        ("GET", "", "", ""),
        ("GET", "a?b", "a", "b"),
    ],
)
def test_split_target(method: str, target: str, path: str, query: str) -> None:
    assert split_target(method, target) == (path, query)


def by_h11(first_bytes: bytes) -> tuple[bytes, bytes, list[tuple[bytes, bytes]]] | None:
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
    try:
        connection.receive_data(first_bytes)
        event = connection.next_event()
    except h11.RemoteProtocolError:
        return None
    return (event.method, event.target, list(event.headers)) if isinstance(event, h11.Request) else None


class Collected:
    def __init__(self) -> None:
        self.url = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.complete = False

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self.complete = True


def by_httptools(first_bytes: bytes) -> tuple[bytes, bytes, list[tuple[bytes, bytes]]] | None:
    found = Collected()
    parser = httptools.HttpRequestParser(found)
    try:
        parser.feed_data(first_bytes)
    except httptools.HttpParserUpgrade:
        pass
    except httptools.HttpParserError:
        return None
    return (parser.get_method(), found.url, found.headers) if found.complete else None


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """Return requests near what a parser takes or leaves."""
    method = draw(st.sampled_from([b"GET", b"POST", b"HEAD", b"get", b"OPTIONS", b"FETCH"]))
    target = draw(st.sampled_from([b"/", b"/a?b#c", b"*", b"http://a/", b"a", b"/\xff", b"/a\tb", b""]))
    version = draw(st.sampled_from([b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/1.2", b"http/1.1", b"HTTP/2.0", b""]))
    space = draw(st.sampled_from([b" ", b" ", b" ", b"  ", b"\t"]))
    line = st.sampled_from(
        [
            b"Host: a", b"Host: b", b"X:  v ", b"X : v", b"x", b" fold", b"X: a\0", b"X: a\x07", b"X: \xe4", b": v",
            b"X(: v",
            b"Content-Length: 0", b"Content-Length: 2", b"Content-Length: x", b"Transfer-Encoding: chunked",
            b"Connection: Upgrade", b"Upgrade: websocket", b"X: a\rb",
        ]
    )  # fmt: skip
    lines = [b"Host: a", *draw(st.lists(line, max_size=4))][draw(st.integers(0, 1)) :]
    end = draw(st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n"]))
    start = draw(st.sampled_from([b"", b"", b"\r\n"]))
    return start + end.join([method + space + target + space + version, *lines, b"", b""])


@given(st.one_of(requests(), good_handshakes(), broken_handshakes()))
@example(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
def test_what_h11_and_httptools_take_has_no_error(first_bytes: bytes) -> None:
    """Each oracle is lenient somewhere (h11 in values, httptools with Host); what both take is well-formed."""
    one, other = by_h11(first_bytes), by_httptools(first_bytes)
    if one is None or other is None:
        return
    head = parse(first_bytes)
    assert head.complete
    assert [deviation for deviation in head.deviations if DEVIATIONS[deviation.id].level == "error"] == []
    method, target, fields = one
    assert (head.method.encode(), head.target.encode("latin-1")) == (method, target) == other[:2]
    ours = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in head.headers]
    assert [name.lower() for name, _ in ours] == [name for name, _ in fields]
    assert [value for _, value in ours] == [value for _, value in fields]


@given(good_handshakes())
def test_a_good_handshake_reads_as_the_oracles_read_it(first_bytes: bytes) -> None:
    head = parse(first_bytes)
    assert head.deviations == ()
    assert by_h11(first_bytes) is not None
    other = by_httptools(first_bytes)
    assert other is not None
    assert [(name.encode("latin-1"), value.encode("latin-1")) for name, value in head.headers] == [
        (name, value.strip(b" \t")) for name, value in other[2]
    ]


@given(hostile_bytes())
def test_any_bytes_are_read(first_bytes: bytes) -> None:
    head = parse(first_bytes)
    assert head.length <= len(first_bytes)
    assert {deviation.id for deviation in head.deviations} <= set(DEVIATIONS)
    assert all(len(deviation.detail) <= DETAIL for deviation in head.deviations)


@given(st.one_of(good_handshakes(), broken_handshakes(), requests()))
def test_the_short_way_and_the_long_way_agree(first_bytes: bytes) -> None:
    assert parse(first_bytes) == http1._parse_slowly(first_bytes)


@given(good_handshakes(), st.binary(max_size=30))
def test_what_comes_behind_changes_nothing(first_bytes: bytes, behind: bytes) -> None:
    assert parse(first_bytes + behind) == parse(first_bytes)
