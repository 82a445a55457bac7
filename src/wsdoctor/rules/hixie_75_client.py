"""A client of the draft of 2009, which had no key."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._plain import is_by_hand

_KNOWN = frozenset(
    ("upgrade", "connection", "host", "origin", "websocket-protocol", "sec-websocket-protocol", "cookie")
)


def match(method: str, headers: Headers, handshake: tuple[str, ...], origin: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if method != "GET" or not origin or "key-present" not in handshake or not is_by_hand(headers):
        return None
    if "upgrade-websocket" in handshake or "connection-upgrade" in handshake or not _KNOWN.issuperset(headers.order):
        return None
    return (
        f"Upgrade: {(headers.get('upgrade') or '')[:20]} with Origin and without key and version, as the "
        f"draft hixie-75 has it."
    )


RULE = Rule(
    id="hixie-75-client",
    title="The client speaks the WebSocket draft hixie-75 of 2009",
    cls="old-or-broken-ws-client",
    level="error",
    confidence=0.8,
    match=match,
    why="The first draft of the protocol had neither a key nor a version: Upgrade: WebSocket, Connection, Host "
    "and Origin were all. "
    "Clients of that time, some Flash sockets and devices still send this. Today's servers refuse it, for "
    "without a key they "
    "cannot prove that they understood.",
    remedy=Remedy("Update the client or its library to one that follows RFC 6455."),
    references=(
        Reference(
            "draft-hixie-thewebsocketprotocol-75",
            "https://datatracker.ietf.org/doc/html/draft-hixie-thewebsocketprotocol-75",
        ),
    ),
    cases=(
        Case(
            "Safari 4",
            request(
                "GET /demo HTTP/1.1",
                "Upgrade: WebSocket",
                "Connection: Upgrade",
                "Host: example.com",
                "Origin: http://example.com",
            ),
        ),
    ),
    near_misses=(
        Case(
            "a page through a proxy that adds the upgrade",
            request(
                "GET / HTTP/1.1",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Host: a",
                "Accept: text/html",
                "Upgrade-Insecure-Requests: 1",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
            ),
        ),
    ),
    supersedes=("missing-key", "missing-version", "socketio-client"),
)
