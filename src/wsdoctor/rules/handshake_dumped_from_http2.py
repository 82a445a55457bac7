"""A log dumps a handshake that came over HTTP/2."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_fields import fields_in
from wsdoctor.rules._remedies import RFC8441


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    shown = fields_in(log) if unseen(headers, first_bytes, outcome, log) else None
    if shown is None or not shown.http2 or shown.fields.get(":method", "GET") != "GET" or "upgrade" in shown.fields:
        return None
    names = ", ".join(sorted(name for name in shown.fields if name.startswith((":", "sec-websocket"))))
    return f"The log shows a handshake in HTTP/2 without Extended CONNECT: {names}."


RULE = Rule(
    id="handshake-dumped-from-http2",
    title="The log shows a handshake that was made over HTTP/2",
    cls="http2-to-ws",
    level="error",
    confidence=0.8,
    match=match,
    why="Pseudo-header fields such as :method are those of HTTP/2, where Upgrade and Connection do not exist. A "
    "WebSocket there begins with CONNECT and :protocol (RFC 8441); what is left of a handshake without them is an "
    "ordinary GET, and the server answers it as a page.",
    remedy=Remedy(
        "Let the client and every hop speak HTTP/1.1 for WebSockets, or switch Extended CONNECT on all the way.",
        {
            "Envoy": "upgrade_type: websocket, and http2_protocol_options: { allow_connect: true }",
            "Istio": "h2UpgradePolicy: DO_NOT_UPGRADE, or a gateway without h2 in ALPN",
            "curl": "--http1.1",
        },
    ),
    references=(RFC8441,),
    cases=(
        Case(
            "Envoy; a browser's handshake over HTTP/2 has no key",
            None,
            {
                "log": "':method', 'GET'\n':authority', 'a.example'\n':path', '/ws'\n':scheme', 'https'\n"
                "'origin', 'https://a.example'\n'sec-websocket-version', '13'\n"
            },
        ),
        Case(
            "Node.js",
            None,
            {
                "log": "{ ':method': 'GET', ':path': '/ws', ':scheme': 'https', ':authority': 'a.example', "
                "'sec-websocket-version': '13', 'sec-websocket-key': 'x3JJHMbDL1EzLkh9GBhXDw==' }\n"
            },
        ),
    ),
    near_misses=(
        Case(
            "Envoy, which shows HTTP/1.1 so as well",
            None,
            {
                "log": "':method', 'GET'\n':authority', 'a.example'\n':path', '/ws'\n'connection', 'Upgrade'\n"
                "'upgrade', 'websocket'\n'sec-websocket-key', 'x3JJ=='\n'sec-websocket-version', '13'\n"
            },
        ),
        Case(
            "Extended CONNECT",
            None,
            {
                "log": "':method', 'CONNECT'\n':protocol', 'websocket'\n':authority', 'a.example'\n':path', '/ws'\n"
                "'sec-websocket-version', '13'\n"
            },
        ),
    ),
)
