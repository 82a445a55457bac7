"""A proxy sends the request to itself."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, KEY, VERSION, Case, Reference, Remedy, Rule, request

_ROUNDS = 4
"""A name four times over is no chain of proxies any more; three hops of one product may share a name."""


def match(headers: Headers, handshake: tuple[str, ...] | None = None, outcome: str | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if outcome == "upgraded" or (handshake == () and outcome is None):
        return None
    hops = [hop.split()[1].lower() for hop in (headers.get("via") or "").split(",") if len(hop.split()) > 1]
    most = max(set(hops), key=hops.count) if hops else ""
    if hops.count(most) >= _ROUNDS:
        return f"Via names {most[:40]} {hops.count(most)} times"
    addresses = headers.tokens("x-forwarded-for")
    if len(addresses) >= 2 * _ROUNDS and len(set(addresses[1:])) <= 2:
        return f"X-Forwarded-For holds {len(addresses)} addresses, but only {len(set(addresses))} different ones"
    return None


RULE = Rule(
    id="request-goes-in-circles",
    title="The request goes in circles between proxies",
    cls="misroute",
    level="error",
    confidence=0.9,
    match=match,
    why=(
        "Each proxy adds itself to Via or X-Forwarded-For. The same name many times over means that a proxy forwards "
        "to an address that leads back to it: its own public name, or a DNS entry that points to the proxy."
    ),
    remedy=Remedy("Give the proxy the address of the server itself, not a public name that leads back to the proxy."),
    references=(
        Reference("RFC 9110 section 7.6.3: Via", "https://www.rfc-editor.org/rfc/rfc9110.html#section-7.6.3"),
        Reference("RFC 8586: loop detection in CDNs", "https://www.rfc-editor.org/rfc/rfc8586.html"),
    ),
    cases=(
        Case(
            "Via", request("GET /ws HTTP/1.1", "Host: app", KEY, VERSION, "Via: 1.1 gate, 1.1 gate, 1.1 gate, 1.1 gate")
        ),
        Case(
            "X-Forwarded-For",
            request(
                "GET /ws HTTP/1.1",
                "Host: app",
                KEY,
                VERSION,
                "X-Forwarded-For: 203.0.113.7, " + ", ".join(["10.0.0.2"] * 8),
            ),
        ),
    ),
    near_misses=(
        Case(
            "accepted",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE, "Via: 1.1 gate, 1.1 gate, 1.1 gate, 1.1 gate"),
            {"outcome": "upgraded"},
        ),
        Case("two hops", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE, "Via: 1.1 edge, 1.1 gate")),
    ),
    supersedes=(
        "upgrade-stripped",
        "nginx-sends-no-connection-field",
    ),
)
