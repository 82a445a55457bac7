"""A handshake has no Host, or several."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule, request
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._pages import rfc6455, rfc9110


def match(headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if "host-present" not in handshake or "sec-websocket-key" not in headers or "upgrade-websocket" in handshake:
        return None
    return "The request asks for a WebSocket, but has no Host field."


RULE = Rule(
    id="missing-host",
    title="The client sends no Host",
    cls="old-or-broken-ws-client",
    level="error",
    confidence=0.9,
    match=match,
    why="Every request of HTTP/1.1 must name the host that it is meant for; servers and proxies choose by it. "
    "Handshakes written by hand on "
    "small devices or in tests forget it.",
    remedy=Remedy("Let the client send Host with the name and port of the address that it connects to."),
    references=(rfc6455("4.1"), rfc9110("7.2")),
    cases=(
        Case(
            "written by hand",
            request(
                "GET /chat HTTP/1.1",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-WebSocket-Version: 13",
            ),
        ),
    ),
    near_misses=(Case("with Host", good_handshake(), {"status": 400}),),
)
