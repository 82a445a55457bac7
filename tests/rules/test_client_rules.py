"""Cross-checks of the rules on browsers, callers by HTTP, broken clients, refusals and server faults."""

from __future__ import annotations

from random import Random

import pytest

from wsdoctor.diagnosis import knowledge_base
from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Sender, request
from wsdoctor.rules import load_rules
from wsdoctor.rules._examples import CHROME, FIREFOX, good_handshake
from wsdoctor.wire.attempt import evidence

HTML = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NAVIGATION = (CHROME, HTML, "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
SCRIPT = (CHROME, "Accept: */*", "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty")


def rules(first_bytes: bytes | None = None, **facts: object) -> list[str]:
    return [finding.rule for finding in knowledge_base().diagnose(evidence(first_bytes, **facts)).findings]


def first_class(first_bytes: bytes | None = None, **facts: object) -> str | None:
    primary = knowledge_base().diagnose(evidence(first_bytes, **facts)).primary
    return primary.cls if primary is not None else None


@pytest.mark.parametrize(
    "added",
    [
        (),
        ("Connection: close",),
        ("Connection: upgrade",),
        ("Connection: Upgrade", "Upgrade: websocket"),
        ("Connection: keep-alive", "Upgrade: "),
        ("Via: 1.1 Caddy", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https"),
        ("X-Forwarded-Host: a", "X-Forwarded-Server: b", "Connection: Keep-Alive"),
    ],
)
@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
def test_a_page_is_a_page_through_every_proxy(added: tuple[str, ...], version: str) -> None:
    assert rules(request(f"GET /ws {version}", "Host: a.example", *NAVIGATION, *added)) == ["browser-opened-port"]


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/favicon.ico", "favicon-request"),
        ("/apple-touch-icon-120x120.png", "favicon-request"),
        ("/site.webmanifest", "web-app-manifest-request"),
        ("/static/main.4a1f.js.map", "source-map-request"),
        ("/.well-known/appspecific/com.chrome.devtools.json", "devtools-workspace-request"),
        ("/socket.io/?EIO=4&transport=polling&t=abc", "socketio-client"),
        ("/ws/info", "sockjs-client"),
        ("/cometd/handshake", "long-polling-client"),
        ("/socket/longpoll?vsn=2.0.0", "long-polling-client"),
        ("/chat?transport=long-polling", "long-polling-client"),
        ("/_next/webpack-hmr", "dev-server-socket"),
        ("/graphql?query={a}", "graphql-over-http"),
        ("/api/rooms", "page-fetches-websocket-port"),
    ],
)
def test_what_a_page_fetches_is_told_by_its_address(path: str, rule: str) -> None:
    assert rules(request(f"GET {path} HTTP/1.1", "Host: localhost:8080", *SCRIPT)) == [rule]


