"""A server refuses HTTP/1.0 on a path that is a WebSocket's."""

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import NGINX_HTTP_VERSION, NGINX_WEBSOCKET, directives

_SAID = re.compile(
    r"unsupported protocol; expected HTTP/1\.1: GET /(?:[^\s?]*/)?(?:wss?|websockets?|sockets?|cable|live"
    r"|stream)(?:[/?]\S*)? HTTP/1\.0"
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
    id="http10-on-websocket-path-in-log",
    title="A WebSocket path was requested by HTTP/1.0, as nginx does by default before 1.29.7",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.65,
    match=match,
    why=(
        "The server refuses HTTP/1.0, in which no WebSocket can be opened. WebSocket clients speak HTTP/1.1, so a "
        "proxy in between lowered the version; nginx before 1.29.7 does so by default."
    ),
    remedy=Remedy(
        "Set proxy_http_version 1.1 and pass Upgrade and Connection on.", directives("nginx", "nginx 1.29.7 and later")
    ),
    references=(
        NGINX_HTTP_VERSION,
        NGINX_WEBSOCKET,
    ),
    cases=(
        Case(
            "websockets 13 to 16",
            facts={"log": "ValueError: unsupported protocol; expected HTTP/1.1: GET /live/ws HTTP/1.0"},
        ),
    ),
    near_misses=(
        Case(
            "a health check",
            facts={"log": "ValueError: unsupported protocol; expected HTTP/1.1: GET /healthz HTTP/1.0"},
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"log": "ValueError: unsupported protocol; expected HTTP/1.1: GET /live/ws HTTP/1.0"},
        ),
    ),
    supersedes=("health-check-in-log",),
)
