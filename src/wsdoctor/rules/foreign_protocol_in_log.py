"""A server quotes the first bytes of another protocol."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_quotes import quoted_bytes
from wsdoctor.rules._remedies import RFC6455_REQUEST
from wsdoctor.wire.protocols import PROTOCOLS

_OTHERS = frozenset(("http/1", "http/0.9", "http/2", "tls", "proxy-v1", "proxy-v2", "text", "unknown", "nothing"))
"""Protocols of which other rules speak, and what is none."""


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome):
        return None
    quoted = quoted_bytes(log)
    if quoted is None or quoted.speaks in _OTHERS:
        return None
    return f"The log quotes “{quoted.words}”, which is {PROTOCOLS[quoted.speaks].title}."


RULE = Rule(
    id="foreign-protocol-in-log",
    title="The log quotes the beginning of another protocol",
    cls="other-protocol",
    level="note",
    confidence=0.75,
    match=match,
    why="The server looked for GET, found something else and quoted it. The words are those of another protocol, "
    "so a program of that protocol was given the address of this port, or somebody finds out what listens there.",
    remedy=Remedy(
        "If it comes from a machine of yours, correct the port in the program that connects; from the Internet it can "
        "be ignored."
    ),
    references=(RFC6455_REQUEST,),
    cases=(
        Case(
            "Redis at werkzeug",
            None,
            {
                "log": "10.0.3.7 - - [27/Nov/2026 04:09:33] code 400, message Bad request syntax ('*1')\n"
                '10.0.3.7 - - [27/Nov/2026 04:09:33] "*1" 400 -\n'
            },
        ),
        Case("Redis at gevent", None, {"log": "(from ('10.0.3.7', 51202)) Invalid HTTP method: '*1\\r\\n'\n"}),
        Case("SMTP at websockets", None, {"log": "ValueError: invalid HTTP request line: EHLO mail.example.com\n"}),
    ),
    near_misses=(
        Case("a text of no protocol", None, {"log": "ValueError: invalid HTTP request line: hello\n"}),
        Case("HTTP/2", None, {"log": "(from ('10.0.3.7', 51170)) Invalid http version: 'PRI * HTTP/2.0\\r\\n'\n"}),
    ),
    supersedes=("empty-connection-in-log",),
)
