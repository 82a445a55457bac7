"""Somebody tried the WebSocket port with a command-line HTTP tool."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._declared import SHELLS, calls
from wsdoctor.rules._plain import is_plain, line_of


def match(method: str, target: str, headers: Headers, handshake: tuple[str, ...], sender: Sender) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not handshake or sender.kind != "command-line" or not is_plain(headers) or "upgrade" in headers:
        return None
    return f"{line_of(method, target)} was sent by {sender.name}, and asks for no WebSocket."


RULE = Rule(
    id="command-line-request",
    title="Somebody tried the WebSocket port with a command-line HTTP tool",
    cls="http-client-code",
    level="note",
    confidence=0.72,
    match=match,
    declared=calls({"client-code"}, SHELLS),
    why="curl, wget and their like ask by plain HTTP, and a WebSocket server refuses that, although it is "
    "well. Either a "
    "person tried the port by hand, or a script does so: a deployment step, a cron job or a check.",
    remedy=Remedy(
        "Try a WebSocket with a WebSocket tool; let scripts and checks open a WebSocket or a TCP connection.",
        {
            "websockets": "websockets ws://localhost:8080/",
            "websocat": "websocat ws://localhost:8080/",
            "curl": "curl --http1.1 ws://localhost:8080/ (8.11 and later), which makes a real handshake",
        },
    ),
    references=(
        Reference("curl: WebSocket", "https://curl.se/docs/websocket.html"),
        Reference(
            "websockets: command-line client", "https://websockets.readthedocs.io/en/stable/reference/index.html"
        ),
    ),
    cases=(
        Case(
            "curl",
            request("GET / HTTP/1.1", "Host: ws.example.com:8080", "User-Agent: curl/8.5.0", "Accept: */*"),
            {"peer": "203.0.113.9"},
        ),
    ),
    near_misses=(
        Case(
            "a handshake by curl",
            request(
                "GET /ws HTTP/1.1",
                "Host: ws.example.com",
                "User-Agent: curl/8.12.0",
                "Accept: */*",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
            ),
        ),
    ),
)
