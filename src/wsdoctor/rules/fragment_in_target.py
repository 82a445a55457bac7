"""A client sends the fragment of its address."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import refusal
from wsdoctor.rules._pages import rfc6455
from wsdoctor.rules._plain import line_of, wants_websocket


def match(
    method: str,
    target: str,
    headers: Headers,
    handshake: tuple[str, ...],
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if "#" not in target or not wants_websocket(headers):
        return None
    if not handshake and refusal(outcome, status, log) is None:
        return None
    return f"{line_of(method, target)} holds a “#”, which no address of a WebSocket may have."


RULE = Rule(
    id="fragment-in-target",
    title="The client sends a fragment (#…) in the target",
    cls="old-or-broken-ws-client",
    level="error",
    confidence=0.85,
    match=match,
    why="What follows # in an address belongs to the page that is shown, and is never sent. Addresses of "
    "WebSockets must not have it. A "
    "client that sends it, often because it took the address of a single-page application, asks for a path "
    "that no server has.",
    remedy=Remedy(
        "Cut the address at #, or encode it as %23 where it is part of a name.",
        {"JavaScript": "const url = new URL(location.href); url.hash = ''; url.protocol = 'wss:';"},
    ),
    references=(rfc6455("3"),),
    cases=(Case("an address of a single-page application", good_handshake("/chat#/room/1"), {"status": 400}),),
    near_misses=(Case("without", good_handshake("/chat"), {"status": 400}),),
    supersedes=(
        "server-rejects-good-handshake",
        "malformed-handshake",
        "connection-compared-literally",
        "upgrade-compared-literally",
        "no-websocket-route",
    ),
)
