"""Words that products print of a failed handshake, as their sources have them, and what they tell."""

from __future__ import annotations

import pytest

from wsdoctor import diagnose
from wsdoctor.model.evidence import SourceFile


@pytest.mark.parametrize(
    ("log", "cls"),
    [
        ("dial tcp 10.0.0.9:8080: i/o timeout", "timeout-or-slow"),
        ("websocket: bad handshake", "proxy-strips-upgrade"),
        ("http: TLS handshake error from 10.0.0.1:35500: EOF", "tcp-probe"),
        ("E (5012) esp-tls-mbedtls: SSL - An invalid SSL record was received", "tls-on-plaintext"),
        ("[debug][connection] TLS error: 268435612:SSL routines:OPENSSL_internal:HTTP_REQUEST", "plaintext-on-tls"),
        ("haproxy[7]: ws ws/s1 0/0/0/-1/1 503 212 - - SC-- 1/1/0/0/0 0/0", "server-fault"),
        ("upstream prematurely closed connection while reading response header from upstream", "server-fault"),
        ("Request with invalid authentication from 10.0.0.5. Requested URL: /api/websocket", "auth-rejected"),
        ("error: unable to upgrade connection: Unauthorized", "auth-rejected"),
        ("[info] REFUSED CONNECTION TO AppWeb.UserSocket in 312us", "auth-rejected"),
        ('Blocked request. This host ("app.example.com") is not allowed.', "origin-rejected"),
        ("'Sec-WebSocket-Protocol' header must not appear more than once in a response.", "subprotocol-mismatch"),
        ("engineio.exceptions.ConnectionError: OPEN packet not returned by server", "wrong-realtime-protocol"),
        ("ValueError: No route found for path 'ws/chat/lobby/'.", "server-fault"),
        ('assert scope["type"] == "http"', "server-fault"),
        ("handshake error: bad \"Sec-WebSocket-Key\" header", "old-or-broken-ws-client"),
        ("No \"Sec-WebSocket-Version: 13\" header", "old-or-broken-ws-client"),
        ("The WebSocket handshake Sec-WebSocket-Key field is missing", "old-or-broken-ws-client"),
        ("rawPacket: <Buffer 16 03 01 02 00 01 00 01 fc 03 03>", "tls-on-plaintext"),
        ("Filtered a potential harmful request to: /cgi-bin/.%2e/.%2e/bin/sh", "scanner"),
        ("CLIENT_CONNECTION_ERROR: HS: ACCEPT missing", "server-fault"),
        ("CLIENT_CONNECTION_ERROR: HS: ws upgrade unauthorized", "auth-rejected"),
        ("CLIENT_CONNECTION_ERROR: HS: Cannot match protocol", "subprotocol-mismatch"),
        ("** (stop) \"Not a valid WebSocket upgrade request\"", "proxy-strips-upgrade"),
        ("(cowboy) :cowboy_protocol.parse_method(<<22, 3, 1, 0, 141, 1, 0, 0, 137, 3>>)", "tls-on-plaintext"),
        ("DBG Websocket response: \"HTTP/1.1 502 Bad Gateway\\r\\n\\r\\n\"", "server-fault"),
        ("backend tried to switch protocol \"\" when \"websocket\" was requested", "proxy-strips-upgrade"),
        ("can't switch protocols using non-Hijacker ResponseWriter type *gzip.responseWriter", "server-fault"),
        ("assert get_header('Upgrade').lower() == 'websocket'", "proxy-strips-upgrade"),
        ("IllegalArgumentException: Expected URL scheme 'http' or 'https' but was 'ws'", "http-client-code"),
        ("Readiness probe failed: HTTP probe failed with statuscode: 426", "health-check"),
        ("java.net.SocketTimeoutException: timeout", "timeout-or-slow"),
        ("ws4py.exc.HandshakeError: WebSocket key's length is invalid", "old-or-broken-ws-client"),
        ("ws4py.exc.HandshakeError: Illegal value for header Sec-WebSocket-Version: 7", "old-or-broken-ws-client"),
        ("ws4py.exc.HandshakeError: Illegal value for header Connection: close", "proxy-strips-upgrade"),
        ("code 400, message Unsupported protocol version 8", "old-or-broken-ws-client"),
        ("WARNING: Missing/Invalid WebSocket headers", "old-or-broken-ws-client"),
        ("Only supported WebSocket protocol is RFC 6455.", "old-or-broken-ws-client"),
        ("Client didn't ask for a connection upgrade", "proxy-strips-upgrade"),
        ("Missing or incorrect upgrade header", "proxy-strips-upgrade"),
        ("No WebSocket UPGRADE hdr: None", "proxy-strips-upgrade"),
        ('failed to new websocket: bad "upgrade" request header: nil', "proxy-strips-upgrade"),
        ("Handshake failed due to invalid Connection header [keep-alive]", "proxy-strips-upgrade"),
        ("HTTP/1.1 426 Upgrade header MUST be provided", "proxy-strips-upgrade"),
        ("[WS-Server][0][handleHeader] no Websocket connection close.", "proxy-strips-upgrade"),
        ("[WS-Client][handleHeader] no Websocket connection close.", "proxy-strips-upgrade"),
        ("Error in connect: The WebSocket handshake was declined by the remote peer", "proxy-strips-upgrade"),
        ("Bad server protocol in headers", "proxy-strips-upgrade"),
        ("engine bad request: unexpected transport without upgrade", "proxy-strips-upgrade"),
        ("expected handshake response status code 101 but got 200", "proxy-strips-upgrade"),
        ("expected handshake response status code 101 but got 401", "auth-rejected"),
        ("UpgradeRejectedException: WebSocket upgrade failure: 401 (Unauthorized)", "auth-rejected"),
        ("Socket closed with event 4401: Unauthorized", "auth-rejected"),
        ("[ActionCable] Disconnecting. Reason: unauthorized", "auth-rejected"),
        ("Protocol was not set in the opening handshake.", "subprotocol-mismatch"),
        ("Error: Server did not respond with a requested protocol.", "subprotocol-mismatch"),
        ("handler exception: Invalid protocol selected", "subprotocol-mismatch"),
        ("ocpp: Client hasn't requested any Subprotocol. Closing Connection", "subprotocol-mismatch"),
        ("Unable to find a route matching the specified path and protocol.", "server-fault"),
        ("The 'Connection' header value 'close' is invalid.", "server-fault"),
        ("WSServerHandshakeError: 101, message='Invalid upgrade header', url='ws://a/ws'", "server-fault"),
        ("engineio.exceptions.ConnectionError: no OPEN packet", "wrong-realtime-protocol"),
        ("WARNING - Invalid transport (further occurrences of this error will be logged with level INFO)",
         "wrong-realtime-protocol"),
        ("Connection not established in 5000ms, closing socket", "timeout-or-slow"),
        ("Client parser ERROR, state=31, i=1: proto='\"SH-2.0-libssh2_1.7.0\\r\"...'", "other-protocol"),
        ('closing AMQP connection {bad_header,<<"SSH-2.0-">>}', "other-protocol"),
        ("Sec-WebSocket-Key not found.<br>This is a WebSocket service and can not be accessed via HTTP.",
         "proxy-strips-upgrade"),
    ],
)  # fmt: skip
def test_words_tell_the_class(log: str, cls: str) -> None:
    assert diagnose(log=log).findings[0].cls == cls


