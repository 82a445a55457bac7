from __future__ import annotations

from tests.factories import HOSTILE, UPGRADE, evidence
from wsdoctor.model.evidence import ProxyHeader
from wsdoctor.model.rule import request
from wsdoctor.renderers._request import LIMIT, hex_view, received


def test_nothing_known_is_nothing_shown():
    assert received(evidence()) == ()
    assert received(evidence(b"")) == ()


def test_request_keeps_its_lines_and_hides_its_secrets():
    (part,) = received(evidence(request("GET /?sid=1 HTTP/1.1", "Cookie: a=b", "X-A:  1")))
    assert part.title == "request as received"
    assert part.lines == ("GET /?sid=<hidden> HTTP/1.1", "Cookie: <hidden>", "X-A:  1")
    assert part.note is None


def test_control_bytes_are_shown():
    (part,) = received(evidence(b"GET / HTTP/1.1\nHost: a\r\n\x00\x1b[2J\xe9\r\n\r\n", speaks="http/1"))
    assert part.lines == ("GET / HTTP/1.1\\x0aHost: a", "\\x00\\x1b[2J\u00e9")


def test_binary_has_a_hex_view():
    (part,) = received(evidence(b"\x16\x03\x01" + bytes(range(20))))
    assert part.kind == "hex"
    assert part.lines[0] == "0000  16 03 01 00 01 02 03 04 05 06 07 08 09 0a 0b 0c  ................"
    assert part.lines[1] == "0010  0d 0e 0f 10 11 12 13                             ......."


def test_hex_view_hides_credentials_and_is_bounded():
    raw = b"\x00" * 90 + b"\r\nAuthorization: Basic c2VjcmV0\r\n" + b"\x00" * 400
    (part,) = received(evidence(raw))
    assert "c2Vj" not in "".join(part.lines)
    assert part.note == f"credentials are hidden; {len(raw) - 256} more bytes"


def test_long_request_is_cut():
    (part,) = received(evidence(b"GET /" + b"a" * 5000, speaks="http/1"))
    assert sum(map(len, part.lines)) == LIMIT
    assert part.note == f"{5005 - LIMIT} more bytes"


def test_text_of_another_protocol_is_text():
    (part,) = received(evidence(b"SSH-2.0-Go\r\n", speaks="ssh"))
    assert (part.title, part.kind, part.lines) == ("first bytes as received", "text", ("SSH-2.0-Go",))


def test_binary_proxy_header_is_apart_from_the_request_behind_it():
    header = b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + bytes(12)
    head = request("GET / HTTP/1.1", "Authorization: Bearer abc")
    proxy = ProxyHeader(2, "PROXY", "TCP4", length=len(header))
    first, second = received(evidence(header + head, speaks="proxy-v2", proxy=proxy))
    assert (first.title, first.kind, len(first.lines)) == ("PROXY header as received", "hex", 2)
    assert second.title == "what came behind it"
    assert second.lines == ("GET / HTTP/1.1", "Authorization: <hidden>")
    (alone,) = received(evidence(header, speaks="proxy-v2", proxy=proxy))
    assert alone.kind == "hex"


def test_log_is_shown_line_by_line_and_bounded():
    (part,) = received(evidence(log="GET /?token=abc 426\n\x1b[31m\n" + "x\n" * 20))
    assert part.lines[:2] == ("GET /?token=<hidden> 426", "\\x1b[31m")
    assert part.note == "10 more lines"


def test_bytes_and_log_are_both_shown():
    assert [part.kind for part in received(evidence(UPGRADE, log="refused"))] == ["text", "log"]


def test_no_hostile_character_survives():
    shown = received(evidence(HOSTILE.encode("utf-8"), log=HOSTILE))
    text = "".join(line for part in shown for line in part.lines)
    assert not set("\x1b\x07\x00\r\n\u202e\u2066\u200b") & set(text)


def test_hex_view_of_nothing():
    assert hex_view(b"") == ()
