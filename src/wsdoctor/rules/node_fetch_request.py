"""JavaScript outside a browser calls the WebSocket port with fetch()."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._declared import calls
from wsdoctor.rules._plain import is_plain, line_of


def match(method: str, target: str, headers: Headers, handshake: tuple[str, ...], user_agent: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not handshake or not is_plain(headers) or (headers.get("sec-fetch-mode") or "").lower() != "cors":
        return None
    if user_agent.partition("/")[0].lower() not in {"node", "undici", "deno", "bun"} or "sec-fetch-site" in headers:
        return None
    return (
        f"{line_of(method, target)} by “{user_agent[:40]}” with Sec-Fetch-Mode alone: the built-in fetch() "
        f"of a JavaScript runtime."
    )


RULE = Rule(
    id="node-fetch-request",
    title="A Node program calls the WebSocket port with fetch()",
    cls="http-client-code",
    level="warning",
    confidence=0.85,
    match=match,
    declared=calls({"client-code", "wait"}, {"node"}),
    why="A program on Node, Deno or Bun used fetch() with the address of the WebSocket server: often a server "
    "that renders pages, a "
    "worker, a test, or a check that waits for the port. Plain HTTP cannot open a WebSocket, so every such "
    "call fails.",
    remedy=Remedy(
        "Give fetch() the address of the HTTP server, and open WebSockets with new WebSocket() or the ws package.",
        {
            "Node.js": 'new WebSocket("ws://host:8080/ws") (global since Node 22), or import WebSocket from "ws".',
            "wait-on": "Use tcp:8080 instead of http://localhost:8080 for a port that only speaks WebSocket.",
        },
    ),
    references=(
        Reference("Node.js: fetch", "https://nodejs.org/api/globals.html#fetch"),
        Reference("Node.js: WebSocket", "https://nodejs.org/api/globals.html#websocket"),
    ),
    cases=(
        Case(
            "fetch() of Node",
            request(
                "GET /api/rooms HTTP/1.1",
                "host: localhost:8080",
                "connection: keep-alive",
                "accept: */*",
                "accept-language: *",
                "sec-fetch-mode: cors",
                "user-agent: node",
                "accept-encoding: gzip, deflate",
            ),
            {"peer": "192.0.2.9"},
        ),
    ),
    near_misses=(
        Case(
            "fetch() of a page",
            request(
                "GET /api/rooms HTTP/1.1",
                "Host: localhost:8080",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
                "Accept: */*",
                "Origin: http://localhost:5000",
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: empty",
                "Sec-Fetch-Site: same-site",
            ),
        ),
    ),
    supersedes=("http-library-request", "api-call"),
)
