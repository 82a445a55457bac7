"""A client says that the answer to its handshake is no HTTP."""

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import quote

_SAID = re.compile(
    r"(?i)[^\n]{0,60}(?:invalid (?:http )?status line|did not receive a valid HTTP response"
    r"|malformed HTTP (?:response|version|status)(?![^\n]{0,20} \"\\x(?:15\\x03|00\\x00))|Parse Error: Expected HTTP/"
    r"|ERR_INVALID_HTTP_RESPONSE|unsupported HTTP version: HTTP/1\.0)[^\n]{0,60}"
)


def match(log: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:20_000])
    return None if found is None else f"the log says “{quote(found[0])}”"


RULE = Rule(
    id="answer-is-not-http",
    title="The answer to the handshake is no HTTP/1.1: the port is no WebSocket server's",
    cls="misroute",
    level="error",
    confidence=0.8,
    match=match,
    why=(
        "The client sent its handshake and got bytes that are no response of HTTP/1.1. Behind the port is a program "
        "of another kind, VNC, MQTT, a database or an old web server that speaks HTTP/1.0 only, or a proxy that leads"
        " to one."
    ),
    remedy=Remedy("Look what listens on the port (ss -ltnp), and give the client the port of the WebSocket server."),
    references=(
        Reference(
            "RFC 6455 section 4.1: the client's requirements", "https://www.rfc-editor.org/rfc/rfc6455.html#section-4.1"
        ),
    ),
    cases=(
        Case(
            "Chrome",
            facts={
                "log": "WebSocket connection to 'ws://203.0.113.5:5900/' failed: Error during WebSocket "
                "handshake: Invalid status line"
            },
        ),
        Case(
            "websockets",
            facts={
                "log": "ValueError: unsupported HTTP version: HTTP/1.0\nwebsockets.exceptions.InvalidMessage: "
                "did not receive a valid HTTP response"
            },
        ),
    ),
    near_misses=(
        Case(
            "a server's words",
            facts={"log": "websockets.exceptions.InvalidMessage: did not receive a valid HTTP request"},
        ),
        Case("a TLS alert", facts={"log": 'malformed HTTP response "\\x15\\x03\\x01"'}),
    ),
)
