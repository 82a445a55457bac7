"""A program calls the WebSocket port with an HTTP library."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._declared import LIBRARIES, calls
from wsdoctor.rules._pages import rfc6455
from wsdoctor.rules._plain import is_plain, line_of


def match(method: str, target: str, headers: Headers, handshake: tuple[str, ...], sender: Sender) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not handshake or sender.kind != "http-library" or not is_plain(headers):
        return None
    return f"{line_of(method, target)} was sent by {sender.name}, an HTTP library, and asks for no WebSocket."


RULE = Rule(
    id="http-library-request",
    title="A program calls the WebSocket port with an HTTP library",
    cls="http-client-code",
    level="warning",
    confidence=0.72,
    match=match,
    declared=calls({"client-code", "wait"}, LIBRARIES),
    why="Some program, your own or somebody's, sends plain HTTP requests to this port with a library for HTTP. "
    "Such a library "
    "cannot open a WebSocket, so each call fails. Common causes are an address with the wrong port and a script that "
    "waits until the server is up.",
    remedy=Remedy(
        "Find the program at the peer's address, and give it the HTTP server's address or a WebSocket library.",
        {
            "Python": "websockets.connect('ws://host:8080/') instead of requests.get('http://host:8080/').",
            "Go": 'github.com/coder/websocket: websocket.Dial(ctx, "ws://host:8080/", nil) instead of http.Get.',
            "Java": 'HttpClient.newWebSocketBuilder().buildAsync(URI.create("ws://host:8080/"), listener).',
        },
    ),
    references=(
        rfc6455("4.1"),
        Reference("websockets: client", "https://websockets.readthedocs.io/en/stable/howto/quickstart.html"),
    ),
    cases=(
        Case(
            "Requests",
            request(
                "GET /api/status HTTP/1.1",
                "Host: chat:8080",
                "User-Agent: python-requests/2.32.3",
                "Accept-Encoding: gzip, deflate",
                "Accept: */*",
                "Connection: keep-alive",
            ),
        ),
    ),
    near_misses=(
        Case(
            "a WebSocket library",
            request(
                "GET / HTTP/1.1",
                "Host: chat:8080",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-WebSocket-Version: 13",
                "User-Agent: Python/3.12 websockets/15.0",
            ),
        ),
    ),
)
