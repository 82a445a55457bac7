"""A right handshake that came too late."""

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request


def match(handshake: tuple[str, ...], outcome: str, elapsed: float | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or outcome != "timeout":
        return None
    return (
        f"the handshake is right, but the time was up{f' after {elapsed:.1f} seconds' if elapsed is not None else ''} "
        "before it was settled"
    )


RULE = Rule(
    id="slow-handshake",
    title="The handshake was right but came too late",
    cls="timeout-or-slow",
    level="warning",
    confidence=0.85,
    match=match,
    why=(
        "All fields of the handshake are there. The time ran out first: the request came in pieces over a slow line, "
        "or the server was too busy to answer, or what it asks before it accepts (a database, a login) took too long."
    ),
    remedy=Remedy(
        ("Measure what the server does before it accepts; move it behind the handshake or raise the time limit."),
        {"websockets": "open_timeout=30", "nginx": "proxy_connect_timeout and proxy_read_timeout"},
    ),
    references=(
        Reference(
            "websockets: open_timeout", "https://websockets.readthedocs.io/en/stable/reference/asyncio/server.html"
        ),
    ),
    cases=(
        Case(
            "time-out",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"outcome": "timeout", "elapsed": 10.2},
        ),
    ),
    near_misses=(
        Case(
            "accepted",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"outcome": "upgraded", "elapsed": 4.0},
        ),
    ),
    supersedes=(
        "no-websocket-route",
        "server-rejects-good-handshake",
    ),
)
