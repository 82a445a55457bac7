"""A server says that it does not know version 13, the only one that there is."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import LIMIT, quote
from wsdoctor.rules._pages import rfc6455

_SAID = re.compile(
    r"(?i)[^\n]{0,80}\b(?:unsupported|unknown|invalid|unrecogni[sz]ed)\b[^\n]{0,45}\bversion(?: specification)?"
    r"\W{1,3}13\b(?! not found| (?:is |was )?(?:expected|required))[^\n]{0,60}"
    r"|[^\n]{0,80}\bversion\W{1,3}13 (?:is )?(?:not supported|unsupported)\b"
)
"""Words of WebSocket-Node, Jetty and libwebsockets; that of gorilla/websocket names 13 as the one it did not find."""


def match(log: str, outcome: str | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:LIMIT]) if outcome != "upgraded" else None
    return None if found is None else f"The server says “{quote(found[0])}”, and 13 is the version of the standard."


RULE = Rule(
    id="version-13-unknown-to-server",
    title="The server is too old to know version 13",
    cls="server-fault",
    level="error",
    confidence=0.85,
    match=match,
    why="Sec-WebSocket-Version: 13 is the version of RFC 6455, which every client has sent since 2012. A server that "
    "does not know it was written for a draft before.",
    remedy=Remedy("Update the server or its WebSocket library; the client is right."),
    references=(rfc6455("4.1"), rfc6455("4.4")),
    cases=(
        Case("WebSocket-Node of 2011", None, {"log": "Invalid handshake: Unsupported websocket client version: 13\n"}),
        Case("Jetty", None, {"log": "Unsupported websocket client version specification [13], configured: [8]\n"}),
        Case("libwebsockets, with the request", good_handshake(), {"log": "Unknown client spec version 13\n"}),
    ),
    near_misses=(
        Case(
            "gorilla/websocket, which looked for 13",
            None,
            {"log": "websocket: unsupported version: 13 not found in 'Sec-Websocket-Version' header\n"},
        ),
        Case(
            "an old client",
            None,
            {"log": "Unsupported websocket client version: 7Only versions 8 and 13 are supported.\n"},
        ),
    ),
    supersedes=("handshake-field-in-log", "server-rejects-good-handshake", "socketio-version-mismatch"),
)
