"""A client of the draft of 2010 with two keys."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._examples import good_handshake


def match(headers: Headers) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not headers.has_any("sec-websocket-key1", "sec-websocket-key2"):
        return None
    return "Sec-WebSocket-Key1 and Sec-WebSocket-Key2 were sent, which only the draft hixie-76 of 2010 knows."


RULE = Rule(
    id="hixie-76-client",
    title="The client speaks the WebSocket draft hixie-76 of 2010",
    cls="old-or-broken-ws-client",
    level="error",
    confidence=0.97,
    match=match,
    why="Before the standard of 2011 there were drafts with another handshake: two keys with spaces and "
    "digits, and eight bytes behind "
    "the header. Browsers such as Safari 5 and Opera 11, and some devices, still speak it. Today's servers do not.",
    remedy=Remedy(
        "Update the client or its library to one that follows RFC 6455; a server cannot be made to understand "
        "both without an old library."
    ),
    references=(
        Reference(
            "draft-hixie-thewebsocketprotocol-76",
            "https://datatracker.ietf.org/doc/html/draft-hixie-thewebsocketprotocol-76",
        ),
    ),
    cases=(
        Case(
            "Safari 5",
            request(
                "GET /demo HTTP/1.1",
                "Upgrade: WebSocket",
                "Connection: Upgrade",
                "Host: example.com",
                "Origin: http://example.com",
                "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5",
                "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00",
            )
            + b"^n:ds[4U",
        ),
    ),
    near_misses=(Case("the standard of 2011", good_handshake(), {"status": 400}),),
    supersedes=("missing-key", "missing-version", "malformed-handshake", "hixie-75-client"),
)
