"""A request target holds characters that no target may hold."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import refusal


def match(
    target: str,
    speaks: str,
    handshake: tuple[str, ...] | None = None,
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "http/1" or all("\x20" < char < "\x7f" for char in target) or not target.startswith("/"):
        return None
    if handshake == () and refusal(outcome, status, log) is None:
        return None
    bad = next(char for char in target if not "\x20" < char < "\x7f")
    return f"The target holds the byte 0x{ord(bad):02x} as it is, where only ASCII and percent-encoding are allowed."


RULE = Rule(
    id="non-ascii-target",
    title="The client sends characters in the target that must be percent-encoded",
    cls="old-or-broken-ws-client",
    level="error",
    confidence=0.85,
    match=match,
    why="The path and query of a request may hold ASCII characters alone; all others are percent-encoded. A "
    "name with an accent, "
    "an emoji or a blank that the client did not encode makes strict servers refuse the whole request as malformed.",
    remedy=Remedy(
        "Encode the path and the query before connecting.",
        {
            "JavaScript": "encodeURIComponent(name)",
            "Python": "urllib.parse.quote(name)",
            "curl": "write %F0%9F%91%BD instead of the character",
        },
    ),
    references=(Reference("RFC 3986 section 2", "https://www.rfc-editor.org/rfc/rfc3986#section-2"),),
    cases=(
        Case(
            "a name with an accent",
            b"GET /room/caf\xc3\xa9 HTTP/1.1\r\nHost: ws.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nSec-WebSocket-Version: 13\r\n\r\n",
            {"status": 400},
        ),
        Case(
            "by curl",
            b"GET /\xf0\x9f\x91\xbd HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n\r\n",
        ),
    ),
    near_misses=(
        Case("encoded", good_handshake("/room/caf%C3%A9"), {"status": 400}),
        Case("a plain request", request("GET /room HTTP/1.1", "Host: a", "User-Agent: curl/8.5.0")),
    ),
    supersedes=(
        "command-line-request",
        "http-library-request",
        "page-fetches-websocket-port",
        "server-rejects-good-handshake",
        "malformed-handshake",
        "connection-compared-literally",
        "upgrade-compared-literally",
    ),
)
