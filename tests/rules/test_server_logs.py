"""What real servers print of a request, told rightly; each line was captured from the server that it names."""

from __future__ import annotations

import pytest

from wsdoctor import diagnose

TORNADO = "[{level} 261127 04:07:05 web:2591] {words} (10.0.3.7) 0.31ms\n"
UVICORN = 'INFO:     10.0.3.7:44690 - "{line}" {status}\n'
HYPERCORN = (
    '[2026-11-27 04:08:43 +0000] [26083] [INFO] 10.0.3.7:49964 - - [27/Nov/2026:04:08:43 +0000] "{line}" 404 - "-" '
    '"{agent}"\n'
)
WERKZEUG = '10.0.3.7 - - [27/Nov/2026 04:09:27] "\x1b[31m\x1b[1m{line}\x1b[0m" 400 -\n'
DAPHNE = "10.0.3.7:59740 - - [27/Nov/2026:04:07:56] {words}\n"
AUTOBAHN = "INFO:autobahn.asyncio.websocket.WebSocketServerProtocol:failing WebSocket opening handshake ('{said}')\n"
SANIC = (
    "Main  2026-11-27 04:07:52 +0000 ERROR: Exception occurred while handling uri: '{uri}'\n"
    'Traceback (most recent call last):\n  File "handle_request", line 99, in handle_request\n'
    "sanic.exceptions.SanicException: Failed to open a WebSocket connection: {said}.\n\n"
    "You cannot access a WebSocket server directly with a browser. You need a WebSocket client.\n"
)
WEBSOCKETS = "ERROR:websockets.server:opening handshake failed\nTraceback (most recent call last):\n{said}\n"


@pytest.mark.parametrize(
    ("log", "cls"),
    [
        (TORNADO.format(level="W", words="405 HEAD /"), "health-check"),
        (TORNADO.format(level="W", words="400 GET /healthz"), "health-check"),
        (TORNADO.format(level="W", words="405 OPTIONS /zpath"), "cors-preflight"),
        (TORNADO.format(level="W", words="405 OPTIONS /"), "unknown"),
        (TORNADO.format(level="W", words="405 POST /zpath"), "http-client-code"),
        (TORNADO.format(level="W", words="400 GET /zpath"), "unknown"),
        (UVICORN.format(line="OPTIONS / HTTP/1.0", status="404 Not Found"), "health-check"),
        (
            UVICORN.format(line="GET /socket.io/?EIO=4&transport=polling HTTP/1.1", status="404"),
            "wrong-realtime-protocol",
        ),
        (HYPERCORN.format(line="GET /healthz 1.1", agent="kube-probe/1.29"), "health-check"),
        (HYPERCORN.format(line="GET / 1.1", agent="ELB-HealthChecker/2.0"), "health-check"),
        (HYPERCORN.format(line="GET /api/items 1.1", agent="python-requests/2.32.3"), "http-client-code"),
        (HYPERCORN.format(line="CONNECT example.com:443 1.1", agent="-"), "scanner"),
        (WERKZEUG.format(line="HEAD / HTTP/1.1"), "health-check"),
        (WERKZEUG.format(line="OPTIONS /zpath HTTP/1.1"), "cors-preflight"),
        (WERKZEUG.format(line="GET /sockjs/info?t=1 HTTP/1.1"), "wrong-realtime-protocol"),
        (DAPHNE.format(words='"GET /healthz" 404 9'), "health-check"),
        (AUTOBAHN.format(said='HTTP method "HEAD" not allowed'), "health-check"),
        (AUTOBAHN.format(said='HTTP method "PRI" not allowed'), "http2-to-ws"),
        (AUTOBAHN.format(said="HTTP Connection header missing"), "proxy-strips-upgrade"),
        (AUTOBAHN.format(said="HTTP Sec-WebSocket-Key header missing"), "old-or-broken-ws-client"),
        (AUTOBAHN.format(said="HTTP Host header missing in opening handshake request"), "old-or-broken-ws-client"),
        (
            SANIC.format(uri="http://chat.example.net:8765/healthz", said="invalid Connection header: close"),
            "health-check",
        ),
        (SANIC.format(uri="http://chat.example.net:8765/", said="missing Connection header"), "unknown"),
        (SANIC.format(uri="ws://chat.example.net:8765/x", said="missing Connection header"), "proxy-strips-upgrade"),
        (
            SANIC.format(uri="ws://chat.example.net:8765/x", said="missing Sec-WebSocket-Key header"),
            "old-or-broken-ws-client",
        ),
        (WEBSOCKETS.format(said="websockets.exceptions.InvalidUpgrade: invalid Connection header: close"), "unknown"),
        ('INFO:aiohttp.access:10.0.3.7 [x] "GET /zpath HTTP/1.0" 101 0 "-" "curl/8.5.0"\n', "proxy-strips-upgrade"),
        ('[2026-11-27 04:25:59 +0000] 10.0.3.7 - "- /zpath HTTP/1" 101 0.012\n', "proxy-strips-upgrade"),
        ('[2026-11-27 04:25:59 +0000] 10.0.3.7 - "OPTIONS / HTTP/1" 404 0.062\n', "health-check"),
        ("[INFO] Websocket handshake failed with MissingSecWebSocketVersionHeader\n", "old-or-broken-ws-client"),
        (
            (
                "ERROR:websockets.server:unexpected internal error\n"
                "ConnectionResetError: [Errno 104] Connection reset by peer\n"
                "AttributeError: 'ServerConnection' object has no attribute 'recv_exc'\n"
                "EOFError: connection closed while reading HTTP request line\n"
            ),
            "tcp-probe",
        ),
    ],
)
def test_strays(log: str, cls: str) -> None:
    assert diagnose(log=log).findings[0].cls == cls


