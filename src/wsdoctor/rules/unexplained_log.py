"""A log line that tells of a failure without its cause."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_senders import answered_requests, may_have_opened
from wsdoctor.rules._log_text import quote, says_accepted, telling_line


def match(
    log: str, first_bytes: bytes | None = None, outcome: str | None = None, status: int | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if first_bytes is not None or outcome == "upgraded" or status == 101 or says_accepted(log) or not log.strip():
        return None
    answered = answered_requests(log)
    if answered and all(map(may_have_opened, answered)):
        return None
    return (
        f"“{quote(telling_line(log))}” does not tell what arrived; the first bytes or the header fields of the request "
        f"would settle it."
    )


RULE = Rule(
    id="unexplained-log",
    title="A log line that does not say what arrived",
    cls="unknown",
    level="note",
    confidence=0.3,
    match=match,
    why="The log tells that an attempt failed, but neither who made it nor what was sent. The same line stands "
    "for a health check, a scanner, a "
    "browser and a handshake that a proxy broke.",
    remedy=Remedy(
        "Run the server with wsdoctor, which records the peer and the first bytes of every attempt.",
        {"wsdoctor": "wsdoctor run --record attempts.jsonl -- python server.py"},
    ),
    references=(Reference("websockets: logging", "https://websockets.readthedocs.io/en/stable/topics/logging.html"),),
    cases=(
        Case("websockets 17", None, {"log": "INFO:websockets.server:connection rejected (426 Upgrade Required)\n"}),
        Case(
            "a page, answered by nginx, which logs a WebSocket as 101",
            None,
            {"log": '192.0.2.7 - - [22/Nov/2026:21:22:27 +0000] "GET /en HTTP/1.1" 200 1058 "-" "Mozilla/5.0 (X11)"\n'},
        ),
        Case("a call that was answered", None, {"log": '"POST /messages HTTP/1.1" 201 9\n'}),
    ),
    near_misses=(
        Case(
            "all was answered well; Flask-Sock logs a WebSocket as 200",
            None,
            {"log": '10.0.3.7 - - [27/Nov/2026 04:09:27] "GET /chat HTTP/1.1" 200 -\n'},
        ),
        Case("a WebSocket that was opened", None, {"log": "INFO:websockets.server:connection open\n"}),
        Case("the request is known", good_handshake(), {"log": "connection rejected (400 Bad Request)\n"}),
    ),
)