@pytest.mark.parametrize(
    ("host", "fields", "facts", "rule"),
    [
        ("x-8080.app.github.dev", (), {}, "preview-pane-opened-port"),
        ("8080-me-repo.ws-eu1.gitpod.io", (), {}, "preview-pane-opened-port"),
        ("localhost:8080", ("Referer: https://stackblitz.com/edit/x",), {}, "preview-pane-opened-port"),
        ("localhost:8080", (), {"platform": "codespaces-browser"}, "preview-pane-opened-port"),
        ("localhost:8080", (), {"platform": "kubernetes"}, "page-frames-port"),
        ("localhost:8080", ("Purpose: prefetch",), {}, "browser-prefetch"),
    ],
)
def test_frames_and_panes(host: str, fields: tuple[str, ...], facts: dict[str, str], rule: str) -> None:
    frame = (CHROME, HTML, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe")
    assert rules(request("GET / HTTP/1.1", f"Host: {host}", *frame, *fields), **facts) == [rule]


@pytest.mark.parametrize(
    "fields",
    [
        ("Sec-WebSocket-Protocol: graphql-transport-ws",),
        ("Origin: https://app.example.com", CHROME),
        ("Origin: http://192.168.1.4:3000", FIREFOX),
        ("Authorization: Bearer x", "User-Agent: Python/3.12 websockets/15.0"),
        ("Cookie: session=1", "Sec-WebSocket-Extensions: permessage-deflate"),
        ("Origin: null",),
        ("X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https", "Via: 1.1 Caddy"),
    ],
)
@pytest.mark.parametrize(
    "path", ["/", "/ws", "/socket.io/?EIO=4&transport=websocket", "/chat?token=abc", "/favicon.ico"]
)
@pytest.mark.parametrize("facts", [{}, {"outcome": "upgraded"}, {"status": 101}, {"log": "connection open\n"}])
def test_a_good_handshake_is_never_accused(fields: tuple[str, ...], path: str, facts: dict[str, object]) -> None:
    assert rules(good_handshake(path, *fields), **facts) == []


def test_good_handshakes_in_any_order_and_spelling_are_never_accused() -> None:
    random = Random(6455)
    extra = [CHROME, "Pragma: no-cache", "Cache-Control: no-cache", "Accept-Encoding: gzip", "Origin: https://a.example",
             "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits", "Sec-WebSocket-Protocol: chat",
             "Accept: */*", "Cookie: a=b", "X-Real-IP: 192.0.2.1",
             "Sec-Fetch-Mode: websocket", "Sec-Fetch-Dest: empty"]  # fmt: skip
    for _ in range(300):
        connection = random.choice(
            ["Upgrade", "upgrade", "keep-alive, Upgrade", "Keep-Alive, upgrade", "close, upgrade"]
        )
        upgrade = random.choice(["websocket", "WebSocket", "Websocket"])
        lines = [f"Connection: {connection}", f"Upgrade: {upgrade}", *GOOD_HANDSHAKE[2:], "Host: a.example"]
        lines += random.sample(extra, random.randrange(len(extra)))
        random.shuffle(lines)
        if random.random() < 0.3:
            lines = [f"{name.lower()}:{value}" for name, _, value in (line.partition(":") for line in lines)]
        assert rules(request("GET /ws HTTP/1.1", *lines), outcome=random.choice([None, "upgraded"])) == []


@pytest.mark.parametrize(
    ("log", "cls"),
    [
        ("Error: WebSocket was closed: Unexpected server response: 401\n", "auth-rejected"),
        ("websockets.exceptions.InvalidStatus: server rejected WebSocket connection: HTTP 404\n", "server-fault"),
        (
            "websocket._exceptions.WebSocketBadStatusException: Handshake status 500 Internal Server Error\n",
            "server-fault",
        ),
        ("HTTP Authentication failed; no valid credentials available\n", "auth-rejected"),
        ("Refusing websocket connection from Origin 'https://b.example'\n", "origin-rejected"),
        ("refuse to serve WS client from different origin due to the --check-origin option\n", "origin-rejected"),
        ("autobahn: WebSocket connection denied: origin 'https://b.example' not allowed\n", "origin-rejected"),
        ("https://b.example is not an accepted origin. (further occurrences)\n", "origin-rejected"),
        ("Handshake error: unsupported subprotocol\n", "subprotocol-mismatch"),
        ("Client must support 'binary' or 'base64' protocol\n", "subprotocol-mismatch"),
        (
            "websocket: not a websocket handshake: 'Sec-WebSocket-Key' header is missing or blank\n",
            "old-or-broken-ws-client",
        ),
        ("Missing, duplicated or incorrect header sec-websocket-version\n", "old-or-broken-ws-client"),
        ("It seems you are trying to reach a Socket.IO server in v2.x with a v3.x client\n", "wrong-realtime-protocol"),
        ("405 POST /messages (127.0.0.1) 0.55ms\n", "http-client-code"),
        ("404 GET /favicon.ico (127.0.0.1) 0.55ms\n", "browser-subresource"),
        ("Not Found: /favicon.ico\n", "browser-subresource"),
        ("RuntimeError: You need to use a gevent-websocket server\n", "server-fault"),
        ("AssertionError: write() before start_response\n", "server-fault"),
        ("INFO:websockets.server:connection closed\n", "unknown"),
        ("INFO:websockets.server:connection failed (400 Bad Request)\n", "unknown"),
        ("INFO:websockets.server:connection rejected (426 Upgrade Required)\n", "unknown"),
        ("INFO:websockets.server:connection open\nINFO:websockets.server:connection closed\n", None),
        ('192.0.2.1 - - [x] "GET /ws HTTP/1.1" 101 0 "-" "curl/8.5.0"\n', None),
    ],
)
def test_logs_of_many_servers_are_understood(log: str, cls: str | None) -> None:
    assert first_class(log=log) == cls


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"status": 400}, "server-rejects-good-handshake"),
        ({"status": 200}, "server-rejects-good-handshake"),
        ({"status": 401}, "credentials-missing"),
        ({"status": 403}, "handshake-forbidden"),
        ({"status": 404}, "no-websocket-route"),
        ({"status": 414}, "handshake-too-large"),
        ({"status": 431}, "handshake-too-large"),
        ({"status": 500}, "server-crashes-on-handshake"),
        ({"log": '"GET /ws HTTP/1.1" 404 -\n'}, "no-websocket-route"),
        ({"log": "HTTP/1.1 401 Unauthorized\n"}, "credentials-missing"),
        ({"log": '"GET /ws HTTP/1.1" 200 4321\n'}, "server-rejects-good-handshake"),
        ({"log": "jwt expired\n", "status": 401}, "token-refused"),
        ({"log": "no subprotocols supported\n", "status": 400}, "subprotocol-refused"),
    ],
)
def test_a_refused_good_handshake_gets_the_cause_that_is_known(facts: dict[str, object], rule: str) -> None:
    assert rules(good_handshake("/ws"), **facts) == [rule]


