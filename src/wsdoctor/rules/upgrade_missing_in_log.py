"""A server says that Upgrade or Connection is missing; the request itself was not observed."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_fields import plain_fields_in
from wsdoctor.rules._log_text import says
from wsdoctor.rules._remedies import NGINX_WEBSOCKET, RFC6455_REQUEST, directives


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome) or plain_fields_in(log) is not None:
        return None
    line = says(log, "upgrade")
    return None if line is None else f"the log says “{line}”"


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
        Case("gobwas/ws", facts={"log": 'handshake error: bad "Upgrade" header'}),
        Case(
            "em-websocket",
            facts={"log": "EventMachine::WebSocket::HandshakeError - Connection and Upgrade headers required"},
        ),
        Case(
            "Phoenix",
            facts={"log": "** (WebSockAdapter.UpgradeError) 'upgrade' header must contain 'websocket', got []"},
        ),
        Case("axum", facts={"log": "Connection header did not include 'upgrade'"}),
        Case("Actix", facts={"log": "Error in response: NoWebsocketUpgrade"}),
        Case("warp", facts={"log": 'Missing request header "connection"'}),
        Case("Boost.Beast", facts={"log": "The WebSocket handshake Connection field is missing the upgrade token"}),
        Case("wsproto", facts={"log": "RemoteProtocolError: Missing header, 'Connection: Upgrade'"}),
        Case("tungstenite", facts={"log": 'WebSocket protocol error: No "Connection: upgrade" header'}),
        Case(
            "coder/websocket",
            facts={"log": 'WebSocket protocol violation: Connection header "close" does not contain Upgrade'},
        ),
        Case("Dart", facts={"log": "WebSocketException: Connection to 'https://a/ws' was not upgraded to websocket"}),
        Case("old gorilla", facts={"log": "websocket: could not find upgrade header with token 'websocket'"}),
        Case("kubelet", facts={"log": "error: Upgrade request required"}),
    ),
    near_misses=(
        Case(
            "python-websocket-server, which says so of every plain request",
            facts={"log": "assert headers['upgrade'].lower() == 'websocket'\nKeyError: 'upgrade'"},
        ),
        Case(
            "what health checks send as well",
            facts={"log": "websockets.exceptions.InvalidUpgrade: invalid Connection header: close"},
        ),
        Case(
            "Upgrade is there",
            facts={"log": "websocket: unsupported version: 13 not found in 'Sec-Websocket-Version' header"},
        ),
        Case(
            "a browser on the answer",
            facts={"log": "Error during WebSocket handshake: 'Upgrade' header is missing"},
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
