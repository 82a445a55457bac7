"""A log says that the opening handshake took too long."""

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import quote

_SAID = re.compile(
    r"(?i)[^\n]{0,80}(?:(?:opening )?handshake (?:has )?(?:timed out|time-?out)|timed out (?:during"
    r"|while waiting for) (?:the )?(?:opening )?handshake|handshake took too long|TLS handshake timeout"
    r"|(?<!ping )\bTimeoutError\b|open_timeout|client (?:timed out"
    r"|took too long).{0,40}handshake|did not finish \(?in time\)? the opening handshake"
    r"|upstream timed out \(|context deadline exceeded|\bi/o timeout\b|\bETIMEDOUT\b|ConnectTimeout(?:Error)?\b"
    r"|handshake (?:(?:was )?not (?:completed|finished)|did not (?:complete|finish)) (?:with)?in"
    r"|\bConnection not established in \d{1,6} ?ms, closing socket"
    r"|\bcode=H(?:12|19|20|28)\b"  # Heroku's router
    r"|\bSocketTimeoutException\b|\b504 \d+ \S+ \S+ (?-i:s[HD]--)|(?-i:\bcR--)[^\n]{0,80}<BADREQ>"
    r"|(?:unexpected (?:server )?response(?: code)?|handshake status|HTTP error|WebSocket connection: HTTP)\W{0,3}"
    r"(?:408|504|524)\b)[^\n]{0,60}"
)


def match(log: str, first_bytes: bytes | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if first_bytes is not None:
        return None
    found = _SAID.search(log[:20_000])
    return None if found is None else f"the log says “{quote(found[0])}”"


RULE = Rule(
    id="handshake-timed-out-in-log",
    title="The opening handshake took longer than the client or the server waits",
    cls="timeout-or-slow",
    level="warning",
    confidence=0.75,
    match=match,
    why=(
        "Client and server both limit the time for the opening handshake. It ran out: the other side accepted the "
        "connection but did not answer, because it is overloaded, waits for something else, speaks another protocol, "
        "or answered with an error and kept the connection open."
    ),
    remedy=Remedy("See what the other side does meanwhile: its own log, and curl --http1.1 -i against the address."),
    references=(
        Reference("websockets: timeouts", "https://websockets.readthedocs.io/en/stable/topics/keepalive.html"),
    ),
    cases=(
        Case(
            "Heroku's router",
            facts={
                "log": 'at=error code=H12 desc="Request timeout" method=GET path="/ws" service=30001ms status=503\n'
            },
        ),
        Case("websockets client", facts={"log": "TimeoutError: timed out during opening handshake"}),
        Case(
            "Chrome",
            facts={"log": "WebSocket connection to 'ws://app/ws' failed: WebSocket opening handshake timed out"},
        ),
    ),
    near_misses=(Case("a refusal", facts={"log": "connection rejected (403 Forbidden)"}),),
)
