"""A server says that Upgrade named h2c."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import LIMIT, quote

_SAID = re.compile(r"(?i)[^\n]{0,80}(?:invalid Upgrade header: h2c\b|\"websocket\" value [^\n]{0,30}: \"h2c\")")


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:LIMIT]) if unseen(headers, first_bytes, outcome) else None
    return None if found is None else f"The log says “{quote(found[0])}”."


RULE = Rule(
    id="h2c-offer-in-log",
    title="The log shows an HTTP client that offered an upgrade to HTTP/2",
    cls="http2-to-ws",
    level="warning",
    confidence=0.8,
    match=match,
    why="Upgrade named h2c, not websocket: the client asked for plain HTTP and offered to go on in HTTP/2, as Java's "
    "HttpClient does by default and curl with --http2. A server of HTTP would have ignored the offer; one that speaks "
    "WebSocket alone refuses the request.",
    remedy=Remedy(
        "Give the client the address of the HTTP server.",
        {
            "Java": "HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1) stops the offer",
            "curl": "--http1.1 stops the offer",
        },
    ),
    references=(
        Reference("RFC 7540 section 3.2: starting HTTP/2", "https://www.rfc-editor.org/rfc/rfc7540#section-3.2"),
    ),
    cases=(
        Case(
            "websockets 13 to 16", None, {"log": "websockets.exceptions.InvalidUpgrade: invalid Upgrade header: h2c\n"}
        ),
        Case(
            "autobahn",
            None,
            {
                "log": 'failing WebSocket opening handshake (\'HTTP Upgrade headers do not include "websocket" value '
                '(case-insensitive): "h2c"\')\n'
            },
        ),
    ),
    near_misses=(
        Case("another token", None, {"log": "websockets.exceptions.InvalidUpgrade: invalid Upgrade header: TLS/1.0\n"}),
    ),
    supersedes=("upgrade-missing-in-log",),
)
