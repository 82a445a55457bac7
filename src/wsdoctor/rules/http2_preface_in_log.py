"""A server's log quotes the preface of HTTP/2."""

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import HTTP2_PREFACE

_SAID = re.compile(
    r"[^\n]{0,60}\bPRI (?:\*|%2A) HTTP/2(?:\.0)?\b|Pause on PRI/Upgrade|HTTP method \"PRI\" not allowed"
    r"|Unsupported HTTP method used: PRI\b"
    r"|[^\n]{0,60}Unexpected HTTP version 'HTTP/2\.0'"
)


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome) or "SSH-" in log:
        return None
    found = _SAID.search(log[:20_000])
    return None if found is None else f"the log says “{quote(found[0])}”"


RULE = Rule(
    id="http2-preface-in-log",
    title="The log quotes the preface of HTTP/2, sent to a port that speaks HTTP/1.1",
    cls="http2-to-ws",
    level="error",
    confidence=0.85,
    match=match,
    why=(
        "Whoever speaks HTTP/2 by prior knowledge begins with PRI * HTTP/2.0, which a server for HTTP/1.1 takes for a"
        " request with a strange method. It is a proxy that is set up for HTTP/2 towards the server, a TLS terminator"
        " that agreed on h2 and hands the bytes through, or a scanner."
    ),
    remedy=Remedy(
        ("Speak HTTP/1.1 to this port: in the proxy towards the server, or in the ALPN list of what terminates TLS."),
        {
            "HAProxy": "no proto h2 or alpn h2 on the server line",
            "nginx": "proxy_http_version 1.1;",
            "curl": "--http1.1",
        },
    ),
    references=(HTTP2_PREFACE,),
    cases=(
        Case(
            "websockets 13 to 16", facts={"log": "ValueError: unsupported protocol; expected HTTP/1.1: PRI * HTTP/2.0"}
        ),
        Case("Tornado", facts={"log": "Malformed HTTP message from 10.0.3.7: Unexpected HTTP version 'HTTP/2.0'"}),
        Case("uvicorn", facts={"log": '203.0.113.7:5 - "PRI %2A HTTP/2.0" 404 Not Found'}),
    ),
    near_misses=(
        Case("another request", facts={"log": "ValueError: unsupported protocol; expected HTTP/1.1: GET / HTTP/3.0"}),
        Case(
            "a scanner tries several protocols",
            facts={
                "log": "invalid HTTP request line: SSH-2.0-Go\nunsupported protocol; expected HTTP/1.1: PRI * HTTP/2.0"
            },
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"log": "ValueError: unsupported protocol; expected HTTP/1.1: PRI * HTTP/2.0"},
        ),
    ),
)
