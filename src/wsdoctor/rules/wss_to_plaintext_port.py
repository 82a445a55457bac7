"""TLS with a server name: an end client took a plain port for a TLS one."""

from wsdoctor.model.evidence import ClientHello
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._declared import speaks_tls
from wsdoctor.rules._remedies import TLS_HELLO
from wsdoctor.rules._samples import ALPN_HELLO, NAMED_HELLO, NAMELESS_HELLO


def match(hello: ClientHello) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if hello.server_name is None or not hello.record_version.startswith("TLS"):
        return None
    alpn = f", ALPN {', '.join(hello.alpn)[:60]}" if hello.alpn else ", no ALPN"
    return (
        f"a TLS ClientHello for “{hello.server_name[:80]}”{alpn}: a client that was given this name with "
        "wss:// or https://"
    )


RULE = Rule(
    id="wss-to-plaintext-port",
    title="A client speaks TLS (wss:// or https://) to a plain port",
    cls="tls-on-plaintext",
    level="error",
    confidence=0.93,
    match=match,
    declared=speaks_tls,
    why=(
        "The client speaks TLS, as for wss:// or https://, and this port expects plain HTTP. The server sees binary "
        "bytes where it looks for GET and gives up. It names the host that it wants, so an end client was given a "
        "wss:// or https:// address that leads here; or something in front hands TLS through instead of ending it; or"
        " a proxy sends the name on."
    ),
    remedy=Remedy(
        ("Use ws:// for this port, or put the certificate here or into a proxy in front and let wss:// end there."),
        {
            "clients": "ws://host:8080, or wss:// to the port that ends TLS",
            "nginx": "listen 443 ssl; ssl_certificate …; proxy_pass http://127.0.0.1:8080;",
            "websockets (Python)": "serve(..., ssl=ssl_context)",
            "ngrok": "an HTTP tunnel for wss://, not a TCP tunnel",
            "AWS NLB": "a TLS listener instead of TCP, or TLS in the server",
        },
    ),
    references=(
        TLS_HELLO,
        Reference("RFC 6066 section 3: server name", "https://www.rfc-editor.org/rfc/rfc6066.html#section-3"),
    ),
    cases=(
        Case("a WebSocket library", NAMED_HELLO),
        Case("a browser, with ALPN", ALPN_HELLO),
    ),
    near_misses=(Case("a proxy: neither name nor ALPN", NAMELESS_HELLO),),
)
