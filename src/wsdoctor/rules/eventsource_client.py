"""A client for server-sent events knocks on the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._declared import calls
from wsdoctor.rules._examples import CHROME
from wsdoctor.rules._plain import is_plain, is_taken, line_of


def match(
    method: str, target: str, headers: Headers, handshake: tuple[str, ...], sender: Sender | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not handshake or method not in {"GET", "POST"} or is_taken(sender) or not is_plain(headers):
        return None
    if "text/event-stream" not in (headers.get("accept") or "").lower():
        return None
    return f"{line_of(method, target)} accepts text/event-stream: it waits for server-sent events, not for a WebSocket."


RULE = Rule(
    id="eventsource-client",
    title="A client for server-sent events (EventSource) knocks on the WebSocket port",
    cls="wrong-realtime-protocol",
    level="error",
    confidence=0.93,
    match=match,
    declared=calls({"realtime-client", "client-code"}, protocols={"eventsource"}),
    why="EventSource and WebSocket both bring messages of a server to a page, but in different ways: the "
    "former is one long answer to "
    "a plain HTTP request. A WebSocket server cannot give it, and the browser tries again every few seconds "
    "for ever.",
    remedy=Remedy(
        "Use new WebSocket(url) in the client, or serve the event stream from the HTTP server.",
        {
            "JavaScript": 'new WebSocket("wss://host/events") instead of new EventSource("https://host/events").',
            "MCP": "Streamable HTTP and SSE transports need an HTTP server; they do not speak WebSocket.",
        },
    ),
    references=(
        Reference(
            "HTML standard: server-sent events", "https://html.spec.whatwg.org/multipage/server-sent-events.html"
        ),
    ),
    cases=(
        Case(
            "new EventSource() in a page",
            request(
                "GET /events HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: text/event-stream",
                "Cache-Control: no-cache",
                "Origin: http://localhost:5000",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: empty",
            ),
        ),
    ),
    near_misses=(
        Case(
            "fetch() of JSON",
            request(
                "GET /events HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: application/json",
                "Origin: http://localhost:5000",
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: empty",
            ),
        ),
    ),
    supersedes=(
        "page-fetches-websocket-port",
        "node-fetch-request",
        "http-library-request",
        "command-line-request",
        "api-call",
        "graphql-over-http",
    ),
)
