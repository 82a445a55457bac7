"""A server refuses a handshake that offers subprotocols."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import names_cause
from wsdoctor.rules._pages import rfc6455


def match(headers: Headers, handshake: tuple[str, ...], status: int, log: str | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    offered = headers.get("sec-websocket-protocol")
    if handshake or not offered or status not in {400, 406} or names_cause(log):
        return None
    return f"A right handshake that offers “{offered[:80]}” was answered {status}."


RULE = Rule(
    id="no-common-subprotocol",
    title="The server refuses a handshake, perhaps for the subprotocol that it offers",
    cls="subprotocol-mismatch",
    level="error",
    confidence=0.6,
    match=match,
    why="The handshake is right and offers a subprotocol. A server that requires another answers 400, for "
    "nothing else in the request is wrong. "
    "The answer itself does not say so, so look into the server's log.",
    remedy=Remedy(
        "Compare the subprotocol that the client offers with those that the server is configured for, letter by letter."
    ),
    references=(rfc6455("4.2.2"),),
    cases=(
        Case("an unknown subprotocol", good_handshake("/ocpp", "Sec-WebSocket-Protocol: ocpp2.0.1"), {"status": 400}),
    ),
    near_misses=(
        Case("no subprotocol", good_handshake("/ocpp"), {"status": 400}),
        Case("no credentials", good_handshake("/ocpp", "Sec-WebSocket-Protocol: ocpp2.0.1"), {"status": 401}),
    ),
    supersedes=("server-rejects-good-handshake", "connection-compared-literally", "upgrade-compared-literally"),
)
