"""Caddy with header_up lines that spoil the handshake."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule, request
from wsdoctor.rules._declared import hops
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import CADDY_PROXY, RFC9110_CONNECTION, directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "caddy" or loss.only_version:
        return None
    line = "header_up -Upgrade" if loss.only_upgrade else "header_up with Connection"
    if loss.both:
        return (
            f"{loss.seen}; {loss.by.sign}: Caddy saw no Connection: upgrade, so a hop before it or the client had "
            "lost it"
        )
    return f"{loss.seen}; {loss.by.sign}, and such a request comes of {line}"


RULE = Rule(
    id="caddy-removes-upgrade",
    title="A header_up line in Caddy spoils the handshake",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.94,
    match=match,
    declared=hops(products={"caddy"}, loses=True),
    why=(
        "Caddy passes WebSockets on by itself. Lines copied from nginx, which set, empty or delete Upgrade or "
        "Connection, spoil that. If both fields are gone, the request had no Connection: upgrade when it reached "
        "Caddy, and Caddy rightly removes the rest."
    ),
    remedy=Remedy(
        "Take the header_up lines for Connection and Upgrade away; reverse_proxy needs none.", directives("Caddy")
    ),
    references=(
        CADDY_PROXY,
        RFC9110_CONNECTION,
    ),
    cases=(
        Case(
            "header_up -Connection",
            request(
                "GET /ws HTTP/1.1",
                "Host: app.example.com",
                "User-Agent: Mozilla/5.0",
                "Sec-Websocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-Websocket-Version: 13",
                "Upgrade: websocket",
                "Via: 1.1 Caddy",
                "X-Forwarded-For: 203.0.113.7",
            ),
        ),
        Case(
            "header_up -Upgrade",
            request(
                "GET /ws HTTP/1.1",
                "Host: app.example.com",
                "User-Agent: Mozilla/5.0",
                "Connection: Upgrade",
                "Sec-Websocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-Websocket-Version: 13",
                "Via: 1.1 Caddy",
                "X-Forwarded-For: 203.0.113.7",
            ),
        ),
        Case(
            "both lost before Caddy",
            request(
                "GET /ws HTTP/1.1",
                "Host: app.example.com",
                "User-Agent: Mozilla/5.0",
                "Sec-Websocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-Websocket-Version: 13",
                "Via: 1.1 Caddy",
            ),
        ),
    ),
    near_misses=(
        Case(
            "curl over HTTP/2",
            request(
                "GET /ws HTTP/1.1",
                "Host: app",
                "User-Agent: curl/8.5.0",
                "Sec-Websocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-Websocket-Version: 13",
                "Via: 2.0 Caddy",
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
