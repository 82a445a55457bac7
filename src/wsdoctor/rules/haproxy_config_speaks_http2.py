"""HAProxy's server line chooses HTTP/2."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import found_in, unseen
from wsdoctor.rules._remedies import HAPROXY_MANUAL, RFC8441

_SAID = re.compile(r"(?m)^\s*(?:default-)?server\s[^\n]*\b(?:alpn\s+h2|proto\s+h2)\b(?![^\n]*\bws\s+h1\b)")


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome, log):
        return None
    return found_in(files, _SAID)


RULE = Rule(
    id="haproxy-config-speaks-http2",
    title="HAProxy's configuration speaks HTTP/2 to the server",
    cls="http2-to-ws",
    level="error",
    confidence=0.9,
    match=match,
    why=(
        "The server line offers or forces HTTP/2 towards the server. In HTTP/2 a WebSocket needs Extended CONNECT "
        "(RFC 8441), which HAProxy before 2.4 and most servers do not know."
    ),
    remedy=Remedy(
        "Take h2 off the server line, or add alpn http/1.1 for the WebSocket's server.",
        {"HAProxy": "server ws1 127.0.0.1:8080 without alpn h2 and proto h2"},
    ),
    references=(
        HAPROXY_MANUAL,
        RFC8441,
    ),
    cases=(
        Case(
            "alpn h2 before http/1.1",
            facts={"files": (SourceFile("haproxy.cfg", "server s1 10.0.0.4:9980 ssl alpn h2,http/1.1\n"),)},
        ),
        Case(
            "alpn h2",
            facts={
                "files": (SourceFile("haproxy.cfg", "backend ws\n  server s1 10.0.0.4:9980 ssl verify none alpn h2\n"),)
            },
        ),
    ),
    near_misses=(
        Case(
            "HTTP/1.1 for WebSockets",
            facts={"files": (SourceFile("haproxy.cfg", "server s1 10.0.0.4:9980 ssl alpn h2,http/1.1 ws h1\n"),)},
        ),
        Case(
            "HTTP/1.1 alone",
            facts={
                "files": (
                    SourceFile("haproxy.cfg", "backend ws\n  server s1 10.0.0.4:9980 ssl verify none alpn http/1.1\n"),
                )
            },
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"files": (SourceFile("haproxy.cfg", "backend ws\n  server s1 10.0.0.4:9980 ssl verify none alpn h2\n"),)},
        ),
    ),
)
