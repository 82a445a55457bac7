"""Load balancers and platforms of clouds: what says TLS or HTTP/2 to a plain server says HTTP/1.1 or TCP instead."""

from __future__ import annotations

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import Lines, alone
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap

__all__ = ["PRODUCTS", "fix"]

_CHANGES = {
    "aws-elb": (
        (r"(?<=\bprotocol_version)(\s*=\s*)\"(?:HTTP2|GRPC)\"", r'\1"HTTP1"'),
        (r"(?<=\bprotocol)(\s*=\s*)\"TLS\"", r'\1"TCP"'),
        (r"(?<=\bprotocol)(\s*=\s*)\"HTTPS\"", r'\1"HTTP"'),
        (r"(?<=\bProtocolVersion)(\"?\s*:\s*\"?)(?:HTTP2|GRPC)\b", r"\1HTTP1"),
        (r"(?<=\bProtocol)(\"?\s*:\s*\"?)TLS\b", r"\1TCP"),
        (r"(?<=\bProtocol)(\"?\s*:\s*\"?)HTTPS\b", r"\1HTTP"),
    ),
    "google": ((r"(?<=\bprotocol)(\s*=\s*)\"(?:HTTPS|HTTP2|H2C)\"", r'\1"HTTP"'),),
    "azure": (
        (r"(?<=\bprotocol)(\s*=\s*)\"Https\"", r'\1"Http"'),
        (r"(?<=\btransport)(\s*=\s*)\"http2\"", r'\1"http"'),
    ),
    "digitalocean": (
        (r"(?<=\btarget_protocol)(\s*=\s*)\"(?:https|http2)\"", r'\1"http"'),
        (r"(?<=\bprotocol)(:\s*)HTTP2\b", r"\1HTTP"),
    ),
    "cloud-run": ((r"(?<=\bname)(\s*=\s*)\"h2c\"", r'\1"http1"'),),
    "knative": ((r"(?<=\bname)(:\s*[\"']?)h2c\b", r"\1http1"),),
    "fly": ((r"(?<=\bh2_backend)(\s*=\s*)true\b", r"\1false"),),
    "ingress-nginx": ((r"(?<=nginx\.ingress\.kubernetes\.io/backend-protocol)([\"']?:\s*[\"']?)HTTPS\b", r"\1HTTP"),),
}  # fmt: skip
"""For each product what is written in the line, with what comes in its place."""

PRODUCTS = tuple(_CHANGES)


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edit of the line."""
    if not isinstance(traffic, Hop) or finding.cls not in {"tls-on-plaintext", "http2-to-ws"}:
        return None
    if not alone(traffic, declared):
        return None
    lines = Lines(text)
    for pattern, new in _CHANGES[traffic.product]:
        edit = lines.substitute(traffic.location.line, pattern, new)
        if edit is not None:
            return [edit]
    return None
