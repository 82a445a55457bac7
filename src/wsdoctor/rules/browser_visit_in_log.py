"""An access log shows that a browser opened the WebSocket port as a page."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._browser import is_browser, is_navigation
from wsdoctor.rules._log_fields import plain_fields_in
from wsdoctor.rules._log_requests import requests_in
from wsdoctor.rules._log_text import LIMIT, quote, says_accepted
from wsdoctor.rules._pages import rfc6455
from wsdoctor.rules._plain import line_of

AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
REFUSALS = frozenset((400, 404, 405, 426, 501))


_LOADED = re.compile(
    r"(?i)failed to load resource: the server responded with a status of 426|\bGET https?://[^\s/]+/? 426 \(Upgrade "
    r"Required"
)


def match(log: str, first_bytes: bytes | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if first_bytes is not None or says_accepted(log):
        return None
    if "access a WebSocket server directly with a browser" in log and "Exception" not in log:
        return "The log holds the page that websockets shows to a browser which opens its port."
    if (found := _LOADED.search(log[:LIMIT])) is not None:
        return f"The browser's console says “{quote(found[0])}”, of a page that it loaded."
    fields = plain_fields_in(log)
    if fields is not None and is_navigation(fields, fields.get("user-agent")):
        return (
            f"The log shows the fields of a page load by a browser: “Accept: {quote(fields.get('accept') or '', 60)}”."
        )
    for seen in requests_in(log):
        if seen.method == "GET" and seen.path == "/" and seen.status in REFUSALS and is_browser(seen.user_agent):
            return f"The log shows {line_of(seen.method, seen.path)} by a browser, answered {seen.status}."
    return None


RULE = Rule(
    id="browser-visit-in-log",
    title="The log shows a browser that opened the WebSocket port as a page",
    cls="browser-navigation",
    level="note",
    confidence=0.65,
    match=match,
    why="The line names a browser and the root path, and the server refused it, which is what happens when a "
    "person opens the "
    "port in a tab. A log line shows no header fields, so a broken handshake through a proxy may leave the "
    "same line.",
    remedy=Remedy(
        "Ask whoever it was to open the address of the HTTP server; if clients cannot connect, capture the "
        "header fields "
        "with wsdoctor run to see whether a handshake lost its Upgrade field on the way.",
    ),
    references=(rfc6455("4.2.1"),),
    cases=(
        Case(
            "a browser's console",
            None,
            {"log": "Failed to load resource: the server responded with a status of 426 (Upgrade Required)\n"},
        ),
        Case(
            "an access log in the combined format",
            None,
            {"log": f'127.0.0.1 - - [19/Nov/2026:16:49:44 +0000] "GET / HTTP/1.1" 426 85 "-" "{AGENT}"\n'},
        ),
        Case(
            "the fields of a page load, dumped by Spring",
            None,
            {
                "log": """Invalid 'Upgrade' header: [Host:"a:8080", Connection:"close", Accept:"text/html", Sec-Fet"""
                """ch-Site:"none", Sec-Fetch-Mode:"navigate", Sec-Fetch-Dest:"document"]"""
            },
        ),
        Case(
            "what the visitor saw",
            None,
            {
                "log": "You cannot access a WebSocket server directly with a browser. You need a WebSocket client.\n",
                "log_format": "http-response",
            },
        ),
    ),
    near_misses=(
        Case(
            "a monitor",
            None,
            {"log": '127.0.0.1 - - [19/Nov/2026:16:49:44 +0000] "GET / HTTP/1.1" 426 85 "-" "Uptime-Kuma/1.23.15"\n'},
        ),
        Case(
            "a server that quotes its own page, whoever asked",
            None,
            {
                "log": "sanic.exceptions.SanicException: Failed to open a WebSocket connection: missing Connection "
                "header.\n\nYou cannot access a WebSocket server directly with a browser. You need a WebSocket "
                "client.\n"
            },
        ),
        Case(
            "a WebSocket that was opened",
            None,
            {"log": f'127.0.0.1 - - [19/Nov/2026:16:49:44 +0000] "GET / HTTP/1.1" 101 0 "-" "{AGENT}"\n'},
        ),
    ),
)
