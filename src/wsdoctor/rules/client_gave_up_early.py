"""A browser says that the page closed the WebSocket before it was open."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._pages import WEBSOCKET_API

_SAID = re.compile(
    r"(?i)[^\n]{0,80}WebSocket (?:is|was) closed before the connection (?:is|was) established[^\n]{0,40}"
    r"|[^\n]{0,80}connection to \S+ was interrupted while the page was loading"
)


def match(log: str, first_bytes: bytes | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:20_000]) if first_bytes is None else None
    return None if found is None else f"The client says “{quote(found[0])}”."


RULE = Rule(
    id="client-gave-up-early",
    title="The client closed the WebSocket before the handshake was answered",
    cls="timeout-or-slow",
    level="warning",
    confidence=0.5,
    match=match,
    why="The page called close(), or went away, while the handshake was still under way. A component that is built "
    "twice "
    "does so, as React does in development, or a time-out of the page's own that is shorter than the server takes.",
    remedy=Remedy(
        "Close the WebSocket only once it is open, and see how long the server takes to answer the handshake.",
        {"React": "the clean-up of useEffect: socket.readyState === WebSocket.OPEN ? socket.close() : …"},
    ),
    references=(WEBSOCKET_API,),
    cases=(
        Case(
            "Chrome",
            None,
            {
                "log": "WebSocket connection to 'ws://a/ws' failed: WebSocket is closed before the connection is "
                "established.\n"
            },
        ),
    ),
    near_misses=(Case("a refusal", None, {"log": "WebSocket connection to 'ws://a/ws' failed: 403\n"}),),
)
