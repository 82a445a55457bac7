"""A plain client got a TLS alert as its answer."""

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import quote

_LIMIT = 20_000
_SAID = re.compile(
    r"(?i)[^\n]{0,60}(?:response|status line|HTTP)[^\n]{0,40}\\x15\\x03[^\s]{0,40}|[^\n]{0,60}(?:response"
    r"|status)[^\n]{0,40}\x15\x03"
)


def match(log: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:_LIMIT])
    return None if found is None else f"the log says “{quote(found[0])}”, and 0x15 0x03 is the beginning of a TLS alert"


RULE = Rule(
    id="tls-alert-instead-of-http",
    title="A plain client got a TLS alert as its answer: the port speaks TLS",
    cls="plaintext-on-tls",
    level="error",
    confidence=0.9,
    match=match,
    why=(
        "The port expects TLS, and the client began with plain HTTP: http:// or ws:// where https:// or wss:// "
        "belongs. The server answered with a TLS alert, seven bytes that an HTTP client can only call malformed."
    ),
    remedy=Remedy("Use wss:// or https:// for this port.", {"clients": "wss:// instead of ws://"}),
    references=(Reference("RFC 8446 section 6: alerts", "https://www.rfc-editor.org/rfc/rfc8446.html#section-6"),),
    cases=(Case("Go client", facts={"log": 'malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"'}),),
    near_misses=(Case("a VNC greeting", facts={"log": 'malformed HTTP response "RFB 003.008"'}),),
)
