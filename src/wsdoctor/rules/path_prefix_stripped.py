"""A right handshake is refused with 404, and a proxy says that it took a prefix away."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request


def match(path: str, handshake: tuple[str, ...], headers: Headers, status: int) -> str | None:
    """Return the reason if the evidence fits, else None."""
    prefix = headers.get("x-forwarded-prefix")
    if handshake or status != 404 or not prefix:
        return None
    return (
        f"the handshake is right but {path[:60]} was answered 404, and “X-Forwarded-Prefix: {prefix[:60]}” "
        "says what was taken away"
    )


RULE = Rule(
    id="path-prefix-stripped",
    title="A proxy took the prefix of the path away, and the server does not know the rest",
    cls="misroute",
    level="error",
    confidence=0.85,
    match=match,
    why=(
        "The proxy removes a prefix before it hands the request on and says so in X-Forwarded-Prefix. The server's "
        "WebSocket path has that prefix, so it does not find the rest."
    ),
    remedy=Remedy(
        "Leave the prefix in, or let the server listen on the path without it.",
        {
            "Traefik": "no stripPrefix middleware on this router",
            "nginx": "proxy_pass http://127.0.0.1:8080; without a slash behind the port",
            "Caddy": "handle instead of handle_path",
        },
    ),
    references=(Reference("Traefik: StripPrefix", "https://doc.traefik.io/traefik/middlewares/http/stripprefix/"),),
    cases=(
        Case(
            "stripPrefix",
            request("GET /chat HTTP/1.1", "Host: app", *GOOD_HANDSHAKE, "X-Forwarded-Prefix: /ws"),
            {"status": 404, "outcome": "rejected"},
        ),
    ),
    near_misses=(
        Case(
            "accepted",
            request("GET /chat HTTP/1.1", "Host: app", *GOOD_HANDSHAKE, "X-Forwarded-Prefix: /ws"),
            {"status": 101, "outcome": "upgraded"},
        ),
    ),
    supersedes=(
        "no-websocket-route",
        "server-rejects-good-handshake",
    ),
)
