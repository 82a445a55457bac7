"""A browser says that a page of HTTPS may not open ws://."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import quote

_SAID = re.compile(
    r"(?i)[^\n]{0,80}(?:attempted to connect to the insecure WebSocket endpoint|an insecure WebSocket connection may "
    r"not be "
    r"initiated from a page loaded over HTTPS|SecurityError: The operation is insecure)[^\n]{0,80}"
)


def match(log: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:20_000])
    return None if found is None else f"The browser says “{quote(found[0])}”."


RULE = Rule(
    id="insecure-websocket-in-log",
    title="A page of HTTPS tried to open ws://, which browsers refuse",
    cls="plaintext-on-tls",
    level="error",
    confidence=0.8,
    match=match,
    why="A page that came by HTTPS may open wss:// alone. The browser refuses ws:// before a byte is sent, so no "
    "server "
    "hears of it.",
    remedy=Remedy(
        "Open wss://, and let a proxy with the certificate end TLS in front of the WebSocket server.",
        {"JavaScript": "new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`)"},
    ),
    references=(
        Reference("W3C: Mixed Content", "https://www.w3.org/TR/mixed-content/"),
        Reference("RFC 6455 section 3: WebSocket URIs", "https://www.rfc-editor.org/rfc/rfc6455.html#section-3"),
    ),
    cases=(
        Case(
            "Chrome",
            None,
            {
                "log": "Mixed Content: The page at 'https://a.example/' was loaded over HTTPS, but attempted to "
                "connect to "
                "the insecure WebSocket endpoint 'ws://a.example/ws'. This request has been blocked\n"
            },
        ),
        Case("Firefox", None, {"log": "SecurityError: The operation is insecure.\n"}),
    ),
    near_misses=(Case("a refusal", None, {"log": "WebSocket connection to 'wss://a/ws' failed: 403\n"}),),
)
