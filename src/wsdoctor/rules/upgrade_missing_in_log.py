"""A server says that Upgrade or Connection is missing; the request itself was not observed."""

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import NGINX_WEBSOCKET, RFC6455_REQUEST, directives

_SAID = re.compile(
    r"(?i)[^\n]{0,80}(?:'(?:upgrade|websocket)' token not found in '(?:Connection|Upgrade)'"
    r"|Can .?Upgrade.? only to .?WebSocket|.?Connection.? must be .?Upgrade|invalid (?:Upgrade"
    r"|Connection) header: (?:null|\[close|\[?\]|none|nil|undefined|'')|(?:missing|no|invalid or missing"
    r"|missing or invalid) .?Upgrade.? header\b(?! for)|upgrade header (?:is )?(?:missing|not found"
    r"|not present|absent)|expected .?upgrade.? header|not a websocket (?:request|upgrade|handshake)"
    r"|Connection: Upgrade.? header required|'HTTP Connection header missing"
    r"|HTTP Connection headers do not include .upgrade. value|uri: 'wss?://\S{1,200}'\s(?:[^\n]*\n){1,60}?[^\n]{0,80}"
    r"(?:missing|invalid) Connection header)[^\n]{0,40}"
)


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome):
        return None
    found = _SAID.search(log[:20_000])
    return None if found is None else f"the log says “{quote(found[0])}”"


RULE = Rule(
    id="upgrade-missing-in-log",
    title="The server saw no Upgrade or no Connection: upgrade in the request",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.55,
    match=match,
    why=(
        "The log shows only what is missing, not the request, so it could also be a plain request that came to the "
        "WebSocket's path. On such a path it is most often a proxy in front that does not pass the two fields on."
    ),
    remedy=Remedy(
        (
            "Look at the request itself: if Sec-WebSocket-Key is there, a proxy lost the rest; add Upgrade "
            "and Connection"
            " to it."
        ),
        directives("nginx", "nginx 1.29.7 and later", "Apache httpd 2.4.47 and later", "Caddy", "HAProxy"),
    ),
    references=(
        NGINX_WEBSOCKET,
        RFC6455_REQUEST,
    ),
    cases=(
        Case(
            "gorilla",
            facts={
                "log": "websocket: the client is not using the websocket protocol: 'upgrade' token not found in "
                "'Connection' header"
            },
        ),
        Case("Tornado", facts={"log": 'Can "Upgrade" only to "WebSocket".'}),
        Case("Spring", facts={"log": "Handshake failed due to invalid Upgrade header: null"}),
        Case(
            "autobahn, which looks for Upgrade first",
            facts={"log": "failing WebSocket opening handshake ('HTTP Connection header missing')"},
        ),
        Case(
            "Sanic, whose ws:// tells that Upgrade was there",
            facts={
                "log": "ERROR: Exception occurred while handling uri: 'ws://app:8765/chat'\nTraceback\n"
                "SanicException: Failed to open a WebSocket connection: invalid Connection header: keep-alive.\n"
            },
        ),
    ),
    near_misses=(
        Case(
            "what health checks send as well",
            facts={"log": "websockets.exceptions.InvalidUpgrade: invalid Connection header: close"},
        ),
        Case(
            "Upgrade is there",
            facts={"log": "websocket: unsupported version: 13 not found in 'Sec-Websocket-Version' header"},
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {
                "log": "websocket: the client is not using the websocket protocol: 'upgrade' token not found in "
                "'Connection' header"
            },
        ),
    ),
)