@pytest.mark.parametrize(
    "log",
    [
        TORNADO.format(level="I", words="101 GET /zpath?token=ztok"),
        'INFO:     10.0.3.7:44686 - "WebSocket /zpath?token=ztok" [accepted]\nINFO:     connection open\n',
        HYPERCORN.format(line="GET /zpath 1.1", agent="curl/8.5.0").replace('" 404', '" 101'),
        DAPHNE.format(words='"WSCONNECTING /zpath" - -') + DAPHNE.format(words='"WSCONNECT /zpath" - -'),
        '10.0.3.7 - - [27/Nov/2026 04:09:27] "GET /zpath?token=ztok HTTP/1.1" 200 -\n',
        '[2026-11-27 04:25:50 +0000] 10.0.3.7 - "- /zpath HTTP/1.1" 101 0.023\n',
        "Main  2026-11-27 04:07:51 +0000 INFO: connection closed\n",
        "      Request finished in 60012.3ms 101 \n",
        "WebSocket request accepted, switching protocols\n",
        "DEBUG Upgraded connection ['10.0.3.7',5] to WebSocket\n",
        "DEBUG WebSocket ['10.0.3.7',5] open and established\n",
        "[WS-Client][handleHeader] Websocket connection init done.\n",
        "Opening Web Socket...\nWeb Socket Opened...\n",
        "Information: WebSocket connected to wss://a.example/hub?id=x.\n",
        '[connect] WebSocket Connection [::1]:5 v13 "Mozilla/5.0" /ws 101\n',
        "[info] CONNECTED TO MyAppWeb.UserSocket in 17ms\n  Transport: :websocket\n",
        'INFO:     10.0.3.7:5 - "WebSocket /socket.io/?EIO=4&transport=websocket" [accepted]\n',
        (
            "connection handler failed\nTraceback (most recent call last):\n"
            "websockets.exceptions.ConnectionClosedError: no close frame received or sent\n"
        ),
    ],
)
def test_an_opened_websocket_has_no_findings(log: str) -> None:
    assert diagnose(log=log).findings == ()
