"""A browser or libwebsockets says that the server's answer to its key is wrong."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._pages import rfc6455

_SAID = re.compile(
    r"(?i)[^\n]{0,80}Error during WebSocket handshake: (?:Incorrect 'Sec-WebSocket-Accept'|'Sec-WebSocket-Accept' "
    r"header is"
    r" missing)[^\n]{0,40}|[^\n]{0,80}(?-i:HS: (?:ACCEPT missing|Accept hash wrong))[^\n]{0,40}"
)
_BY_ITSELF = ("iis", "azure")


def match(log: str, platform: str | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:20_000]) if not (platform or "").startswith(_BY_ITSELF) else None
    return (
        None
        if found is None
        else f"The client says “{quote(found[0])}”, and it makes its key itself, where no program can touch it."
    )


RULE = Rule(
    id="server-answers-wrong-accept",
    title="The server computes Sec-WebSocket-Accept wrongly",
    cls="server-fault",
    level="error",
    confidence=0.7,
    match=match,
    why="A browser or libwebsockets makes its key itself and checks the answer, which the server computes from the "
    "key, a fixed text and SHA-1. A wrong answer comes from the server's own code, which adds a line end, encodes the "
    "hash as text or takes the key of another connection; seldom from a proxy that makes a handshake of its own.",
    remedy=Remedy(
        "Compute it as the standard says, or leave the handshake to a library.",
        {"Python": "base64.b64encode(hashlib.sha1(key + b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest())"},
    ),
    references=(rfc6455("4.2.2"), rfc6455("1.3")),
    cases=(
        Case("libwebsockets", None, {"log": "CLIENT_CONNECTION_ERROR: HS: Accept hash wrong\n"}),
        Case(
            "Chrome",
            None,
            {"log": "Error during WebSocket handshake: Incorrect 'Sec-WebSocket-Accept' header value\n"},
        ),
    ),
    near_misses=(Case("a client of Node", None, {"log": "Error: Invalid Sec-WebSocket-Accept header\n"}),),
)
