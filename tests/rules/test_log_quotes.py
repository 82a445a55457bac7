"""The quotes are what the servers printed, captured from them."""

from __future__ import annotations

import pytest

from wsdoctor.rules._log_quotes import quoted_bytes

WERKZEUG = (
    '10.0.3.7 - - [27/Nov/2026 04:09:33] code 400, message {said}\n10.0.3.7 - - [27/Nov/2026 04:09:33] "{line}" 400 -\n'
)
GEVENT = (
    "<gevent._socket3.socket at 0x7fd4 object, fd=6, family=2, type=1, proto=0>: (from ('10.0.3.7', 51170)) {said}\n"
)


@pytest.mark.parametrize(
    ("log", "speaks"),
    [
        (WERKZEUG.format(said="Bad request syntax ('*1')", line="*1"), "redis"),
        (
            WERKZEUG.format(said="Bad request version ('443')", line="PROXY TCP4 203.0.113.9 10.0.0.1 40001 443"),
            "proxy-v1",
        ),
        (WERKZEUG.format(said="Bad request version ('\\x00')", line=r"\x16\x03\x01\x02\x00\x01\x00\x01ü"), "tls"),
        (GEVENT.format(said=r"Invalid HTTP method: 'PROXY TCP4 203.0.113.9 10.0.0.1 40001 443\r\n'"), "proxy-v1"),
        (GEVENT.format(said=r"Invalid http version: 'PRI * HTTP/2.0\r\n'"), "http/2"),
        (GEVENT.format(said=r"Invalid HTTP method: '\x80\x81\x82\xff\xfe\r\n'"), "unknown"),
        (GEVENT.format(said=r"Expected GET method; Got command='SSH-2.0-Go'; path=''; raw='SSH-2.0-Go\r\n'"), "ssh"),
        ("ValueError: invalid HTTP request line: SSH-2.0-OpenSSH_9.2p1 Debian-2\n", "ssh"),
        ("ValueError: invalid HTTP request line: hello\n", "text"),
        ("BadHttpMethod: 400, message:\n  Invalid method encountered:\n\n    b'*1'\n      ^\n", "redis"),
        ("failing WebSocket opening handshake ('Bad HTTP request status line \"EHLO a\"')\n", "smtp"),
        (r'net/http: malformed HTTP request "\026\003\001\002"', "tls"),
    ],
)
def test_what_servers_quote(log: str, speaks: str) -> None:
    quoted = quoted_bytes(log)
    assert quoted is not None
    assert quoted.speaks == speaks
    assert not quoted.half_line


def test_half_a_request_line() -> None:
    quoted = quoted_bytes(WERKZEUG.format(said="Bad request version ('HT')", line="GET /zpath HT"))
    assert quoted is not None
    assert quoted.half_line
    assert quoted.words == "GET /zpath HT"


def test_source_lines_of_a_traceback_are_no_quote() -> None:
    assert quoted_bytes('    raise ValueError(f"invalid HTTP request line: {d(request_line)}") from None\n') is None
    assert quoted_bytes("connection rejected (426 Upgrade Required)\n") is None


@pytest.mark.parametrize(
    ("log", "speaks"),
    [
        ("rawPacket: <Buffer 16 03 01 02 00 01 00 01 fc 03 03>", "tls"),
        ("rawPacket: <Buffer 53 53 48 2d 32 2e 30 2d 47 6f 0d 0a>", "ssh"),
        ("Invalid character found in method name [0x160x030x010x020x000x010x000x010xfc0x030x03 ]. HTTP", "tls"),
        ("parse_method(<<83, 83, 72, 45, 50, 46, 48, 45, 71, 111, 13, 10>>, #Port<0.1>)", "ssh"),
        ("<Buffer 47>", None),
    ],
)
def test_bytes_that_node_erlang_and_tomcat_dump(log: str, speaks: str | None) -> None:
    quoted = quoted_bytes(log)
    assert (quoted.speaks if quoted is not None else None) == speaks
