"""A script passed null or undefined as the subprotocol."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import refusal, says_accepted
from wsdoctor.rules._pages import WEBSOCKET_API, rfc6455

_ACCIDENTS = frozenset(("null", "undefined", "[object object]", "none", "nan", "false"))


def match(
    headers: Headers,
    handshake: tuple[str, ...],
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or outcome == "upgraded" or status == 101 or says_accepted(log):
        return None
    if "sec-websocket-protocol" not in headers:
        return None
    offered = (headers.get("sec-websocket-protocol") or "").strip()
    refused = refusal(outcome, status, log)
    if not offered and refused is not None:
        return f"Sec-WebSocket-Protocol was sent without a value, and {refused}."
    if offered.lower() not in _ACCIDENTS:
        return None
    return f"Sec-WebSocket-Protocol is “{offered}”: a variable without a value was passed as the subprotocol."


RULE = Rule(
    id="null-subprotocol",
    title="The client asks for a subprotocol called null or undefined",
    cls="subprotocol-mismatch",
    level="error",
    confidence=0.85,
    match=match,
    why="The second argument of new WebSocket() names subprotocols. A script that passes null, undefined "
    "through a wrapper, or another accident "
    "asks for a subprotocol of that name. The server does not know it and selects none, and then the browser "
    "itself ends the connection.",
    remedy=Remedy(
        "Leave the second argument out where there is no subprotocol, or pass an empty list.",
        {"JavaScript": "new WebSocket(url) or new WebSocket(url, [])"},
    ),
    references=(
        WEBSOCKET_API,
        rfc6455("4.1"),
        Reference("WebSockets standard", "https://websockets.spec.whatwg.org/#dom-websocket-websocket"),
    ),
    cases=(
        Case("null", good_handshake("/ws", "Sec-WebSocket-Protocol: null"), {"outcome": "closed-by-client"}),
        Case("no value", good_handshake("/ws", "Sec-WebSocket-Protocol: "), {"status": 400}),
        Case(
            "undefined, as the browser sees it",
            good_handshake("/ws", "Sec-WebSocket-Protocol: undefined"),
            {
                "log": "Error during WebSocket handshake: Sent non-empty 'Sec-WebSocket-Protocol' header but "
                "no response was received\n"
            },
        ),
    ),
    near_misses=(
        Case("no value, and nothing known of the answer", good_handshake("/ws", "Sec-WebSocket-Protocol: ")),
        Case("accepted", good_handshake("/ws", "Sec-WebSocket-Protocol: null"), {"outcome": "upgraded"}),
        Case("a subprotocol", good_handshake("/ws", "Sec-WebSocket-Protocol: graphql-ws"), {"status": 400}),
    ),
    supersedes=(
        "subprotocol-refused",
        "no-common-subprotocol",
        "server-rejects-good-handshake",
        "connection-compared-literally",
        "upgrade-compared-literally",
    ),
)
