"""A log says that the key or the version of a handshake is missing or wrong."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Remedy, Rule, request
from wsdoctor.rules._log_text import says
from wsdoctor.rules._pages import rfc6455


def match(log: str, handshake: tuple[str, ...] | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake is not None:
        return None
    line = says(log, "key", "version")
    return f"The server says “{line}”." if line is not None else None


RULE = Rule(
    id="handshake-field-in-log",
    title="The server says that the key or the version of the handshake is missing or wrong",
    cls="old-or-broken-ws-client",
    level="error",
    confidence=0.65,
    match=match,
    why="The request asked for a WebSocket, but its Sec-WebSocket-Key or Sec-WebSocket-Version was missing or "
    "wrong. That is a client of an "
    "old draft, or a handshake written by hand; or a plain HTTP request to which a proxy adds Upgrade and "
    "Connection.",
    remedy=Remedy(
        "Update the client; if a proxy sets Upgrade for every request, let it do so only for those that asked for it.",
        {"nginx": "map $http_upgrade $connection_upgrade { default upgrade; '' close; }"},
    ),
    references=(rfc6455("4.2.1"),),
    cases=(
        Case(
            "websockets, key", None, {"log": "websockets.exceptions.InvalidHeader: missing Sec-WebSocket-Key header\n"}
        ),
        Case(
            "gorilla, version",
            None,
            {"log": "websocket: unsupported version: 13 not found in 'Sec-Websocket-Version' header\n"},
        ),
        Case(
            "a server in Python that looks for the key and finds none",
            None,
            {"log": "KeyError: 'HTTP_SEC_WEBSOCKET_KEY'\n"},
        ),
        Case("socket.io 0.9", None, {"log": "warn - websocket connection invalid: received no key\n"}),
    ),
    near_misses=(
        Case("the answer's field", None, {"log": "Error: Invalid Sec-WebSocket-Accept header\n"}),
        Case(
            "the request is known",
            request(
                "GET / HTTP/1.1", "Host: a", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"
            ),
            {"log": "missing Sec-WebSocket-Key header\n"},
        ),
    ),
)
