"""A SockJS client talks to a server that does not speak SockJS."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._declared import calls
from wsdoctor.rules._examples import CHROME, good_handshake
from wsdoctor.rules._log_text import refusal
from wsdoctor.rules._plain import is_plain, line_of
from wsdoctor.rules._realtime import library_of


def match(
    method: str,
    target: str,
    headers: Headers,
    handshake: tuple[str, ...],
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if method == "OPTIONS" or library_of(target) != "SockJS":
        return None
    if not handshake:
        refused = refusal(outcome, status, log)
        return None if refused is None else f"{line_of(method, target)} is an address of SockJS, and {refused}."
    return f"{line_of(method, target)} is how SockJS begins, by plain HTTP." if is_plain(headers) else None


RULE = Rule(
    id="sockjs-client",
    title="A SockJS client talks to a server that speaks plain WebSocket",
    cls="wrong-realtime-protocol",
    level="error",
    confidence=0.9,
    match=match,
    declared=calls({"realtime-client"}, protocols={"sockjs"}),
    why="SockJS first asks /info by plain HTTP and then opens addresses of its own, such as "
    "/123/abcdefgh/websocket. A plain WebSocket "
    "server knows none of them. The old development server of webpack also begins this way.",
    remedy=Remedy(
        "Use new WebSocket(url) in the client, or run a SockJS server at this address.",
        {
            "Spring": 'registry.addEndpoint("/ws") without withSockJS() takes plain clients; SockJS clients '
            "reach …/websocket.",
            "webpack-dev-server": "Update to version 4 or later, whose client uses a plain WebSocket at /ws.",
        },
    ),
    references=(
        Reference("SockJS protocol", "https://github.com/sockjs/sockjs-protocol"),
        Reference(
            "Spring: SockJS fallback", "https://docs.spring.io/spring-framework/reference/web/websocket/fallback.html"
        ),
    ),
    cases=(
        Case(
            "the first request",
            request(
                "GET /echo/info?t=1700000000000 HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: */*",
                "Origin: http://localhost:5000",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: empty",
            ),
        ),
        Case("its WebSocket, rejected", good_handshake("/echo/042/k3x9bq0z/websocket"), {"status": 404}),
    ),
    near_misses=(
        Case("its WebSocket, accepted", good_handshake("/echo/042/k3x9bq0z/websocket"), {"outcome": "upgraded"}),
    ),
    supersedes=(
        "page-fetches-websocket-port",
        "http-library-request",
        "command-line-request",
        "api-call",
        "server-rejects-good-handshake",
        "no-websocket-route",
    ),
)
