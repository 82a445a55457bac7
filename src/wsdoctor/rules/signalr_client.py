"""A SignalR client talks to a server that does not speak SignalR."""

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
    path: str,
    headers: Headers,
    handshake: tuple[str, ...],
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if method == "OPTIONS":
        return None
    signalr = library_of(target) == "SignalR" or "x-signalr-user-agent" in headers
    if handshake:
        signalr = signalr or (method == "POST" and path.endswith("/negotiate"))
        return (
            f"{line_of(method, target)} is how SignalR begins, by plain HTTP."
            if signalr and is_plain(headers)
            else None
        )
    refused = refusal(outcome, status, log)
    return f"{line_of(method, target)} is an address of SignalR, and {refused}." if signalr and refused else None


RULE = Rule(
    id="signalr-client",
    title="A SignalR client talks to a server that speaks plain WebSocket",
    cls="wrong-realtime-protocol",
    level="error",
    confidence=0.93,
    match=match,
    declared=calls({"realtime-client"}, protocols={"signalr"}),
    why="SignalR first posts to …/negotiate by plain HTTP to agree on a transport, and then uses messages of "
    "its own. A plain WebSocket "
    "server knows neither.",
    remedy=Remedy(
        "Use new WebSocket(url) in the client, or point the SignalR client at a SignalR hub.",
        {
            "SignalR": "skipNegotiation: true with transport: HttpTransportType.WebSockets skips the first "
            "request, but its messages remain SignalR's.",
        },
    ),
    references=(
        Reference(
            "ASP.NET Core SignalR: configuration", "https://learn.microsoft.com/en-us/aspnet/core/signalr/configuration"
        ),
        Reference(
            "SignalR: transport protocols",
            "https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/TransportProtocols.md",
        ),
    ),
    cases=(
        Case(
            "negotiation by a page",
            request(
                "POST /chatHub/negotiate?negotiateVersion=1 HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: */*",
                "X-Requested-With: XMLHttpRequest",
                "X-SignalR-User-Agent: Microsoft SignalR/8.0",
                "Content-Length: 0",
                "Content-Type: text/plain;charset=UTF-8",
                "Origin: http://localhost:5000",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: empty",
            ),
        ),
    ),
    near_misses=(
        Case(
            "a hub that took it",
            good_handshake("/signalr/connect?transport=webSockets&connectionToken=x"),
            {"status": 101},
        ),
    ),
    supersedes=(
        "page-fetches-websocket-port",
        "http-library-request",
        "api-call",
        "server-rejects-good-handshake",
        "no-websocket-route",
    ),
)
