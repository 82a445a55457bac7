"""A server says that the request began with an empty line, or with a line where a field belongs."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_quotes import quoted_bytes
from wsdoctor.rules._log_text import LIMIT, quote
from wsdoctor.rules._remedies import PROXY_PROTOCOL

_NO_FIELD = re.compile(r"[^\n]{0,80}no colon in header line")


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome):
        return None
    if (found := _NO_FIELD.search(log[:LIMIT])) is not None:
        return f"The log says “{quote(found[0])}”: behind the first line comes another that is no field."
    quoted = quoted_bytes(log)
    if quoted is not None and not quoted.words.replace("\\r", "").replace("\\n", "").strip():
        return "The log quotes an empty first line, with which the binary header of the PROXY protocol begins."
    return None


RULE = Rule(
    id="unreadable-head-in-log",
    title="Something stands in front of the request, or there is no request",
    cls="other-protocol",
    level="warning",
    confidence=0.5,
    match=match,
    why="A header of the PROXY protocol in front of a right request looks so to a server that does not expect it: its "
    "first form is a line of its own, its second begins with an empty line. Binary protocols and broken clients look "
    "alike, and the log does not show the rest.",
    remedy=Remedy(
        "See whether what forwards to this port has the PROXY protocol switched on, and switch it off there or on in "
        "the server.",
        {
            "HAProxy": "server ws1 127.0.0.1:8080 without send-proxy and send-proxy-v2",
            "nginx stream": "proxy_protocol off;",
            "AWS NLB": "target group attribute proxy_protocol_v2.enabled = false",
        },
    ),
    references=(PROXY_PROTOCOL,),
    cases=(
        Case("Tornado", None, {"log": "Malformed HTTP message from 10.0.3.7: no colon in header line\n"}),
        Case(
            "websockets 13 to 16",
            None,
            {"log": "ValueError: invalid HTTP request line: \n\nThe above exception was the direct cause\n"},
        ),
        Case("gevent", None, {"log": "(from ('10.0.3.7', 51246)) Invalid HTTP method: '\\r\\n'\n"}),
    ),
    near_misses=(
        Case("a line that can be read", None, {"log": "ValueError: invalid HTTP request line: hello\n"}),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"log": "Malformed HTTP message from 10.0.3.7: no colon in header line\n"},
        ),
    ),
)
