"""A WebSocket server says that it refused a GET over HTTP/1.0."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._checks import is_health_path
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_requests import requests_in
from wsdoctor.rules._log_text import LIMIT, quote
from wsdoctor.rules._remedies import NGINX_HTTP_VERSION, NGINX_WEBSOCKET, directives

_SAID = re.compile(
    r"connection rejected \(505 HTTP Version Not Supported\)|Unsupported HTTP version \"HTTP/1\.0\""
    r"|HTTP version must be 1\.1 or higher|HTTP version HTTP/1\.0 unsupported|Bad server protocol in headers"
    r"|failed to new websocket: bad http version|websocketpp\.processor:13\b|Expecting HTTP/1\.1, got HTTP/1\.0"
    r"|unsupported protocol; expected HTTP/1\.1: GET (?P<path>/[^\s?.]+)(?:\?\S*)? HTTP/1\.0"
)


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None; the path says nothing if it is the root, a file or a check."""
    if not unseen(headers, first_bytes, outcome):
        return None
    lowered = next((seen for seen in requests_in(log) if seen.version == "1.1" and seen.status == 505), None)
    if lowered is not None:
        shown = quote(f"{lowered.method} {lowered.path}", 60)
        return (
            f"the log shows {shown} over HTTP/1.1, answered 505: behind what logged it the request went on by HTTP/1.0"
        )
    found = _SAID.search(log[:LIMIT])
    if found is None or (found["path"] is not None and is_health_path(found["path"])):
        return None
    return f"the log says “{quote(found[0])}”, and WebSocket clients speak HTTP/1.1"


RULE = Rule(
    id="http10-refused-in-log",
    title="A GET over HTTP/1.0 was refused, which a proxy in between may have made of a handshake",
    cls="proxy-strips-upgrade",
    level="warning",
    confidence=0.5,
    match=match,
    why="A server that serves nothing but WebSockets was asked by HTTP/1.0. nginx before 1.29.7 speaks it to the "
    "server behind it unless told otherwise, whatever the client spoke. Health checks of HAProxy and Apache speak it "
    "as well, and so do old tools; the log does not tell them apart.",
    remedy=Remedy(
        "If clients cannot connect, let the proxy speak HTTP/1.1 to this server and pass Upgrade and Connection on; if "
        "they can, look for a health check.",
        directives("nginx", "nginx 1.29.7 and later"),
    ),
    references=(NGINX_HTTP_VERSION, NGINX_WEBSOCKET),
    cases=(
        Case("tungstenite", None, {"log": "WebSocket protocol error: HTTP version must be 1.1 or higher\n"}),
        Case(
            "websockets 17",
            None,
            {"log": "INFO:websockets.server:connection rejected (505 HTTP Version Not Supported)\n"},
        ),
        Case(
            "autobahn",
            None,
            {"log": "failing WebSocket opening handshake ('Unsupported HTTP version \"HTTP/1.0\"')\n"},
        ),
        Case(
            "nginx in front of websockets 17",
            None,
            {"log": '10.0.3.7 - - [27/Nov/2026:04:54:16 +0000] "GET /chat?token=a HTTP/1.1" 505 75 "-" "curl/8.5.0"\n'},
        ),
        Case(
            "websockets 13 to 16",
            None,
            {"log": "ValueError: unsupported protocol; expected HTTP/1.1: GET /chat?room=1 HTTP/1.0\n"},
        ),
    ),
    near_misses=(
        Case(
            "the root, which anything asks for",
            None,
            {"log": "ValueError: unsupported protocol; expected HTTP/1.1: GET / HTTP/1.0\n"},
        ),
        Case(
            "a health check",
            None,
            {"log": "ValueError: unsupported protocol; expected HTTP/1.1: GET /healthz HTTP/1.0\n"},
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"log": "connection rejected (505 HTTP Version Not Supported)\n"},
        ),
    ),
)
