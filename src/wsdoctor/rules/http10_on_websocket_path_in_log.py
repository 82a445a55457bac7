"""A server refuses HTTP/1.0 on a path that is a WebSocket's."""

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_requests import requests_in
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import NGINX_HTTP_VERSION, NGINX_WEBSOCKET, directives

_PATH = r"/(?:[^\s?]*/)?(?:wss?|websockets?|sockets?|cable|live|stream)"
_IS_PATH = re.compile(_PATH + r"(?:/[^\s?]*)?").fullmatch
_SAID = re.compile(rf"unsupported protocol; expected HTTP/1\.1: GET {_PATH}(?:[/?]\S*)? HTTP/1\.0")


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome):
        return None
    found = _SAID.search(log[:20_000])
    if found is not None:
        return f"the log says “{quote(found[0])}”"
    for seen in requests_in(log):
        if seen.method == "GET" and seen.version == "1.0":
            if seen.status == 101:
                return f"the log shows GET {quote(seen.path, 60)} over HTTP/1.0, which the server opened all the same"
            if seen.status in {400, 404, 426, 505} and _IS_PATH(seen.path) is not None:
                return f"the log shows GET {quote(seen.path, 60)} over HTTP/1.0, answered {seen.status}"
    return None


RULE = Rule(
    id="http10-on-websocket-path-in-log",
    title="A WebSocket path was requested by HTTP/1.0, as nginx does by default before 1.29.7",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.65,
    match=match,
    why=(
        "In HTTP/1.0 no WebSocket can be opened, and most servers refuse it; the others open one that the client may "
        "never see. WebSocket clients speak HTTP/1.1, so a proxy in between lowered the version; nginx before 1.29.7 "
        "does so by default."
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
        Case(
            "aiohttp, which opens it",
            facts={"log": '10.0.3.7 [22/Nov/2026:21:22:15 +0000] "GET /feed?token=a HTTP/1.0" 101 0 "-" "curl/8.5.0"'},
        ),
        Case("an access log", facts={"log": 'INFO:     10.0.3.7:53804 - "GET /ws HTTP/1.0" 404 Not Found'}),
    ),
    near_misses=(
        Case(
            "a path that says nothing", facts={"log": 'INFO:     10.0.3.7:53804 - "GET /feed HTTP/1.0" 404 Not Found'}
        ),
        Case("a right handshake", facts={"log": '10.0.3.7 [x] "GET /ws HTTP/1.1" 101 0 "-" "curl/8.5.0"'}),
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
    supersedes=("health-check-in-log", "http10-refused-in-log"),
)
