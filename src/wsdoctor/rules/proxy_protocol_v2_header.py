"""A PROXY protocol header, version 2, in front of the request."""

from wsdoctor.model.evidence import Evidence, ProxyHeader
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Rule, request
from wsdoctor.rules._remedies import NO_PROXY_HEADER, PROXY_HEADER, PROXY_PROTOCOL
from wsdoctor.rules._samples import PROXY_V2


def match(speaks: str, proxy: ProxyHeader | None = None, behind: Evidence | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "proxy-v2" or (proxy is not None and proxy.command == "LOCAL"):
        return None
    source = f" for the client {proxy.source}" if proxy is not None and proxy.source else ""
    if behind is None or not behind.first_bytes:
        return (
            f"the first bytes are the signature of the PROXY protocol, version 2{source}; nothing was received "
            "behind it"
        )
    what = f"{behind.method[:20]} {(behind.path or '')[:60]}" if behind.method is not None else behind.speaks
    return f"the first bytes are the signature of the PROXY protocol, version 2{source}; behind it comes {what}"


RULE = Rule(
    id="proxy-protocol-v2-header",
    title="A PROXY protocol header (version 2) stands in front of the request",
    cls="other-protocol",
    level="error",
    confidence=0.95,
    match=match,
    why=PROXY_HEADER,
    remedy=NO_PROXY_HEADER,
    references=(
        PROXY_PROTOCOL,
        Reference(
            "AWS: PROXY protocol of Network Load Balancers",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html",
        ),
    ),
    cases=(
        Case(
            "in front of a good handshake",
            PROXY_V2
            + bytes.fromhex("2111000c7f0000017f000001eb885258")
            + request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
        ),
        Case("the signature alone", PROXY_V2),
    ),
    near_misses=(Case("a check of the proxy itself", PROXY_V2 + bytes.fromhex("20000000")),),
)
