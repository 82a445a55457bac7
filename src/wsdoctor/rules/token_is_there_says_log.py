"""A server says that Connection or Upgrade lacks a token, and quotes a value that has it."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import LIMIT, quote
from wsdoctor.rules._remedies import RFC6455_REQUEST

_SAID = re.compile(
    r"(?i)\b(?P<name>connection|upgrade)['\"]?\s+header\s+(?:value\s+)?['\"](?P<value>[^'\"\n]{1,200})['\"]\s+"
    r"(?:does not contain|doesn't contain|must contain|lacks)\s+['\"]?(?P<token>upgrade|websocket)\b"
)


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:LIMIT]) if unseen(headers, first_bytes, outcome) else None
    if found is None:
        return None
    tokens = [each.strip().lower() for each in found["value"].split(",")]
    return f"the log says “{quote(found[0])}”, and the value holds it" if found["token"].lower() in tokens else None


RULE = Rule(
    id="token-is-there-says-log",
    title="The server misses a token that the field holds",
    cls="server-fault",
    level="error",
    confidence=0.85,
    match=match,
    why="Connection and Upgrade are lists of tokens, in any case and order: Firefox sends Connection: keep-alive, "
    "Upgrade. A server that compares the whole value, or reads the first token alone, refuses a right handshake.",
    remedy=Remedy(
        "Update the server's WebSocket library; if there is no newer one, let a proxy in front send Connection: "
        "Upgrade alone."
    ),
    references=(
        RFC6455_REQUEST,
        Reference("RFC 9110 section 7.6.1: Connection", "https://www.rfc-editor.org/rfc/rfc9110.html#section-7.6.1"),
    ),
    cases=(
        Case(
            "Firefox and a server that reads the first token",
            None,
            {"log": 'failed to accept: Connection header "keep-alive, Upgrade" does not contain Upgrade\n'},
        ),
    ),
    near_misses=(
        Case("it is not there", None, {"log": 'Connection header "keep-alive" does not contain Upgrade\n'}),
        Case("another word", None, {"log": 'Connection header "upgrades, close" does not contain Upgrade\n'}),
    ),
    supersedes=("upgrade-missing-in-log",),
)
