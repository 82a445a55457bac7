"""A handshake comes from a page without an origin."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import CAUSES, refusal, says
from wsdoctor.rules._pages import rfc6455

_OTHERS = tuple(each for each in CAUSES if each != "origin")


def match(
    headers: Headers,
    handshake: tuple[str, ...],
    origin: str,
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or origin.lower() != "null" or status not in {None, 400, 403} or says(log, *_OTHERS) is not None:
        return None
    if status != 403 and says(log, "origin") is None and (headers.get("connection") or "").strip() != "Upgrade":
        return None
    refused = refusal(outcome, status, log)
    return f"Origin is null, and {refused}." if refused is not None else None


RULE = Rule(
    id="opaque-origin",
    title="The handshake comes from a page without an origin (Origin: null)",
    cls="origin-rejected",
    level="warning",
    confidence=0.85,
    match=match,
    why="Pages opened from a file, frames with the sandbox attribute and data: addresses have no origin, and "
    "browsers then send Origin: null. "
    "Servers that check the Origin refuse it, and should: any stranger can make such a page.",
    remedy=Remedy(
        "Serve the page from an HTTP server instead of opening the file, or add allow-same-origin to the "
        "frame's sandbox.",
        {"Python": "python -m http.server 5000, then open http://localhost:5000/"},
    ),
    references=(
        rfc6455("10.2"),
        Reference("MDN: Origin", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Origin"),
    ),
    cases=(Case("a page opened from a file", good_handshake("/ws", "Origin: null"), {"status": 403}),),
    near_misses=(
        Case(
            "Firefox, refused by a server that does not speak of the Origin, but may look for “Upgrade” alone",
            request(
                "GET /ws HTTP/1.1",
                "Host: localhost:8080",
                "Origin: null",
                "Connection: keep-alive, Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
            ),
            {"log": "handshake rejected\n"},
        ),
        Case("accepted", good_handshake("/ws", "Origin: null"), {"outcome": "upgraded"}),
        Case("a page", good_handshake("/ws", "Origin: https://app.example.com"), {"status": 403}),
    ),
    supersedes=(
        "origin-rejected",
        "server-rejects-good-handshake",
        "connection-compared-literally",
        "upgrade-compared-literally",
    ),
)
