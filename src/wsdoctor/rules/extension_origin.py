"""A handshake comes from a browser extension or an app, not from a page."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import CAUSES, refusal, says, says_accepted
from wsdoctor.rules._pages import rfc6455

_SCHEMES = ("chrome-extension://", "moz-extension://", "safari-web-extension://", "ms-browser-extension://", "vscode-webview://",
            "app://", "capacitor://", "ionic://", "tauri://", "file://")  # fmt: skip
_OTHERS = tuple(each for each in CAUSES if each != "origin")


def match(
    handshake: tuple[str, ...],
    origin: str,
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or outcome == "upgraded" or status not in {None, 400, 403} or says_accepted(log):
        return None
    if not origin.lower().startswith(_SCHEMES) or says(log, *_OTHERS) is not None:
        return None
    refused = refusal(outcome, status, log)
    return f"Origin is {origin[:80]}, which is no web page; {refused}." if refused is not None else None


RULE = Rule(
    id="extension-origin",
    title="The handshake comes from a browser extension or an app, whose Origin servers do not expect",
    cls="origin-rejected",
    level="warning",
    confidence=0.7,
    match=match,
    why="Extensions, desktop apps and local files have origins of their own, such as chrome-extension://… or "
    "file://. Servers that compare "
    "Origin with a list of web addresses, or with Host, refuse them, although the handshake is right.",
    remedy=Remedy(
        "Add the exact origin to the list of the server; the id of an extension differs between its store and "
        "its development version.",
        {
            "Phoenix": 'check_origin: ["chrome-extension://ID"]',
            "Rails": "config.action_cable.allowed_request_origins = [/chrome-extension:\\/\\/.*/]",
            "websockets": 'serve(…, origins=["chrome-extension://ID"])',
        },
    ),
    references=(
        rfc6455("10.2"),
        Reference("RFC 6454: the web origin concept", "https://www.rfc-editor.org/rfc/rfc6454"),
    ),
    cases=(
        Case(
            "an extension, refused",
            good_handshake("/ws", "Origin: chrome-extension://abcdefghijklmnop"),
            {"status": 403},
        ),
        Case("a desktop app", good_handshake("/ws", "Origin: tauri://localhost"), {"outcome": "rejected"}),
    ),
    near_misses=(
        Case(
            "an extension, accepted",
            good_handshake("/ws", "Origin: chrome-extension://abcdefghijklmnop"),
            {"outcome": "upgraded"},
        ),
        Case("a device, of whose handshake nobody says that it was refused", good_handshake("/", "Origin: file://")),
        Case("a page", good_handshake("/ws", "Origin: https://app.example.com"), {"status": 403}),
    ),
    supersedes=(
        "origin-rejected",
        "server-rejects-good-handshake",
        "connection-compared-literally",
        "upgrade-compared-literally",
    ),
)
