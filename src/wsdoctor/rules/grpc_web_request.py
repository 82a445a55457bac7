"""A gRPC-Web or Connect client calls the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._examples import CHROME
from wsdoctor.rules._plain import is_plain, line_of

_TYPES = ("application/grpc", "application/connect+")


def match(method: str, target: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not handshake or method != "POST" or not is_plain(headers):
        return None
    content = (headers.get("content-type") or "").lower()
    if not content.startswith(_TYPES) and not headers.has_any("x-grpc-web", "connect-protocol-version"):
        return None
    return f"{line_of(method, target)} carries {content[:40] or 'a field of gRPC'}: a remote procedure call."


RULE = Rule(
    id="grpc-web-request",
    title="A gRPC-Web or Connect client calls the WebSocket port",
    cls="wrong-realtime-protocol",
    level="error",
    confidence=0.93,
    match=match,
    why="gRPC-Web and Connect carry procedure calls and streams over plain HTTP. They have nothing to do with "
    "WebSockets, so this port "
    "can only refuse them.",
    remedy=Remedy(
        "Give the client the address of the gRPC-Web proxy or Connect server, or send its paths there in the proxy."
    ),
    references=(
        Reference("gRPC-Web protocol", "https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md"),
        Reference("Connect protocol", "https://connectrpc.com/docs/protocol/"),
    ),
    cases=(
        Case(
            "gRPC-Web in a page",
            request(
                "POST /chat.v1.Chat/Listen HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Content-Type: application/grpc-web+proto",
                "X-Grpc-Web: 1",
                "Content-Length: 5",
                "Origin: http://localhost:5000",
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: empty",
            )
            + b"\x00\x00\x00\x00\x00",
        ),
    ),
    near_misses=(
        Case(
            "POST of JSON",
            request("POST /chat HTTP/1.1", "Host: a", "Content-Type: application/json", "Content-Length: 2") + b"{}",
        ),
    ),
    supersedes=("api-call", "page-fetches-websocket-port", "node-fetch-request", "http-library-request"),
)
