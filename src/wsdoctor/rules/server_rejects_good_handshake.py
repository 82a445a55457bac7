"""A server refuses a right handshake, and nobody says why."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import refusal
from wsdoctor.rules._pages import rfc6455


def match(
    handshake: tuple[str, ...], outcome: str | None = None, status: int | None = None, log: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake:
        return None
    refused = refusal(outcome, status, log)
    return (
        f"The request meets every requirement of an opening handshake, and {refused}." if refused is not None else None
    )


RULE = Rule(
    id="server-rejects-good-handshake",
    title="The server refuses a correct opening handshake",
    cls="server-fault",
    level="error",
    confidence=0.75,
    match=match,
    why="Method, version, Host, Upgrade, Connection, key and protocol version are all as the standard wants "
    "them. So the refusal comes "
    "from the server's side: its library, its routes, its application, or a check of its own.",
    remedy=Remedy(
        "Look into the server's log at this time; try the handshake against the server itself, without "
        "proxies, and with another client.",
    ),
    references=(rfc6455("4.2.1"), rfc6455("4.2.2")),
    cases=(
        Case("400 to a right handshake", good_handshake(), {"status": 400}),
        Case("rejected without a status", good_handshake(), {"outcome": "rejected"}),
        Case("the server's log", good_handshake(), {"log": "handshake failed\n"}),
    ),
    near_misses=(
        Case("accepted", good_handshake(), {"outcome": "upgraded"}),
        Case("nothing known of the answer", good_handshake()),
        Case("a log of success", good_handshake(), {"log": "connection open\n"}),
    ),
)
