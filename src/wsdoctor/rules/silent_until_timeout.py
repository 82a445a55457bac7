"""A connection that said nothing until the server's time was up."""

from wsdoctor.model.rule import Case, Reference, Remedy, Rule


def match(speaks: str, outcome: str, elapsed: float | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "nothing" or outcome != "timeout":
        return None
    return (
        f"nothing was received{f' in {elapsed:.1f} seconds' if elapsed is not None else ''}, and the peer did "
        "not leave by itself"
    )


RULE = Rule(
    id="silent-until-timeout",
    title="A connection stayed silent until the server gave up",
    cls="timeout-or-slow",
    level="warning",
    confidence=0.85,
    match=match,
    why=(
        "A client sends its request as soon as the connection stands. This one sent nothing and stayed: a browser's "
        "connection in reserve, a check that waits for the server to speak, a network that loses packets behind the "
        "first ones, or somebody who holds connections open on purpose."
    ),
    remedy=Remedy(
        (
            "Keep a limit on the time for the first bytes; if real clients are affected, look for lost packets and MTU "
            "problems on the way."
        ),
        {"websockets": "open_timeout=10", "nginx": "client_header_timeout 10s;", "HAProxy": "timeout http-request 10s"},
    ),
    references=(
        Reference(
            "websockets: open_timeout", "https://websockets.readthedocs.io/en/stable/reference/asyncio/server.html"
        ),
    ),
    cases=(Case("ten seconds", b"", {"outcome": "timeout", "elapsed": 10.0}),),
    near_misses=(Case("closed at once: a TCP check", b"", {"outcome": "closed-by-client"}),),
)
