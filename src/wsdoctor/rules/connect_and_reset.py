"""Somebody connects, says nothing and resets the connection."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule


def match(speaks: str, outcome: str, peer: str | None = None) -> str | None:
    """Hold for a connection without a byte that ended by RST."""
    if speaks != "nothing" or outcome != "reset":
        return None
    return (
        f"The peer{f' {peer}' if peer else ''} connected and reset the connection without sending a "
        f"byte, as HAProxy's plain check does."
    )


RULE = Rule(
    id="connect-and-reset",
    title="A TCP check connects and resets the connection",
    cls="tcp-probe",
    level="note",
    confidence=0.92,
    match=match,
    why="HAProxy's plain check, IPVS and SYN scanners open a connection and end it by a reset "
    "(RST), which saves them a round of "
    "packets. Servers see “connection reset by peer” where a handshake should come and may "
    "log a traceback. Nothing is wrong.",
    remedy=Remedy(
        "Nothing is broken. Make the check less frequent if it fills the log.",
        {
            "HAProxy": "server ws1 10.0.0.5:8080 check inter 10s; with option tcp-check the connection is opened "
            "by the same means."
        },
    ),
    references=(Reference("HAProxy: check", "https://docs.haproxy.org/2.8/configuration.html#5.2-check"),),
    cases=(Case("HAProxy", b"", {"peer": "10.0.0.7", "outcome": "reset"}),),
    near_misses=(Case("closed in order", b"", {"outcome": "closed-by-client"}),),
)
