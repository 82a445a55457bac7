"""A Go server's middleware hides the connection from the WebSocket library."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import quote

_SAID = re.compile(
    r"(?i)[^\n]{0,80}(?:(?:does not|doesn't) (?:implement|support) (?:http\.)?hijack\w*|(?:http\.)?hijacker? (?:is "
    r")?not"
    r" (?:supported|implemented)|can(?:no|')t (?:be )?hijack\w*|unable to hijack|non-Hijacker ResponseWriter"
    r"|connection (?:has )?already (?:been )?"
    r"hijacked)[^\n]{0,40}"
)


def match(log: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:20_000])
    return None if found is None else f"The server says “{quote(found[0])}”."


RULE = Rule(
    id="writer-without-hijack",
    title="Middleware hides the connection from the WebSocket library",
    cls="server-fault",
    level="error",
    confidence=0.92,
    match=match,
    why="In Go a WebSocket library takes the connection over from the HTTP server by http.Hijacker. Middleware for "
    "logs, "
    "metrics, compression or time-outs often wraps the ResponseWriter in a type of its own without that method, and "
    "HTTP/2 has none at all. Then every handshake fails, however right it is.",
    remedy=Remedy(
        "Take the middleware off the WebSocket's route, or let its writer pass Hijack on.",
        {
            "Go 1.20 and later": "func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }",
            "Go": "func (w *writer) Hijack() (net.Conn, *bufio.ReadWriter, error) { return "
            "w.ResponseWriter.(http.Hijacker).Hijack() }",
        },
    ),
    references=(Reference("net/http: Hijacker", "https://pkg.go.dev/net/http#Hijacker"),),
    cases=(
        Case("gorilla/websocket", None, {"log": "websocket: response does not implement http.Hijacker\n"}),
        Case(
            "coder/websocket",
            None,
            {"log": "failed to accept WebSocket connection: http.ResponseWriter does not implement http.Hijacker\n"},
        ),
    ),
    near_misses=(Case("another refusal", None, {"log": "websocket: request method is not GET\n"}),),
    supersedes=("server-rejects-good-handshake", "server-crashes-on-handshake"),
)
