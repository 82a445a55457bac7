"""A handshake carries more than one key."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule, request
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._pages import rfc6455


def match(headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if "key-single" not in handshake or "key-present" in handshake:
        return None
    return f"Sec-WebSocket-Key was sent {len(headers.all('sec-websocket-key'))} times."


RULE = Rule(
    id="duplicate-key",
    title="The handshake carries more than one Sec-WebSocket-Key",
    cls="old-or-broken-ws-client",
    level="error",
    confidence=0.93,
    match=match,
    why="The key must occur once, for the server's answer is computed from it. Two keys come from code that "
    "adds handshake fields "
    "to those of its library, or from a relay that adds its own to those of the client.",
    remedy=Remedy(
        "Leave Connection, Upgrade and all Sec-WebSocket fields to the library; remove them from the list of "
        "extra headers."
    ),
    references=(rfc6455("11.3.1"),),
    cases=(
        Case(
            "one by the library, one by the code",
            request(
                "GET /chat HTTP/1.1",
                "Host: ws.example.com",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ),
        ),
    ),
    near_misses=(Case("one key", good_handshake(), {"status": 400}),),
)
