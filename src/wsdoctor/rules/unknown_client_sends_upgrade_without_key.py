"""A client that nobody knows asks for an upgrade, without any field of a WebSocket client."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._intermediary import shown
from wsdoctor.rules._plain import is_by_hand
from wsdoctor.rules._remedies import RFC6455_REQUEST, RFC9110_UPGRADE

_OF_BROWSERS = ("mozilla/", "opera/")


def match(headers: Headers, handshake: tuple[str, ...], sender: Sender | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if "key-present" not in handshake or {"upgrade-websocket", "connection-upgrade"}.intersection(handshake):
        return None
    agent = headers.get("user-agent")
    if sender is not None or agent is None or agent.lower().startswith(_OF_BROWSERS) or not is_by_hand(headers):
        return None
    if headers.has_any("sec-websocket-version", "sec-websocket-protocol", "sec-websocket-extensions", "http2-settings"):
        return None
    return (
        f"{shown('User-Agent', headers)} sent {shown('Upgrade', headers)} and {shown('Connection', headers)}, but "
        "neither Sec-WebSocket-Key nor Sec-WebSocket-Version"
    )


RULE = Rule(
    id="unknown-client-sends-upgrade-without-key",
    title="A client asks for an upgrade to WebSocket, but sends no key and no version",
    cls="old-or-broken-ws-client",
    level="error",
    confidence=0.6,
    match=match,
    why="Upgrade and Connection alone make no opening handshake. HTTP libraries that offer a method for upgrades send "
    "just these two and leave the rest to whoever calls it; programs written after an example from memory stop there "
    "as well. No server may accept it.",
    remedy=Remedy(
        "Let a WebSocket library make the handshake, or add Sec-WebSocket-Key with 16 random bytes in base64 and "
        "Sec-WebSocket-Version: 13."
    ),
    references=(
        RFC6455_REQUEST,
        RFC9110_UPGRADE,
        Reference("RFC 6455 section 4.1: what a client must send", "https://www.rfc-editor.org/rfc/rfc6455.html#section-4.1"),
    ),
    cases=(
        Case(
            "an HTTP library's method for upgrades",
            request(
                "GET /feed HTTP/1.1", "host: 127.0.0.1:9001", "connection: Upgrade", "upgrade: websocket",
                "user-agent: courier-http/0.4", "accept: */*",
            ),
        ),
    ),
    near_misses=(
        Case(
            "a browser, which always sends a key",
            request(
                "GET / HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: websocket",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/129.0.0.0",
            ),
        ),
        Case(
            "through a proxy, which may have added the two fields",
            request(
                "GET / HTTP/1.1", "Host: a", "Connection: upgrade", "Upgrade: websocket", "User-Agent: courier/1",
                "X-Forwarded-For: 203.0.113.7",
            ),
        ),
        Case("a handshake", request("GET / HTTP/1.1", "Host: a", *GOOD_HANDSHAKE, "User-Agent: courier/1")),
        Case(
            "the version says what was meant",
            request(
                "GET / HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: websocket", "User-Agent: courier/1",
                "Sec-WebSocket-Version: 13",
            ),
        ),
    ),
)  # fmt: skip
