"""A server's log quotes a PROXY protocol header."""

import re

from wsdoctor.model.rule import Case, Rule
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import NO_PROXY_HEADER, PROXY_HEADER, PROXY_PROTOCOL

_QUOTED = re.compile(
    r"PROXY (?:TCP[46] [0-9a-fA-F.:]{2,45} [0-9a-fA-F.:]{2,45} \d{1,5} \d{1,5}|UNKNOWN\b)"
    r"|\\r\\n\\r\\n\\x00\\r\\nQUIT\\n|(?i:proxy protocol (?:v[12] )?(?:signature|header)(?: was)? (?:found|received"
    r"|seen))"
)


def match(log: str, first_bytes: bytes | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if first_bytes is not None:
        return None
    found = _QUOTED.search(log[:20_000])
    return None if found is None else f"the log quotes “{quote(found[0], 107)}”"


RULE = Rule(
    id="proxy-header-in-log",
    title="The log quotes a PROXY protocol header in front of the request",
    cls="other-protocol",
    level="error",
    confidence=0.93,
    match=match,
    why=PROXY_HEADER,
    remedy=NO_PROXY_HEADER,
    references=(PROXY_PROTOCOL,),
    cases=(
        Case(
            "websockets 13 to 16",
            facts={
                "log": "ValueError: unsupported protocol; expected HTTP/1.1: PROXY TCP4 203.0.113.7 10.0.0.5 51234 8080"
            },
        ),
    ),
    near_misses=(Case("the word proxy alone", facts={"log": "PROXY WEB /user/x to http://127.0.0.1:9000"}),),
)
