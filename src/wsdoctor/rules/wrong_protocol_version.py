"""A client offers another version of the WebSocket protocol than 13."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._declared import other_version
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._pages import rfc6455

_DRAFTS = {"0": "hybi-00", "4": "hybi-04", "5": "hybi-05", "6": "hybi-06", "7": "hybi-07", "8": "hybi-08 to -12"}


def match(headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    version = headers.get("sec-websocket-version")
    if "version-13" not in handshake or version is None:
        if "sec-websocket-draft" in headers:
            return "Sec-WebSocket-Draft was sent, a field of a draft of 2010."
        return None
    draft = _DRAFTS.get(version.strip())
    named = f", the version of the draft {draft}" if draft else ""
    return f"Sec-WebSocket-Version is “{version[:40]}”{named}; servers speak 13."


RULE = Rule(
    id="wrong-protocol-version",
    title="The client offers a WebSocket version other than 13",
    cls="old-or-broken-ws-client",
    level="error",
    confidence=0.95,
    match=match,
    declared=other_version,
    why="The standard of 2011 has version 13. Versions 7 and 8 are drafts that browsers such as Firefox 6 to "
    "10 and Chrome 14 "
    "spoke, and that some libraries and devices still speak; other values are errors of the client. A server "
    "answers with the "
    "versions that it understands.",
    remedy=Remedy("Update the client or its library, and let it send Sec-WebSocket-Version: 13, once."),
    references=(
        rfc6455("4.4"),
        Reference("IANA: WebSocket versions", "https://www.iana.org/assignments/websocket/websocket.xhtml"),
    ),
    cases=(
        Case(
            "draft 8",
            request(
                "GET /chat HTTP/1.1",
                "Host: ws.example.com",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-WebSocket-Origin: http://example.com",
                "Sec-WebSocket-Version: 8",
            ),
        ),
        Case(
            "the version twice",
            request(
                "GET /chat HTTP/1.1",
                "Host: ws.example.com",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Version: 13",
            ),
        ),
    ),
    near_misses=(Case("version 13", good_handshake(), {"status": 400}),),
)
