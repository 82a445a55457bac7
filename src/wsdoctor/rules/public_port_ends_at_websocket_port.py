"""The public port of a platform leads to a WebSocket-only server."""

from __future__ import annotations

from wsdoctor.model.rule import Reference, Remedy, Rule
from wsdoctor.rules._declared import maps

RULE = Rule(
    id="public-port-ends-at-websocket-port",
    title="The public web port is mapped to the WebSocket server",
    cls="misroute",
    level="warning",
    confidence=0.95,
    match=None,
    declared=maps(public=True),
    why="The platform publishes one port as the web address of the project. Here that port leads to a server "
    "that speaks WebSocket and nothing else, so everybody who opens the address, the preview pane and the "
    "platform's own check ask it for a page.",
    remedy=Remedy(
        "Map the public port to the HTTP server, and give the WebSocket server a port of its own or a "
        "path behind the HTTP server.",
        {
            "Replit": "[[ports]]\nlocalPort = 5000\nexternalPort = 80\n\n"
            "[[ports]]\nlocalPort = 8080\nexternalPort = 8080"
        },
    ),
    references=(Reference("Replit: ports", "https://docs.replit.com/replit-workspace/ports"),),
    cases=(),
    near_misses=(),
)
