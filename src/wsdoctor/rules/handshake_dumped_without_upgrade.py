"""A log dumps a handshake's fields, and Connection or Upgrade is not what the client sent."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_fields import fields_in
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import NGINX_WEBSOCKET, RFC9110_UPGRADE, directives


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    shown = fields_in(log) if unseen(headers, first_bytes, outcome, log) else None
    if shown is None or shown.http2:
        return None
    if shown.old:
        return "The log shows a handshake in HTTP/1.0, which has no Upgrade."
    connection, upgrade = shown.fields.get("connection"), shown.fields.get("upgrade")
    if connection is not None and "upgrade" not in connection.lower():
        return f"The log shows a handshake with “Connection: {quote(connection, 40)}”."
    if connection is None and upgrade is None and "host" in shown.fields:
        return f"The log shows {len(shown.fields)} fields of a handshake, neither Connection nor Upgrade among them."
    return None


def _dump(*fields: str) -> str:
    return "".join(f'[debug] 7#0: *9 http header: "{each}"\n' for each in fields)


_KEY = ("Host: a.example", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==")
_FROM_NGINX = (
    'http proxy header:\n"GET /ws HTTP/1.0\r\nHost: 127.0.0.1:8080\r\nConnection: close\r\nOrigin: https://a.example\r\n'
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n\r\n"\n'
)

RULE = Rule(
    id="handshake-dumped-without-upgrade",
    title="The log shows a handshake whose Connection or Upgrade was lost",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.8,
    match=match,
    why="Sec-WebSocket-Key and Sec-WebSocket-Version are sent by WebSocket clients alone, together with Upgrade and "
    "“Connection: Upgrade”. Those two are for one hop, so a proxy that does not pass them on loses them, while all "
    "other fields arrive.",
    remedy=Remedy(
        "Pass Upgrade and Connection on over HTTP/1.1 in every proxy in front of where this was logged.",
        directives("nginx", "nginx 1.29.7 and later", "Apache httpd 2.4.47 and later", "Caddy", "HAProxy"),
    ),
    references=(RFC9110_UPGRADE, NGINX_WEBSOCKET),
    cases=(
        Case("nginx", None, {"log": _dump(*_KEY, "Connection: close", "Origin: https://a.example")}),
        Case(
            "what nginx sends on",
            None,
            {"log": _dump(*_KEY, "Connection: Upgrade", "Upgrade: websocket") + _FROM_NGINX},
        ),
        Case(
            "Node.js",
            None,
            {
                "log": "{ host: 'a.example',\n  connection: 'close',\n  origin: 'https://a.example',\n"
                "  'sec-websocket-version': '13',\n  'sec-websocket-key': 'x3JJHMbDL1EzLkh9GBhXDw==' }\n"
            },
        ),
        Case(
            "Go, behind a proxy that took both away",
            None,
            {
                "log": "Host:[a.example] map[Accept-Encoding:[gzip] Origin:[https://a.example] Sec-Websocket-Key:[x3JJ"
                "] Sec-Websocket-Version:[13] User-Agent:[Mozilla/5.0]]\n"
            },
        ),
        Case(
            "WSGI",
            None,
            {
                "log": "{'HTTP_HOST': 'a.example', 'HTTP_CONNECTION': 'keep-alive', 'HTTP_ORIGIN': 'https://a.b', "
                "'HTTP_SEC_WEBSOCKET_VERSION': '13', 'HTTP_SEC_WEBSOCKET_KEY': 'x3JJHMbDL1EzLkh9GBhXDw=='}\n"
            },
        ),
    ),
    near_misses=(
        Case("a whole handshake", None, {"log": _dump(*_KEY, "Connection: keep-alive, Upgrade", "Upgrade: websocket")}),
        Case(
            "a dump that was shortened", None, {"log": _dump(*_KEY, "Upgrade: websocket", "Origin: https://a.example")}
        ),
        Case("no handshake", None, {"log": _dump("Host: a.example", "Connection: close", "Accept: */*", "Origin: a")}),
        Case(
            "accepted",
            None,
            {"log": _dump(*_KEY, "Connection: close", "Origin: https://a.example") + "101 Switching Protocols\n"},
        ),
    ),
    supersedes=("handshake-answered-as-page", "upgrade-missing-in-log", "no-websocket-route", "handshake-field-in-log"),
)
