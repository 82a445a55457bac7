"""Traefik lost both fields: a headers middleware, or the client came by HTTP/2."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._declared import hops
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import RFC9110_CONNECTION, directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "traefik" or loss.only_version:
        return None
    proto = (headers.get("x-forwarded-proto") or "").lower()
    if proto in {"ws", "wss"}:
        return (
            f"{loss.seen}; Traefik itself says “X-Forwarded-Proto: {proto}”, so it saw a WebSocket and a "
            "middleware took the fields away"
        )
    return (
        f"{loss.seen}; {loss.by.sign} is Traefik, and its client sent no Connection: upgrade or a middleware removed it"
    )


RULE = Rule(
    id="traefik-drops-upgrade",
    title="A headers middleware in Traefik removes Upgrade and Connection",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.94,
    match=match,
    declared=hops(products={"traefik"}, loses=True),
    why=(
        "Traefik passes WebSockets on by itself and writes ws or wss into X-Forwarded-Proto when it sees one. A "
        "headers middleware that sets or empties Connection or Upgrade makes it remove both. The same happens where "
        "the request in front of Traefik lacked Connection: upgrade already."
    ),
    remedy=Remedy(
        "Take Connection and Upgrade out of customRequestHeaders of the headers middleware.", directives("Traefik")
    ),
    references=(
        Reference("Traefik: headers middleware", "https://doc.traefik.io/traefik/middlewares/http/headers/"),
        RFC9110_CONNECTION,
    ),
    cases=(
        Case(
            "X-Forwarded-Proto says ws",
            request(
                "GET /ws HTTP/1.1",
                "Host: app.example.com",
                "User-Agent: Mozilla/5.0",
                "Sec-Websocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-Websocket-Version: 13",
                "X-Forwarded-For: 203.0.113.7",
                "X-Forwarded-Host: app.example.com",
                "X-Forwarded-Port: 80",
                "X-Forwarded-Proto: ws",
                "X-Forwarded-Server: t1",
                "X-Real-Ip: 203.0.113.7",
            ),
        ),
        Case(
            "lost before Traefik",
            request(
                "GET /ws HTTP/1.1",
                "Host: app.example.com",
                "Sec-Websocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-Websocket-Version: 13",
                "X-Forwarded-Port: 80",
                "X-Forwarded-Proto: http",
                "X-Forwarded-Server: t1",
                "X-Real-Ip: 203.0.113.7",
            ),
        ),
    ),
    near_misses=(
        Case(
            "intact",
            request(
                "GET /ws HTTP/1.1",
                "Host: app.example.com",
                *GOOD_HANDSHAKE,
                "X-Forwarded-Port: 80",
                "X-Forwarded-Proto: ws",
                "X-Forwarded-Server: t1",
                "X-Real-Ip: 203.0.113.7",
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
