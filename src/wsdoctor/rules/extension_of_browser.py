"""A handshake comes from a browser's extension; whether it was refused was not observed."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._pages import rfc6455

_SCHEMES = ("chrome-extension://", "moz-extension://", "safari-web-extension://", "ms-browser-extension://")


def match(
    handshake: tuple[str, ...],
    origin: str,
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or outcome is not None or status is not None or log is not None:
        return None
    if not origin.lower().startswith(_SCHEMES):
        return None
    return f"Origin is {origin[:80]}; a server that checks it refuses that unless it is in its list."


RULE = Rule(
    id="extension-of-browser",
    title="The handshake comes from a browser's extension, whose Origin a server must know if it checks it",
    cls="origin-rejected",
    level="note",
    confidence=0.4,
    match=match,
    why="The handshake is right. Extensions have an origin of their own, which a server that compares Origin with the "
    "addresses of pages does not know. Whether this server checks it, and what it answered, was not observed.",
    remedy=Remedy(
        "If it was refused, add the exact origin to the list of the server.",
        {"Phoenix": 'check_origin: ["chrome-extension://ID"]'},
    ),
    references=(
        rfc6455("10.2"),
        Reference("RFC 6454: the web origin concept", "https://www.rfc-editor.org/rfc/rfc6454"),
    ),
    cases=(
        Case(
            "nothing is known of the answer",
            good_handshake("/ws", "Origin: chrome-extension://abcdefghijklmnop"),
        ),
    ),
    near_misses=(
        Case(
            "accepted",
            good_handshake("/ws", "Origin: chrome-extension://abcdefghijklmnop"),
            {"outcome": "upgraded"},
        ),
        Case(
            "refused, which is more than a note",
            good_handshake("/ws", "Origin: chrome-extension://abcdefghijklmnop"),
            {"status": 403},
        ),
        Case("a device", good_handshake("/", "Origin: file://")),
        Case("a page", good_handshake("/ws", "Origin: https://app.example.com")),
    ),
)
