"""The proxy itself checks the port: PROXY protocol version 2 with the command LOCAL."""

from wsdoctor.model.evidence import ProxyHeader
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._remedies import PROXY_PROTOCOL
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
    remedy=Remedy(
        "Switch the PROXY protocol off towards this port, or on in the server.",
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
    cases=(Case("LOCAL and nothing else", PROXY_V2 + bytes.fromhex("20000000")),),
    near_misses=(Case("a client", PROXY_V2 + bytes.fromhex("2111000c7f0000017f000001eb885258")),),
)
