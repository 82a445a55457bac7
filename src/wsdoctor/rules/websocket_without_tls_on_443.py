"""A client opened a plain WebSocket on port 443, which expects TLS."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import refused_at

_PORT = re.compile(
    r"\bws://[^\s/'\"<>@]{1,255}:(?:8?443)\b[^\s'\"]{0,80}"
    r"|\"peer\": \"tcp[46]?:[^\"\n]{1,100}:443\"[^\n]{0,40}\"is_secure\": false"
)
"""An address, and what Autobahn logs of a connection."""


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    known = refused_at(_PORT, outcome, log) if unseen(headers, first_bytes, outcome, log) else None
    if known is None:
        return None
    return f"The log shows “{known[0]}”, a connection without TLS to a port of TLS, and {known[1]}."


RULE = Rule(
    id="websocket-without-tls-on-443",
    title="A plain WebSocket was opened on port 443",
    cls="plaintext-on-tls",
    level="error",
    confidence=0.75,
    match=match,
    why="Port 443 expects TLS. A client that was told ws:// there, or that was given host and port of a wss:// address "
    "but no TLS settings, begins with plain HTTP, which is answered 400 or cut off.",
    remedy=Remedy(
        "Use wss://, or give the connection the TLS settings that belong to it.",
        {
            "Autobahn on asyncio": "loop.create_connection(factory, host, 443, ssl=True)",
            "Autobahn on Twisted": "connectWS(factory, ssl.optionsForClientTLS(host)) in place of connectTCP",
        },
    ),
    references=(
        Reference("RFC 6455 section 3: WebSocket URIs", "https://www.rfc-editor.org/rfc/rfc6455.html#section-3"),
    ),
    cases=(
        Case(
            "Autobahn, given host and port alone",
            None,
            {
                "log": 'Transport details: {"peer": "tcp4:192.0.2.7:443", "is_secure": false}\n'
                "failing WebSocket opening handshake ('WebSocket connection upgrade failed (400 - BadRequest)')\n"
            },
        ),
        Case("a browser", None, {"log": "WebSocket connection to 'ws://app.example.com:443/ws' failed: \n"}),
    ),
    near_misses=(
        Case(
            "with TLS",
            None,
            {"log": 'Transport details: {"peer": "tcp4:192.0.2.7:443", "is_secure": true}\nupgrade failed (400)\n'},
        ),
        Case("opened", None, {"log": "WebSocket connected to ws://app.example.com:443/ws\n"}),
        Case("nothing failed", None, {"log": "connecting to ws://app.example.com:443/ws\n"}),
    ),
    supersedes=("handshake-answered-as-page",),
)
