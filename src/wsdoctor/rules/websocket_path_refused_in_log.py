"""A line of a log shows a WebSocket path answered 400 or 426; the request itself was not observed."""

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import NGINX_WEBSOCKET, RFC9110_UPGRADE, directives

_SAID = re.compile(
    r"(?i)\bGET /(?:[^\s\"?]*/)?(?:wss?|websockets?|cable|sockets?"
    r"|live)(?:[/?][^\s\"]*)?(?: HTTP/1\.[01])?\"? (?:400|426)\b[^\n]{0,40}"
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
    id="websocket-path-refused-in-log",
    title="A WebSocket path was answered 400 or 426",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.5,
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
        directives("nginx", "nginx 1.29.7 and later", "Apache httpd 2.4.47 and later"),
    ),
    references=(
        NGINX_WEBSOCKET,
        RFC9110_UPGRADE,
    ),
    cases=(
        Case("426", facts={"log": "GET /live/ws 426 Upgrade Required"}),
        Case("400", facts={"log": "GET /api/websocket 400"}),
    ),
    near_misses=(
        Case("a page", facts={"log": "GET /index.html 400"}),
        Case("accepted", facts={"log": "GET /api/websocket 101"}),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"log": "GET /live/ws 426 Upgrade Required"},
        ),
    ),
)
