"""A client opened a WebSocket with TLS on port 80, which speaks plain HTTP."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import refused_at

_PORT = re.compile(r"\bwss://[^\s/'\"<>@]{1,255}:80(?!\d)[^\s'\"]{0,80}")


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    known = refused_at(_PORT, outcome, log) if unseen(headers, first_bytes, outcome, log) else None
    if known is None:
        return None
    return f"The log shows “{known[0]}”, a connection with TLS to the port of plain HTTP, and {known[1]}."


RULE = Rule(
    id="websocket-with-tls-on-80",
    title="A WebSocket with TLS was opened on port 80",
    cls="tls-on-plaintext",
    level="error",
    confidence=0.75,
    match=match,
    why="Port 80 speaks plain HTTP; what arrives there is the beginning of TLS, which is answered 400 or cut off. "
    "Pages that put an address together ask for it: location.port is empty on a standard port, and who writes 80 in "
    "its place is wrong on every page that came over HTTPS.",
    remedy=Remedy(
        "Take the port from where the page came from, or leave it out.",
        {
            "JavaScript": "new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`)",
            "current browsers": "new WebSocket('/ws')",
        },
    ),
    references=(
        Reference("RFC 6455 section 3: WebSocket URIs", "https://www.rfc-editor.org/rfc/rfc6455.html#section-3"),
        Reference("MDN: location.port", "https://developer.mozilla.org/en-US/docs/Web/API/Location/port"),
    ),
    cases=(
        Case(
            "Firefox",
            None,
            {"log": "Firefox can’t establish a connection to the server at wss://app.example.com:80/ws.\n"},
        ),
        Case("Chromium", None, {"log": "WebSocket connection to 'wss://app.example.com:80/' failed: \n"}),
    ),
    near_misses=(
        Case("another port", None, {"log": "WebSocket connection to 'wss://app.example.com:8080/' failed: \n"}),
        Case("without TLS", None, {"log": "WebSocket connection to 'ws://app.example.com:80/' failed: \n"}),
        Case("nothing failed", None, {"log": "connecting to wss://app.example.com:80/ws\n"}),
    ),
    supersedes=("handshake-answered-as-page",),
)
