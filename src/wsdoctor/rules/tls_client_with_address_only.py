"""TLS with ALPN but without server name: a client that was given an IP address."""

from wsdoctor.model.evidence import ClientHello
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._remedies import TLS_HELLO
from wsdoctor.rules._samples import ADDRESS_HELLO, ALPN_HELLO


def match(hello: ClientHello) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not hello.complete or hello.server_name is not None or not hello.alpn:
        return None
    return (
        f"a TLS ClientHello with ALPN {', '.join(hello.alpn)[:60]} but without a server name, as clients send "
        "it to an IP address and some proxies to servers"
    )


RULE = Rule(
    id="tls-client-with-address-only",
    title=("TLS without a server name reaches a plain port: a client that was given an IP address, or a proxy"),
    cls="tls-on-plaintext",
    level="error",
    confidence=0.9,
    match=match,
    why=(
        "The client speaks TLS, as for wss:// or https://, and this port expects plain HTTP. The server sees binary "
        "bytes where it looks for GET and gives up. It offers application protocols, as browsers, curl and programs "
        "in Go do, but names no host, for a name is left out where the address is a number. Caddy, Traefik and Envoy "
        "connect to servers so as well."
    ),
    remedy=Remedy(
        "Use ws:// or http:// with this address, or end TLS in front.",
        {
            "clients": "ws://203.0.113.5:8080",
            "Caddy": "reverse_proxy http://…",
            "Traefik": "url: http://…",
            "Envoy": "no transport_socket with UpstreamTlsContext on the cluster",
        },
    ),
    references=(
        TLS_HELLO,
        Reference("RFC 7301: ALPN", "https://www.rfc-editor.org/rfc/rfc7301.html"),
    ),
    cases=(Case("https://203.0.113.5:8080/", ADDRESS_HELLO),),
    near_misses=(Case("with a name", ALPN_HELLO),),
)
