"""A server quotes a request line that is no text."""

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import RFC6455_REQUEST

_SAID = re.compile(r"invalid HTTP request line: (?!\\x16\\x03)(?:\\x[0-9a-f]{2}){4,}")


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome):
        return None
    found = _SAID.search(log[:20_000])
    return None if found is None else f"the log says “{quote(found[0])}”"


RULE = Rule(
    id="binary-request-line-in-log",
    title="The log quotes a request line of bytes that are no text",
    cls="other-protocol",
    level="note",
    confidence=0.6,
    match=match,
    why=(
        "What stands where a request line belongs is not text, so the peer speaks no HTTP at all. Servers quote it "
        "because they look for GET first. It is a client of another protocol, a proxy that encrypts towards the "
        "server, or a scanner."
    ),
    remedy=Remedy("Look which program on the sender's side was given this port; from the internet it can be ignored."),
    references=(RFC6455_REQUEST,),
    cases=(
        Case("websockets 13 to 16", facts={"log": "ValueError: invalid HTTP request line: \\x9f\\x00\\xff\\x13\\xc7"}),
    ),
    near_misses=(
        Case("a text", facts={"log": "ValueError: invalid HTTP request line: hello"}),
        Case("TLS", facts={"log": "ValueError: invalid HTTP request line: \\x16\\x03\\x01\\x02\\x00"}),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"log": "ValueError: invalid HTTP request line: \\x9f\\x00\\xff\\x13\\xc7"},
        ),
    ),
)
