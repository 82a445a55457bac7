"""TLS without server name and ALPN: a proxy with https:// towards a plain server."""

from wsdoctor.model.evidence import ClientHello
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._declared import tls_hops
from wsdoctor.rules._remedies import TLS_HELLO
from wsdoctor.rules._samples import NAMED_HELLO, NAMELESS_HELLO


def match(hello: ClientHello) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not hello.complete or hello.server_name is not None or hello.alpn or not hello.record_version.startswith("TLS"):
        return None
    return (
        f"a TLS ClientHello ({', '.join(hello.versions[:2]) or hello.record_version}) without server name and ALPN: "
        "proxies connect so, and clients that were given an IP address"
    )


RULE = Rule(
    id="proxy-speaks-tls-to-plaintext-server",
    title="A proxy or a check speaks TLS to a server that expects plain HTTP",
    cls="tls-on-plaintext",
    level="error",
    confidence=0.9,
    match=match,
    declared=tls_hops,
    why=(
        "The client speaks TLS, as for wss:// or https://, and this port expects plain HTTP. The server sees binary "
        "bytes where it looks for GET and gives up. The hello names neither host nor protocol, as that of nginx, "
        "HAProxy, Apache and Traefik does when they are told to speak https:// to the server, and as that of a health"
        " check over TLS. A client that was given an IP address instead of a name looks the same."
    ),
    remedy=Remedy(
        "Write http:// for the server in the proxy, or give the server a certificate.",
        {
            "nginx": "proxy_pass http://127.0.0.1:8080; instead of https://",
            "HAProxy": "no ssl, check-ssl on the server line",
            "Apache httpd": "ProxyPass http:// or ws://, not https:// or wss://",
            "Caddy": "reverse_proxy http://…",
            "Traefik": "url: http://…",
            "stunnel": "no client = yes towards this port",
        },
    ),
    references=(
        TLS_HELLO,
        Reference(
            "nginx: proxy_ssl_server_name",
            "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_server_name",
        ),
    ),
    cases=(Case("neither name nor ALPN", NAMELESS_HELLO),),
    near_misses=(Case("with a name", NAMED_HELLO),),
)
