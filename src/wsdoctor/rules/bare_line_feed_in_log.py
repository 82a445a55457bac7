"""A server says that the first line ended in a bare line feed."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._files import unseen
from wsdoctor.rules._remedies import TLS_HELLO


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None; old servers say the same of a connection without bytes."""
    if not unseen(headers, first_bytes, outcome) or "websockets/http11.py" not in log:
        return None
    if "EOFError: line without CRLF" not in log or "reading HTTP request line" not in log:
        return None
    return "The log says “line without CRLF” of the first line: the bytes held a line feed, as the hello of TLS does."


RULE = Rule(
    id="bare-line-feed-in-log",
    title="The first line was none of HTTP, most likely the hello of TLS",
    cls="tls-on-plaintext",
    level="warning",
    confidence=0.6,
    match=match,
    why="websockets 13 to 16 read up to a line feed and found no carriage return before it. Programs that speak HTTP "
    "send both, while the hello of every TLS client holds a line feed among its bytes: the number of the extension "
    "that lists its groups is 10. So a client was given wss:// or https:// for a plain port, or a proxy encrypts "
    "towards it. A request typed by hand into a terminal is rarer.",
    remedy=Remedy("Give the client ws:// or http:// for this port, or end TLS in front."),
    references=(TLS_HELLO,),
    cases=(
        Case(
            "websockets 15",
            None,
            {
                "log": 'opening handshake failed\n  File "websockets/http11.py", line 314, in parse_line\n'
                "EOFError: line without CRLF\nEOFError: connection closed while reading HTTP request line\n"
            },
        ),
    ),
    near_misses=(
        Case(
            "among the fields",
            None,
            {
                "log": '  File "websockets/http11.py", line 314, in parse_line\nEOFError: line without CRLF\n'
                "EOFError: connection closed while reading HTTP headers\n"
            },
        ),
        Case(
            "websockets before 13, which say so of a connection without bytes",
            None,
            {
                "log": "! invalid handshake\nEOFError: line without CRLF\nEOFError: connection closed while reading "
                "HTTP request line\n"
            },
        ),
        Case("another error", None, {"log": 'File "websockets/http11.py"\nValueError: unsupported HTTP method\n'}),
    ),
)
