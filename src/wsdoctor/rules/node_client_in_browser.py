"""A WebSocket library of Node.js was bundled for the browser."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import LIMIT, quote

_SAID = re.compile(
    r"ws does not work in the browser[^\n]{0,80}"
    r"|at ClientRequest\.[\w.<>]{1,40} \((?:https?://[^\s)]{1,300}/)?[\w.-]{1,80}\.js:\d+[^\n]{0,20}"
    r"|Can't resolve '(?:net|tls)' in [^\n]{0,200}node_modules/(?:ws|websocket|faye-websocket)\b[^\n]{0,40}"
)
"""Frames of Node.js itself hold an absolute path or ``node:``, those of a page the address of a script."""


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:LIMIT]) if unseen(headers, first_bytes, outcome) else None
    return None if found is None else f"The browser's console says “{quote(found[0])}”."


RULE = Rule(
    id="node-client-in-browser",
    title="A WebSocket library for Node.js runs in a browser",
    cls="http-client-code",
    level="error",
    confidence=0.85,
    match=match,
    why="Libraries such as ws make the handshake with the HTTP client of Node.js. Bundlers replace that by fetch() or "
    "XMLHttpRequest, which may set neither Upgrade nor Connection nor Sec-WebSocket-*, so the server gets a plain GET "
    "and answers with a page. Later versions of ws refuse to run there.",
    remedy=Remedy(
        "Use the browser's own WebSocket in code that is bundled.",
        {"both in one code": "isomorphic-ws, or const WebSocket = globalThis.WebSocket ?? require('ws')"},
    ),
    references=(
        Reference("ws: it does not work in the browser", "https://github.com/websockets/ws#readme"),
        Reference("ws: issue 1159", "https://github.com/websockets/ws/issues/1159"),
    ),
    cases=(
        Case(
            "an old ws, with the HTTP client of a bundler",
            None,
            {"log": "Error: unexpected server response (200)\n    at ClientRequest.response (bundle.js:4071)\n"},
        ),
        Case(
            "a later ws",
            None,
            {"log": "Error: ws does not work in the browser. Browser clients must use the native WebSocket object\n"},
        ),
    ),
    near_misses=(
        Case(
            "Node.js",
            None,
            {
                "log": "Error: unexpected server response (400)\n"
                "    at ClientRequest.response (/app/node_modules/ws/lib/WebSocket.js:667:15)\n"
            },
        ),
    ),
    supersedes=("handshake-answered-as-page", "no-websocket-route"),
)
