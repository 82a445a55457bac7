"""A server's log quotes a PROXY protocol header."""

import re

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import PROXY_PROTOCOL

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
    why=(
        "A load balancer that hands bytes through can say who the client was by a header of the PROXY protocol in "
        "front of the first bytes. Both sides must be set up for it: a server that does not expect the header takes "
        "it for a broken request and refuses everybody. The request behind it may be perfectly right."
    ),
    remedy=Remedy(
        ("Switch the PROXY protocol off in what forwards to this port, or on in the server, but on both sides alike."),
        {
            "HAProxy": "server ws1 127.0.0.1:8080 without send-proxy and send-proxy-v2",
            "nginx stream": "proxy_protocol off;",
            "AWS NLB": "target group attribute proxy_protocol_v2.enabled = false",
            "Caddy": "no proxy_protocol in transport http",
            "Traefik": "no proxyProtocol on the TCP service",
            "hitch": "write-proxy-v1 = off, write-proxy-v2 = off",
            "stunnel": "no protocol = proxy",
            "server": "or let it read the header: nginx with listen 8080 proxy_protocol; in front, or a library "
            "that knows it",
        },
    ),
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
