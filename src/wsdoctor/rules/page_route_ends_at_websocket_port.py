"""A proxy sends a route of pages to a WebSocket-only server."""

from __future__ import annotations

from wsdoctor.model.rule import Reference, Remedy, Rule
from wsdoctor.rules._declared import hops

RULE = Rule(
    id="page-route-ends-at-websocket-port",
    title="A route for pages or an API ends at the WebSocket server",
    cls="misroute",
    level="warning",
    confidence=0.9,
    match=None,
    declared=hops(page=True),
    why="A proxy hands requests for pages or for an API to a server that speaks WebSocket and nothing else. "
    "Each of them fails there, and each is a line in its log.",
    remedy=Remedy(
        "Send this route to the HTTP server; only the path of the WebSocket belongs to the WebSocket port.",
        {"nginx": "location /api/ { proxy_pass http://127.0.0.1:5000; }"},
    ),
    references=(
        Reference("nginx: proxy_pass", "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass"),
    ),
    cases=(),
    near_misses=(),
)
