"""A configuration sends PROXY protocol headers to the server."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._files import found_in, unseen
from wsdoctor.rules._remedies import PROXY_PROTOCOL

_SWITCH = re.compile(
    r"(?m)^\s*server\s.*\bsend-proxy(?:-v2(?:-ssl)?)?\b|^\s*proxy_protocol\s+on\s*;|policies:EnableProxyProtocol"
    r"|proxy_protocol_v2(?:\.enabled)?\s*[=:]\s*\"?true|proxyProtocol:\s*(?:\n\s*version|\{)"
    r"|^\s*proxy_protocol\s+v[12]\b"
    r"|aws-load-balancer-proxy-protocol:\s*\"\*\"|write-proxy-v[12]\s*=\s*on"
)


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome, log):
        return None
    return found_in(files, _SWITCH)


RULE = Rule(
    id="proxy-protocol-switched-on",
    title="The load balancer is set up to send PROXY protocol headers",
    cls="other-protocol",
    level="error",
    confidence=0.8,
    match=match,
    why=(
        "A load balancer that hands bytes through can say who the client was by a header of the PROXY protocol in "
        "front of the first bytes. Both sides must be set up for it: a server that does not expect the header takes "
        "it for a broken request and refuses everybody. The request behind it may be perfectly right. The "
        "configuration that is known switches the header on."
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
            "HAProxy",
            facts={"files": (SourceFile("haproxy.cfg", "backend ws\n  server ws1 127.0.0.1:8080 send-proxy-v2\n"),)},
        ),
        Case(
            "Elastic Beanstalk",
            facts={
                "files": (
                    SourceFile(
                        "elb.config",
                        "- namespace: aws:elb:policies:EnableProxyProtocol\n  option_name: ProxyProtocol\n  "
                        "value: true\n",
                    ),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "nothing of it", facts={"files": (SourceFile("haproxy.cfg", "backend ws\n  server ws1 127.0.0.1:8080\n"),)}
        ),
    ),
)
