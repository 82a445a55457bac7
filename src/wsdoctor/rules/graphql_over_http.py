"""A GraphQL client sends its queries to the WebSocket port by HTTP."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._browser import is_navigation
from wsdoctor.rules._examples import CHROME
from wsdoctor.rules._plain import is_plain, is_taken, line_of


def match(
    method: str,
    target: str,
    path: str,
    query: str,
    headers: Headers,
    handshake: tuple[str, ...],
    user_agent: str,
    sender: Sender | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not handshake or method not in {"GET", "POST"} or is_taken(sender) or not is_plain(headers):
        return None
    named = path.rstrip("/").endswith("/graphql") or "graphql" in (headers.get("content-type") or "")
    clear = headers.has_any("apollographql-client-name", "x-apollo-operation-name", "apollo-require-preflight")
    asks = method == "POST" or "query=" in query
    if not ((named and asks) or clear) or is_navigation(headers, user_agent):
        return None
    return f"{line_of(method, target)} is a GraphQL operation sent by plain HTTP."


RULE = Rule(
    id="graphql-over-http",
    title="A GraphQL client sends queries to the WebSocket port by HTTP",
    cls="http-client-code",
    level="warning",
    confidence=0.9,
    match=match,
    why="GraphQL clients use two addresses: HTTP for queries and mutations, a WebSocket for subscriptions. "
    "Here the former was "
    "given the latter's port, so every query fails while subscriptions work.",
    remedy=Remedy(
        "Give the HTTP link the address of the HTTP server, and split by kind of operation.",
        {
            "Apollo Client": "split(isSubscription, new GraphQLWsLink(createClient({url: 'ws://…:8080'})), new "
            "HttpLink({uri: 'http://…:4000/graphql'}))",
            "urql": "fetchExchange with url of the HTTP server; subscriptionExchange with the WebSocket's address",
        },
    ),
    references=(
        Reference("Apollo Client: subscriptions", "https://www.apollographql.com/docs/react/data/subscriptions"),
        Reference("GraphQL over HTTP", "https://graphql.github.io/graphql-over-http/draft/"),
    ),
    cases=(
        Case(
            "Apollo Client in a page",
            request(
                "POST /graphql HTTP/1.1",
                "Host: localhost:8080",
                CHROME,
                "Accept: */*",
                "Content-Type: application/json",
                "Content-Length: 2",
                "Origin: http://localhost:3000",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: empty",
            )
            + b"{}",
        ),
    ),
    near_misses=(
        Case(
            "a subscription",
            request(
                "GET /graphql HTTP/1.1",
                "Host: localhost:8080",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Protocol: graphql-transport-ws",
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