def test_a_page_behind_a_proxy_that_replaces_host() -> None:
    for host in ("10.0.0.4:8080", "backend", "chat.svc.cluster.local", "[::1]:8080"):
        assert rules(good_handshake("/ws", "Origin: https://app.example.com", host=host), status=403) == [
            "origin-differs-from-host"
        ]
    assert rules(good_handshake("/ws", "Origin: http://localhost:3000", host="localhost:8080"), status=403) == [
        "origin-rejected"
    ]
    assert rules(
        good_handshake("/ws", "Origin: https://app.example.com", host="backend"), log="invalid Origin: rejected\n"
    ) == ["origin-differs-from-host"]


def test_the_gateway_is_suspected_where_one_is_known() -> None:
    log = "WebSocket connection to 'wss://a/' failed: Error during WebSocket handshake: Unexpected response code: 403\n"
    assert first_class(log=log) == "origin-rejected"
    assert first_class(log=log, platform="azure-app-gateway") == "auth-rejected"


def test_code_that_is_known_tells_the_library() -> None:
    file = SourceFile("client.js", "const socket = new SockJS('/ws');")
    assert rules(log="handshake failed\n", files=(file,)) == ["realtime-library-in-log"]
    assert rules(log="all is well\n", files=(file,)) == ["unexplained-log"]
    other = SourceFile("client.js", "const socket = new WebSocket('/ws');")
    assert rules(log="handshake failed\n", files=(other,)) == ["unexplained-log"]


def test_a_header_set_by_hand_is_named() -> None:
    file = SourceFile("client.js", "headers: { 'Sec-WebSocket-Key': key }")
    diagnosis = knowledge_base().diagnose(evidence(log="Error: Invalid Sec-WebSocket-Accept header\n", files=(file,)))
    assert diagnosis.primary is not None
    assert "client.js" in diagnosis.primary.reason


@pytest.mark.parametrize(
    ("first_bytes", "facts", "expected"),
    [
        (good_handshake("/chat#room"), {}, []),
        (good_handshake("/caf\xe9"), {}, []),
        (good_handshake("/chat").replace(b"Host: ", b"Host:\t"), {}, []),
        (good_handshake("/chat").replace(b"\r\n", b"\n"), {}, []),
        (good_handshake("/ws", "Origin: https://app.example.com", host="backend"), {"status": 400},
         ["server-rejects-good-handshake"]),
        (request("GET /__parcel_hmr HTTP/1.1", "Host: a", *SCRIPT), {}, ["dev-server-socket"]),
        (request("GET /a.js.map HTTP/1.1", "Host: a", "Sec-WebSocket-Key: x"), {"log": "failed"}, None),
        (request("GET / HTTP/1.1", "Host: a", CHROME, "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: iframe"), {}, None),
        (request("GET / HTTP/1.1", "Host: a", *GOOD_HANDSHAKE[:3], "Sec-WebSocket-Draft: 2"), {}, None),
        (request("GET / HTTP/1.0", "Host: a"), {"log": "Unsupported upgrade request.\n"}, None),
        (
            request("OPTIONS / HTTP/1.1", "Host: a", "Origin: http://b", "Access-Control-Request-Method: GET",
                    "Sec-WebSocket-Version: 13"),
            {},
            ["cors-preflight"],
        ),
    ],
)  # fmt: skip
def test_edges(first_bytes: bytes, facts: dict[str, object], expected: list[str] | None) -> None:
    found = rules(first_bytes, **facts)
    assert found == expected if expected is not None else found


def test_a_preview_pane_that_names_itself() -> None:
    pane = Sender("pane", "the pane of an editor", "preview", None, "https://editor.example")
    headers = Headers([("Sec-Fetch-Mode", "navigate")])
    reason = load_rules()["preview-pane-opened-port"].match("GET", "/", headers, ("key-present",), "", sender=pane)
    assert reason is not None
    assert "the pane of an editor" in reason


def test_secrets_do_not_reach_a_reason() -> None:
    for first_bytes, facts in (
        (good_handshake("/ws?token=s3cr3t"), {"status": 404}),
        (request("GET /api?access_token=s3cr3t HTTP/1.1", "Host: a", *SCRIPT), {}),
        (None, {"log": '"POST /x?token=s3cr3t HTTP/1.1" 405 9\n'}),
        (None, {"log": "handshake failed for wss://user:s3cr3t@a/ws?token=s3cr3t\n"}),
    ):
        for finding in knowledge_base().diagnose(evidence(first_bytes, **facts)).findings:
            assert "s3cr3t" not in finding.reason


def test_unknown_names_the_fact_that_would_settle_it() -> None:
    strange = request("GET /x HTTP/1.1", "Host: a", "X-Thing: 1")
    for facts in ({}, {"peer": "192.0.2.1"}, {"peer": "192.0.2.1", "period": 10.0}):
        finding = knowledge_base().diagnose(evidence(strange, **facts)).primary
        assert finding is not None
        assert finding.cls == "unknown"
    assert "answered 400" in knowledge_base().diagnose(evidence(status=400)).findings[0].reason
    assert "PUT" in knowledge_base().diagnose(evidence(method="PUT")).findings[0].reason
    assert rules(status=101) == []
    assert rules(outcome="upgraded") == []
