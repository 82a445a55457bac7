"""A server logs a health check that it answered with 200 as a failed handshake."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._checks import WEBSOCKETS_FAQ
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import LIMIT

_SAID = re.compile(r"connection (?:rejected|failed) \(200 OK\)|HTTP response sent \(200 OK\)")


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:LIMIT]) if unseen(headers, first_bytes, outcome) else None
    return None if found is None else f"The log says “{found[0]}”: process_request answered, so the server expected it."


RULE = Rule(
    id="answered-check-in-log",
    title="A health check that was answered, logged as if a handshake had failed",
    cls="health-check",
    level="note",
    confidence=0.7,
    match=match,
    why="websockets hands each request to process_request first, and what that answers with 200 ends there: a health "
    "check, seldom a page. The check is content, but the log calls the connection failed or rejected, and version 13.1 "
    "adds a traceback.",
    remedy=Remedy(
        "Nothing is broken. Hide the lines with a filter on the logger websockets.server, or check the TCP port "
        "instead."
    ),
    references=(
        WEBSOCKETS_FAQ,
        Reference("websockets: logging", "https://websockets.readthedocs.io/en/stable/topics/logging.html"),
    ),
    cases=(
        Case(
            "websockets 12 to 16",
            None,
            {"log": "INFO:websockets.server:connection rejected (200 OK)\nINFO:websockets.server:connection closed\n"},
        ),
        Case("websockets 17", None, {"log": "INFO:websockets.server:HTTP response sent (200 OK)\n"}),
        Case(
            "websockets 13.1",
            None,
            {
                "log": "connection rejected (200 OK)\nopening handshake failed\nwebsockets.exceptions.InvalidStatus: "
                "server rejected WebSocket connection: HTTP 200\n"
            },
        ),
    ),
    near_misses=(
        Case("refused", None, {"log": "INFO:websockets.server:connection rejected (426 Upgrade Required)\n"}),
        Case("what a client reports", None, {"log": "server rejected WebSocket connection: HTTP 200\n"}),
    ),
    supersedes=("handshake-answered-as-page",),
)
