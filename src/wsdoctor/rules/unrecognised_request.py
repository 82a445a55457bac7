"""A request that is no handshake, and that no rule explains."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule, request
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._pages import rfc6455
from wsdoctor.rules._plain import line_of


def match(
    method: str,
    target: str,
    headers: Headers,
    handshake: tuple[str, ...],
    peer: str | None = None,
    period: float | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not handshake:
        return None
    lacking = [
        name
        for name, fact in (("the address of the peer", peer), ("the rhythm of its attempts", period))
        if fact is None
    ]
    settle = " and ".join(lacking) or "what runs at the peer's address"
    names = ", ".join(headers.names[:8])[:120] or "none"
    return (
        f"{line_of(method, target)} with the fields {names} is no opening handshake; {settle} would tell who sends it."
    )


RULE = Rule(
    id="unrecognised-request",
    title="A request that is no handshake, by an unknown sender",
    cls="unknown",
    level="note",
    confidence=0.3,
    match=match,
    why="The request does not ask for a WebSocket as it should, and nothing in it tells who sends it. A single "
    "one is mostly a stray; many from "
    "one address with a steady rhythm are a check or a program.",
    remedy=Remedy("See which process or machine has the peer's address, and whether the requests come with a rhythm."),
    references=(rfc6455("4.2.1"),),
    cases=(
        Case(
            "nothing but a request line and Host",
            request("GET /x/y HTTP/1.1", "Host: ws.example.com", "X-Thing: 1"),
            {"peer": "198.51.100.7"},
        ),
    ),
    near_misses=(Case("a right handshake", good_handshake()),),
)
