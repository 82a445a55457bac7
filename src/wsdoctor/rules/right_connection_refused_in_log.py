"""A server's log calls a right list of connection options invalid, or misses an option that it quotes."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._log_text import LIMIT, quote
from wsdoctor.rules._pages import rfc6455, rfc9110

_SAID = re.compile(
    r"(?i)[^\n]{0,60}\b(?:invalid|bad|wrong|unexpected|unsupported|expected|not)\b[^\n]{0,40}connection[^\n]{0,30}"
    r"(?:keep-alive, ?upgrade|upgrade, ?keep-alive)[^\n]{0,40}"
)
_MISSED = re.compile(
    r"(?i)\b(?:connection|upgrade)['\"]?\s+header\s+(?:value\s+)?['\"](?P<value>[^'\"\n]{1,200})['\"]\s+"
    r"(?:does not contain|doesn't contain|must contain|lacks)\s+['\"]?(?P<token>upgrade|websocket)\b"
)


def match(log: str, headers: Headers | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if headers is not None:
        return None
    found = _SAID.search(log[:LIMIT]) or _MISSED.search(log[:LIMIT])
    if found is None or (found.re is _MISSED and not _holds(found["value"], found["token"])):
        return None
    return f"The server says “{quote(found[0])}”, but that list is right."


def _holds(value: str, token: str) -> bool:
    return token.lower() in [each.strip().lower() for each in value.split(",")]


RULE = Rule(
    id="right-connection-refused-in-log",
    title="The server refuses Connection: keep-alive, Upgrade",
    cls="server-fault",
    level="error",
    confidence=0.9,
    match=match,
    why="Connection holds a list of options. Firefox sends “keep-alive, Upgrade”, which is right; a server that "
    "compares the whole value with “Upgrade”, or reads the first option alone, refuses it. Chrome sends just "
    "“Upgrade”, so it works there.",
    remedy=Remedy(
        "Update the server's library, or let it split the value at commas and compare each part without regard to "
        "case.",
        {"nginx in front": 'proxy_set_header Connection "Upgrade"; in the WebSocket\'s location, as a stopgap'},
    ),
    references=(rfc6455("4.2.1"), rfc9110("7.6.1")),
    cases=(
        Case(
            "a library of PHP",
            None,
            {"log": "Error: Handshake request with invalid Connection header: 'keep-alive, Upgrade'\n"},
        ),
        Case(
            "a library of Go that reads the first option",
            None,
            {"log": 'failed to accept: Connection header "keep-alive, Upgrade" does not contain Upgrade\n'},
        ),
    ),
    near_misses=(
        Case("what a proxy sent", None, {"log": "Handshake failed due to invalid Connection header [close]\n"}),
        Case("it is not there", None, {"log": 'Connection header "keep-alive" does not contain Upgrade\n'}),
        Case("another word", None, {"log": 'Connection header "upgrades, close" does not contain Upgrade\n'}),
    ),
    supersedes=("upgrade-missing-in-log",),
)
