"""The proxy itself checks the port: PROXY protocol version 2 with the command LOCAL."""

from wsdoctor.model.evidence import ProxyHeader
from wsdoctor.model.rule import Case, Rule
from wsdoctor.rules._remedies import NO_PROXY_HEADER, PROXY_PROTOCOL
from wsdoctor.rules._samples import PROXY_V2


def match(proxy: ProxyHeader, speaks: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "proxy-v2" or proxy.command != "LOCAL":
        return None
    return "a header of the PROXY protocol, version 2, with the command LOCAL: no client, the proxy's own health check"


RULE = Rule(
    id="proxy-protocol-local-check",
    title="A proxy that speaks the PROXY protocol checks the port by itself",
    cls="other-protocol",
    level="warning",
    confidence=0.93,
    match=match,
    why=(
        "With the command LOCAL a proxy says that it speaks for itself, which it does in health checks. The server "
        "does not expect the header and refuses the check, and real clients come with the same header."
    ),
    remedy=NO_PROXY_HEADER,
    references=(PROXY_PROTOCOL,),
    cases=(Case("LOCAL and nothing else", PROXY_V2 + bytes.fromhex("20000000")),),
    near_misses=(Case("a client", PROXY_V2 + bytes.fromhex("2111000c7f0000017f000001eb885258")),),
)
