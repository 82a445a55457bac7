"""Behind IIS or Azure a client says that the answer to its key is wrong."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import says
from wsdoctor.rules._pages import rfc6455

_PLATFORM = re.compile(r"(?i)iis\b|azure(?:-app-service|-web-app|$)")


def match(log: str, platform: str, handshake: tuple[str, ...] | None = None, outcome: str | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or outcome == "upgraded" or _PLATFORM.match(platform) is None:
        return None
    line = says(log, "accept")
    return (
        None
        if line is None
        else f"The client says “{line}”, and {platform[:40]} stands between, which opens a WebSocket of its own."
    )


RULE = Rule(
    id="iis-answers-for-server",
    title="IIS opens a WebSocket of its own to the server, and its answer does not fit the client's key",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.7,
    match=match,
    why="Application Request Routing does not pass a handshake on: it ends the client's WebSocket and opens another "
    "with a key of its own. Where WebSocket Protocol is not installed or switched off, or the answer of the server is "
    "handed through as it is, Sec-WebSocket-Accept belongs to the other key.",
    remedy=Remedy(
        "Install WebSocket Protocol and ARR 3, leave WebSockets switched on for the site, and let no rule pass "
        "Sec-WebSocket-Extensions on.",
        {"IIS": 'Install-WindowsFeature Web-WebSockets; <webSocket enabled="true" /> in web.config'},
    ),
    references=(
        Reference(
            "IIS: Application Request Routing",
            "https://learn.microsoft.com/en-us/iis/extensions/planning-for-arr/using-the-application-request-routing-module",
        ),
        rfc6455("4.2.2"),
    ),
    cases=(
        Case(
            "Chrome",
            None,
            {
                "log": "WebSocket connection to 'ws://a/hub' failed: Error during WebSocket handshake: Incorrect "
                "'Sec-WebSocket-Accept' header value\n",
                "platform": "iis",
            },
        ),
    ),
    near_misses=(
        Case(
            "another platform",
            None,
            {"log": "Error: Invalid Sec-WebSocket-Accept header\n", "platform": "kubernetes"},
        ),
        Case("other words", None, {"log": "websocket: bad handshake\n", "platform": "iis"}),
        Case(
            "accepted",
            None,
            {"log": "Error: Invalid Sec-WebSocket-Accept header\n", "platform": "iis", "outcome": "upgraded"},
        ),
    ),
)
