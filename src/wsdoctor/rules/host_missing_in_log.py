"""A server says that the request had no Host."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import LIMIT, quote
from wsdoctor.rules._pages import rfc6455, rfc9110

_SAID = re.compile(
    r"(?i)[^\n]{0,80}(?:missing '?host'? header|\bhost header (?:is )?missing|no host header|must provide a host header"
    r"|\bbad \"Host\" header)[^\n]{0,40}"
)


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:LIMIT]) if unseen(headers, first_bytes, outcome) else None
    return None if found is None else f"The log says “{quote(found[0])}”."


RULE = Rule(
    id="host-missing-in-log",
    title="The server says that the request had no Host",
    cls="old-or-broken-ws-client",
    level="warning",
    confidence=0.5,
    match=match,
    why="Every request of HTTP/1.1 must name the host that it is meant for, and every library does. What has none was "
    "written by hand: a handshake on a small device or in a test, or the request of a simple scanner.",
    remedy=Remedy("Let the client send Host with the name and port of the address that it connects to."),
    references=(rfc6455("4.1"), rfc9110("7.2")),
    cases=(
        Case("websocket-node", None, {"log": "Error: Client must provide a Host header.\n"}),
        Case(
            "aiohttp",
            None,
            {"log": "aiohttp.http_exceptions.BadHttpMessage: 400, message:\n  Missing 'Host' header in request.\n"},
        ),
        Case("Tornado", None, {"log": "Malformed HTTP message from 10.0.3.7: Missing Host header\n"}),
        Case(
            "autobahn",
            None,
            {"log": "failing WebSocket opening handshake ('HTTP Host header missing in opening handshake request')\n"},
        ),
    ),
    near_misses=(Case("a wrong Host", None, {"log": "Invalid HTTP_HOST header: 'a'. You may need to add it.\n"}),),
)
