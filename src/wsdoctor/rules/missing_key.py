"""A client sends no key."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule, request
from wsdoctor.rules._declared import without_key
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._pages import rfc6455
from wsdoctor.rules._plain import is_by_hand

_BARE = frozenset(("host", "upgrade", "connection", "origin", "pragma", "cache-control", "cookie"))
"""Who sends no more than these wrote the request by hand: every library and browser says more of itself."""


def match(headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if "key-present" not in handshake or "upgrade-websocket" in handshake or "connection-upgrade" in handshake:
        return None
    meant = headers.has_any("sec-websocket-version", "sec-websocket-protocol", "sec-websocket-extensions")
    if not (meant or _BARE.issuperset(headers.order)) or not is_by_hand(headers):
        return None
    return "The request asks for a WebSocket, but has no Sec-WebSocket-Key."


RULE = Rule(
    id="missing-key",
    title="The client sends no Sec-WebSocket-Key",
    cls="old-or-broken-ws-client",
    level="error",
    confidence=0.85,
    match=match,
    declared=without_key,
    why="A client sends a random key, and the server answers with a value computed from it; so both know that "
    "the other speaks WebSocket. "
    "Without a key no server may accept. Handshakes written by hand, for a test or on a small device, often lack it.",
    remedy=Remedy(
        "Let a WebSocket library make the handshake, or send 16 random bytes in base64 as Sec-WebSocket-Key.",
        {
            "curl": 'curl --http1.1 -H "Connection: Upgrade" -H "Upgrade: websocket" -H '
            '"Sec-WebSocket-Version: 13" -H "Sec-WebSocket-Key: $(openssl rand -base64 16)" http://host:8080/'
        },
    ),
    references=(rfc6455("4.1"), rfc6455("4.2.1")),
    cases=(
        Case(
            "written by hand",
            request(
                "GET /chat HTTP/1.1",
                "Host: ws.example.com",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
            ),
        ),
        Case(
            "nothing but the upgrade", request("GET / HTTP/1.1", "Host: a", "Upgrade: websocket", "Connection: Upgrade")
        ),
    ),
    near_misses=(
        Case(
            "an empty list of extensions, with a key",
            good_handshake("/chat", "Sec-WebSocket-Extensions: "),
            {"status": 400},
        ),
        Case(
            "plain HTTP through a proxy that adds the upgrade",
            request(
                "GET /chat HTTP/1.1",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Host: a",
                "User-Agent: Go-http-client/1.1",
            ),
        ),
    ),
)
