"""A real-time library polls the WebSocket port by HTTP."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._examples import CHROME, good_handshake
from wsdoctor.rules._plain import is_plain, line_of
from wsdoctor.rules._realtime import library_of, polls

_OTHERS = frozenset(("CometD", "Phoenix", "Atmosphere", "Primus", "Pusher", "SocketCluster"))


def match(method: str, target: str, query: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not handshake or not is_plain(headers):
        return None
    library = library_of(target)
    if library in _OTHERS and method != "OPTIONS":
        return f"{line_of(method, target)} is an address of {library}, asked for by plain HTTP."
    if library is None and polls(query):
        return f"{line_of(method, target)} asks for another transport than a WebSocket."
    if method == "OPTIONS" and "x-requested-with" in headers and "access-control-request-method" not in headers:
        return (
            f"{line_of(method, target)} with X-Requested-With is no preflight: a library tries what the server offers."
        )
    return None


RULE = Rule(
    id="long-polling-client",
    title="A real-time library polls the WebSocket port by HTTP",
    cls="wrong-realtime-protocol",
    level="error",
    confidence=0.85,
    match=match,
    why="CometD, Faye, Phoenix, Atmosphere, Primus and similar libraries fall back to long polling, or begin "
    "with it, and have their "
    "own addresses and messages. A server that speaks plain WebSocket knows none of these.",
    remedy=Remedy(
        "Use the server side that belongs to the library, or plain new WebSocket(url) in the client.",
        {
            "Phoenix": 'socket "/socket", …, websocket: true, longpoll: true on the server; or '
            "longPollFallbackMs unset in the client.",
            "Faye": "client.disable('long-polling') still speaks Bayeux; the server must, too.",
        },
    ),
    references=(
        Reference("CometD: Bayeux protocol", "https://docs.cometd.org/current8/reference/#_bayeux"),
        Reference("Phoenix: socket and transports", "https://hexdocs.pm/phoenix/Phoenix.Endpoint.html#socket/3"),
    ),
    cases=(
        Case(
            "Faye",
            request(
                "POST /faye HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Content-Type: application/json",
                "Content-Length: 2",
                "Origin: http://localhost:5000",
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: empty",
            )
            + b"[]",
        ),
        Case(
            "a library that asks for the server's options",
            request(
                "OPTIONS /game HTTP/1.1",
                "Host: localhost:8080",
                "Origin: http://localhost:8080",
                CHROME,
                "Accept: */*",
                "X-Requested-With: XMLHttpRequest",
            ),
        ),
    ),
    near_misses=(
        Case("a WebSocket of Faye", good_handshake("/faye")),
        Case(
            "a preflight",
            request(
                "OPTIONS /game HTTP/1.1",
                "Host: localhost:8080",
                "Origin: http://localhost:5000",
                "Access-Control-Request-Method: POST",
            ),
        ),
    ),
    supersedes=(
        "page-fetches-websocket-port",
        "node-fetch-request",
        "http-library-request",
        "command-line-request",
        "api-call",
    ),
)
