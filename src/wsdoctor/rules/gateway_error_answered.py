"""A client's handshake was answered by a proxy that could not reach the server."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_requests import requests_in
from wsdoctor.rules._log_text import LIMIT, answered, names_cause, quote

_CODES = frozenset((502, 503, 520, 521, 522, 523, 530))


_SAID = re.compile(
    r"(?i)upstream prematurely closed connection[^\n]{0,60}|no live upstreams[^\n]{0,60}"
    r"|connect\(\) failed \(\d+: [^)\n]{0,60}\) while connecting to upstream|error reading status line from remote "
    r"server"
    r"|'50[0234] [A-Za-z ]{3,30}' caused by: [^\n]{0,80}|\b50[23] \d+ - - (?-i:SC|SH|PH)--[^\n]{0,60}"
    r"|\b50[23] \((?:Bad Gateway|Service (?:Temporarily )?Unavailable)\)"
    r"|upstream connect error or disconnect/reset before headers[^\n]{0,60}|dial tcp \S+: connect: connection refused"
    r"|\[HPM\] Error occurred while (?:trying to )?prox[^\n]{1,200}ECONNREFUSED"
    r"|\bws proxy (?:socket )?error:[^\n]{0,60}|Failed to connect to downstream server"
)
"""Words of nginx, Apache httpd, Traefik, HAProxy, Envoy and Caddy."""
_OTHER_503 = re.compile(r"\bcode=H(?:12|15|19|20|26|27|28)\b|\b503 - direct_response\b")
"""503 of Heroku's router for what took too long or was given up by the client, and of Envoy where its own
configuration says so."""


def match(
    log: str, handshake: tuple[str, ...] | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or (first_bytes is not None and handshake is None) or outcome == "upgraded" or names_cause(log):
        return None
    if any(seen.method not in {"GET", "CONNECT"} for seen in requests_in(log)):
        return None
    if (found := _SAID.search(log[:LIMIT])) is not None:
        return f"The proxy says “{quote(found[0])}”."
    if _OTHER_503.search(log[:LIMIT]) is not None:
        return None
    code = answered(None, log, lines=first_bytes is None)
    return f"The handshake was answered {code}, by a proxy that got no answer itself." if code in _CODES else None


RULE = Rule(
    id="gateway-error-answered",
    title="A proxy answered in the server's place: it could not reach it",
    cls="server-fault",
    level="error",
    confidence=0.5,
    match=match,
    why="502, 503 and Cloudflare's 520 to 523 and 530 are made by proxies. The WebSocket server behind is not running, "
    "listens on another port or address, broke the connection off, or has no room for more. The handshake itself may "
    "be "
    "right.",
    remedy=Remedy(
        "See whether the server runs and listens where the proxy looks for it, and read the proxy's error log.",
        {"nginx": "error.log: connect() failed, upstream prematurely closed connection", "port": "ss -ltnp"},
    ),
    references=(
        Reference("RFC 9110 section 15.6: server errors", "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.6"),
    ),
    cases=(
        Case(
            "http-proxy-middleware",
            None,
            {
                "log": "[HPM] Error occurred while proxying request a:3000/ws to http://b:8080/ [ECONNREFUSED] (https://…)\n"
            },
        ),
        Case("a browser", None, {"log": "Error during WebSocket handshake: Unexpected response code: 502\n"}),
        Case("ws", None, {"log": "Error: Unexpected server response: 503\n"}),
        Case(
            "nginx",
            None,
            {"log": "connect() failed (111: Connection refused) while connecting to upstream, client: 192.0.2.7\n"},
        ),
        Case(
            "Socket.IO behind a proxy, in a browser's console",
            None,
            {"log": "GET https://app.example.com/socket.io/?EIO=4&transport=polling 502 (Bad Gateway)\n"},
        ),
        Case("Traefik", None, {"log": "'502 Bad Gateway' caused by: EOF\n"}),
    ),
    near_misses=(
        Case(
            "a request that is no handshake",
            None,
            {
                "log": '10.0.3.7:5 [27/Nov/2026:04:54:33.361] f b/s 0/0/0/-1/2 502 198 - - SH-- 1/1/0/0/0 0/0 "POST /a '
                'HTTP/1.1"\n'
            },
        ),
        Case(
            "Heroku's router, of what took too long",
            None,
            {"log": 'at=error code=H12 desc="Request timeout" method=GET path="/ws" service=30001ms status=503\n'},
        ),
        Case("a page", None, {"log": "Error during WebSocket handshake: Unexpected response code: 200\n"}),
    ),
    supersedes=("realtime-library-in-log",),
)