@pytest.mark.parametrize(
    ("name", "text", "cls"),
    [
        ("_redirects", "/ws/*  https://api.example.com/ws/:splat  200\n", "proxy-strips-upgrade"),
        ("api.tf", 'resource "aws_apigatewayv2_api" "x" {\n  protocol_type = "HTTP"\n}\n', "proxy-strips-upgrade"),
        ("vhost.conf", "ProxyPass /ws h2c://127.0.0.1:8080/ws\n", "http2-to-ws"),
        ("appsettings.json", '{"Kestrel":{"EndpointDefaults":{"Protocols":"Http2"}}}\n', "http2-to-ws"),
        ("task.json", '{"healthCheck":{"command":["CMD-SHELL","curl -f http://localhost:8080/"]}}\n', "health-check"),
        ("client.py", "client = httpx.Client(http2=True, http1=False)\n", "http2-to-ws"),
    ],
)
def test_lines_of_files_tell_the_class(name: str, text: str, cls: str) -> None:
    assert diagnose(files=(SourceFile(name, text),)).findings[0].cls == cls


def test_what_was_logged_counts_more_than_what_is_written() -> None:
    site = SourceFile("site.conf", "location / { proxy_pass http://app; }\n")
    said = diagnose(files=(site,), log="request origin not allowed by Upgrader.CheckOrigin\n")
    assert [finding.cls for finding in said.findings] == ["origin-rejected"]


def test_a_setting_in_play_tells_what_403_means() -> None:
    setting = SourceFile("prod.exs", "check_origin: true\n")
    log = "WebSocket connection to 'wss://a.example/ws' failed: Unexpected response code: 403\n"
    assert diagnose(files=(setting,), log=log).findings[0].cls == "origin-rejected"
    assert diagnose(files=(setting,), log="Handshake status 403 Forbidden\n").findings[0].cls == "origin-rejected"
