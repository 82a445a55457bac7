"""A Socket.IO client talks to a server that does not speak Socket.IO."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._declared import calls
from wsdoctor.rules._examples import CHROME, good_handshake
from wsdoctor.rules._log_text import refusal
from wsdoctor.rules._plain import is_plain, line_of
from wsdoctor.rules._realtime import library_of


def match(
    method: str,
    target: str,
    headers: Headers,
    handshake: tuple[str, ...],
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if method == "OPTIONS" or library_of(target) not in {"Socket.IO", "Engine.IO"}:
        return None
    if not handshake:
        refused = refusal(outcome, status, log)
        if refused is None:
            return None
        return f"{line_of(method, target)} is Socket.IO's own address, and {refused}."
    return f"{line_of(method, target)} is how Socket.IO begins, by plain HTTP." if is_plain(headers) else None


RULE = Rule(
    id="socketio-client",
    title="A Socket.IO client talks to a server that speaks plain WebSocket",
    cls="wrong-realtime-protocol",
    level="error",
    confidence=0.93,
    match=match,
    declared=calls({"realtime-client"}, protocols={"socket.io"}),
    why="Socket.IO is a protocol of its own, with long polling by HTTP first and its own messages later. A "
    "plain WebSocket server "
    "understands neither, just as a Socket.IO server does not understand plain WebSocket clients. Both sides "
    "must use the same.",
    remedy=Remedy(
        "Use new WebSocket(url) in the client, or run a Socket.IO server at this address.",
        {
            "Browser": 'const socket = new WebSocket("wss://host/path") instead of io("https://host").',
            "Python": "python-socketio serves Socket.IO clients; websockets serves plain ones.",
            "Proxy": "If a Socket.IO server runs elsewhere, send /socket.io/ to its port.",
        },
    ),
    references=(
        Reference("Socket.IO: what Socket.IO is not", "https://socket.io/docs/v4/#what-socketio-is-not"),
        Reference("Socket.IO: troubleshooting", "https://socket.io/docs/v4/troubleshooting-connection-issues/"),
        Reference("Engine.IO protocol", "https://socket.io/docs/v4/engine-io-protocol/"),
    ),
    cases=(
        Case(
            "polling by a page",
            request(
                "GET /socket.io/?EIO=4&transport=polling&t=Oxyz HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: */*",
                "Origin: http://localhost:5000",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: empty",
            ),
        ),
        Case(
            "polling by Node",
            request(
                "GET /socket.io/?EIO=3&transport=polling&b64=1 HTTP/1.1",
                "User-Agent: node-XMLHttpRequest",
                "Accept: */*",
                "Host: localhost:8080",
                "Connection: close",
            ),
        ),
        Case(
            "its WebSocket, rejected", good_handshake("/socket.io/?EIO=4&transport=websocket"), {"outcome": "rejected"}
        ),
    ),
    near_misses=(
        Case(
            "its WebSocket, accepted", good_handshake("/socket.io/?EIO=4&transport=websocket"), {"outcome": "upgraded"}
        ),
        Case("a plain WebSocket", good_handshake("/chat"), {"outcome": "rejected"}),
    ),
    supersedes=(
        "page-fetches-websocket-port",
        "node-fetch-request",
        "http-library-request",
        "command-line-request",
        "api-call",
        "browser-opened-port",
        "server-rejects-good-handshake",
        "no-websocket-route",
    ),
)
