"""A configuration sends PROXY protocol headers to the server."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Rule
from wsdoctor.rules._files import found_in, unseen
from wsdoctor.rules._remedies import NO_PROXY_HEADER, PROXY_HEADER, PROXY_PROTOCOL

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
    why=f"{PROXY_HEADER} The configuration that is known switches the header on.",
    remedy=NO_PROXY_HEADER,
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
