"""A server says that the connection ended in the middle of the request head."""

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_quotes import quoted_bytes
from wsdoctor.rules._log_text import quote

_SAID = re.compile(r"stream ends after [1-9]\d* bytes, before end of line|connection closed while reading HTTP headers")


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome):
        return None
    found = _SAID.search(log[:20_000])
    if found is not None:
        return f"the log says “{quote(found[0])}”"
    quoted = quoted_bytes(log)
    return f"the log quotes “{quoted.words}”, half a request line" if quoted is not None and quoted.half_line else None


RULE = Rule(
    id="unfinished-head-in-log",
    title="The connection ended in the middle of the request head",
    cls="timeout-or-slow",
    level="warning",
    confidence=0.75,
    match=match,
    why=(
        "Some bytes of a request came, then the connection ended before the empty line that finishes the head. The "
        "client gave up or crashed, the network lost the rest, a head was cut at a size limit, or somebody probes "
        "with half requests."
    ),
    remedy=Remedy(
        "If it is a client of yours, send the whole head at once; look for MTU problems if only large heads are "
        "affected."
    ),
    references=(
        Reference("RFC 9112 section 2.1: message format", "https://www.rfc-editor.org/rfc/rfc9112.html#section-2.1"),
    ),
    cases=(
        Case(
            "in the fields",
            facts={
                "log": "EOFError: stream ends after 3 bytes, before end of line\nEOFError: connection closed "
                "while reading HTTP headers"
            },
        ),
        Case(
            "werkzeug",
            facts={
                "log": "10.0.3.7 - - [27/Nov/2026 04:09:51] code 400, message Bad request version ('HT')\n"
                '10.0.3.7 - - [27/Nov/2026 04:09:51] "GET /chat HT" 400 -\n'
            },
        ),
        Case(
            "in the request line",
            facts={
                "log": "EOFError: stream ends after 13 bytes, before end of line\nEOFError: connection closed "
                "while reading HTTP request line"
            },
        ),
    ),
    near_misses=(
        Case("a whole line", facts={"log": "ValueError: invalid HTTP request line: GET /chat HTTP/1.1 x"}),
        Case(
            "nothing was sent",
            facts={
                "log": "EOFError: stream ends after 0 bytes, before end of line\nEOFError: connection closed "
                "while reading HTTP request line"
            },
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {
                "log": "EOFError: stream ends after 3 bytes, before end of line\nEOFError: connection closed "
                "while reading HTTP headers"
            },
        ),
    ),
    supersedes=("server-crashes-on-handshake",),
)
