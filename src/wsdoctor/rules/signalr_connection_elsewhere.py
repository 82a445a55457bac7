"""A SignalR server does not know the connection that was negotiated a moment before."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import LIMIT, quote

_SAID = re.compile(r"(?i)[^\n]{0,60}\bNo Connection with that ID\b[^\n]{0,60}")
_MISSED = re.compile(
    r"\"availableTransports\"[\s\S]{1,4000}?(?P<said>[^\n]{0,60}(?:InvalidResponse\(HTTP/1\.1|status(?: code)?:?"
    r"|[Rr]esponse(?: code)?:?) '?404\b[^\n]{0,40})"
)
"""A transport that is not found right after the negotiation was answered well."""


def match(log: str, first_bytes: bytes | None = None, outcome: str | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if first_bytes is not None or outcome == "upgraded":
        return None
    if (found := _SAID.search(log[:LIMIT])) is not None:
        return f"The log says “{quote(found[0])}”: another server gave out this connection's id."
    if (found := _MISSED.search(log[:LIMIT])) is not None:
        return f"The client negotiated well, and then “{quote(found['said'])}”: another server gave out its id."
    return None


RULE = Rule(
    id="signalr-connection-elsewhere",
    title="Negotiation and connection of SignalR reach different servers",
    cls="misroute",
    level="error",
    confidence=0.75,
    match=match,
    why="A SignalR client first asks for an id and then connects with it. The server that gave it out remembers it, "
    "and no other does: where a load balancer spreads the requests of one client over several servers or processes, or "
    "a server was started anew in between, the second request is answered 404.",
    remedy=Remedy(
        "Let the load balancer send all requests of a client to the same server, use the Azure SignalR Service, or "
        "skip negotiation and use WebSockets alone.",
        {
            "nginx": "upstream app { ip_hash; … }",
            "the client": "withUrl(url, { skipNegotiation: true, transport: HttpTransportType.WebSockets })",
        },
    ),
    references=(
        Reference(
            "SignalR: sticky sessions", "https://learn.microsoft.com/en-us/aspnet/core/signalr/scale#sticky-sessions"
        ),
    ),
    cases=(
        Case(
            "the client",
            None,
            {"log": "Error: Handshake was canceled.\nNo Connection with that ID: Status code '404'\n"},
        ),
        Case(
            "a client that shows what was negotiated",
            None,
            {
                "log": 'Negotiate response: {"connectionId":"a","availableTransports":[{"transport":"WebSockets"}]}\n'
                "info: WebSocket error. Error: InvalidResponse(HTTP/1.1 404 Not Found)\n"
            },
        ),
    ),
    near_misses=(
        Case("no negotiation at all", None, {"log": "Failed to complete negotiation with the server\n"}),
        Case("accepted", None, {"log": "No Connection with that ID\n", "outcome": "upgraded"}),
    ),
    supersedes=("realtime-library-in-log", "no-websocket-route"),
)
