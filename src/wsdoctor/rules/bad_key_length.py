"""A client sends a key that is not sixteen bytes in base64."""

from __future__ import annotations

import base64
import binascii

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule, request
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._pages import rfc6455


def match(headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if "key-16-bytes" not in handshake or "key-present" in handshake or "key-single" in handshake:
        return None
    key = (headers.get("sec-websocket-key") or "").strip()
    try:
        size = f"it decodes to {len(base64.b64decode(key.encode('latin-1'), validate=True))} bytes"
    except (binascii.Error, ValueError):
        size = "it is no base64"
    return f"Sec-WebSocket-Key is “{key[:40]}”, {len(key)} characters; {size} instead of 16."


RULE = Rule(
    id="bad-key-length",
    title="The client's Sec-WebSocket-Key is not sixteen bytes in base64",
    cls="old-or-broken-ws-client",
    level="error",
    confidence=0.95,
    match=match,
    why="The key must be 16 random bytes, which base64 writes as 24 characters that end with ==. Some clients "
    "send readable text, bytes that "
    "were not encoded, a key of another length or an empty one. Strict servers refuse that, lenient ones do "
    "not, so such a "
    "client works with some servers alone.",
    remedy=Remedy(
        "Update the client, or make the key of 16 random bytes.",
        {
            "Python": "base64.b64encode(os.urandom(16))",
            "JavaScript": 'crypto.randomBytes(16).toString("base64")',
            "C": "16 bytes of a random generator, then base64 with padding",
        },
    ),
    references=(rfc6455("4.1"),),
    cases=(
        Case(
            "twelve bytes of text",
            request(
                "GET /chat HTTP/1.1",
                "Host: ws.example.com",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: aGVsbG8gd29ybGQh",
                "Sec-WebSocket-Version: 13",
            ),
        ),
        Case(
            "not encoded at all",
            request(
                "GET /chat HTTP/1.1",
                "Host: ws.example.com",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: my secret key!!!",
                "Sec-WebSocket-Version: 13",
            ),
        ),
    ),
    near_misses=(
        Case(
            "the key of the standard's example",
            request(
                "GET /chat HTTP/1.1",
                "Host: a",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13",
            ),
            {"status": 400},
        ),
        Case("a random key", good_handshake(), {"outcome": "upgraded"}),
    ),
)
