"""A client does not say which version it speaks."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Remedy, Rule, request
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._pages import rfc6455


def match(handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if "version-present" not in handshake:
        return None
    if {"key-present", "upgrade-websocket", "connection-upgrade"} & set(handshake):
        return None
    return "The request has key, Upgrade and Connection, but no Sec-WebSocket-Version."


RULE = Rule(
    id="missing-version",
    title="The client does not send Sec-WebSocket-Version",
    cls="old-or-broken-ws-client",
    level="error",
    confidence=0.9,
    match=match,
    why="A handshake must say the version of the protocol, which is 13. Clients of the drafts of 2011 and "
    "handshakes written by hand leave "
    "it out. Some servers assume 13, strict ones refuse.",
    remedy=Remedy("Update the client, or let it send Sec-WebSocket-Version: 13."),
    references=(rfc6455("4.1"),),
    cases=(
        Case(
            "written by hand",
            request(
                "GET /chat HTTP/1.1",
                "Host: ws.example.com",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
            ),
        ),
    ),
    near_misses=(Case("complete", good_handshake(), {"status": 400}),),
)
