"""An HTTP server redirects plain requests to the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.rule import Reference, Remedy, Rule
from wsdoctor.rules._declared import hops

RULE = Rule(
    id="redirect-to-websocket-port",
    title="A redirect leads pages to the WebSocket port",
    cls="misroute",
    level="warning",
    confidence=0.9,
    match=None,
    declared=hops(sends={"redirect"}),
    why="An HTTP server answers with a redirect to the WebSocket port. A browser or a client follows it with "
    "plain HTTP, for a redirect never makes a WebSocket.",
    remedy=Remedy(
        "Redirect to the HTTP server, or hand the client a ws:// or wss:// address in the page instead "
        "of redirecting it.",
        {},
    ),
    references=(
        Reference(
            "WHATWG WebSockets: establish a WebSocket connection",
            "https://websockets.spec.whatwg.org/#concept-websocket-establish",
        ),
    ),
    cases=(),
    near_misses=(),
)
