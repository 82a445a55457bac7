"""HTTP/2 without asking, and nobody's habit is recognised."""

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._declared import hops
from wsdoctor.rules._http2 import settings_of, stack_of
from wsdoctor.rules._remedies import HTTP2_PREFACE, RFC8441
from wsdoctor.rules._samples import PREFACE, settings_frame


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "http/2":
        return None
    settings = settings_of(first_bytes)
    who = None if settings is None else stack_of(settings)
    told = "its SETTINGS were not received" if settings is None else f"it sends {len(settings)} settings"
    told += f", as {who} does" if who else ""
    return f"the first {len(first_bytes)} bytes are the preface of HTTP/2, “PRI * HTTP/2.0”; {told}"


RULE = Rule(
    id="http2-prior-knowledge",
    title="Somebody speaks HTTP/2 to a port that speaks HTTP/1.1",
    cls="http2-to-ws",
    level="error",
    confidence=0.93,
    match=match,
    declared=hops(schemes={"h2", "h2c"}, but={"traefik"}),
    why=(
        "A WebSocket server of the usual kind speaks HTTP/1.1 only. Whoever begins with the preface of HTTP/2 has "
        "decided beforehand that the other side speaks it, so there is nothing to negotiate and the connection must "
        "fail. Either a proxy is set up for HTTP/2 towards the server, or a TLS terminator agreed on h2 by ALPN and "
        "hands the bytes through, or a client was told to use prior knowledge. Scanners send the preface too."
    ),
    remedy=Remedy(
        ("Speak HTTP/1.1 to this port: in the proxy towards the server, or in the ALPN list of what terminates TLS."),
        {
            "nginx": "proxy_http_version 1.1; no grpc_pass",
            "HAProxy": "no proto h2 or alpn h2 on the server line; in mode tcp: bind … alpn http/1.1",
            "Caddy": "reverse_proxy http://…, not h2c://",
            "Envoy": "no http2_protocol_options on the cluster; alpn_protocols: [http/1.1]",
            "Traefik": "a TCP router needs tls options with alpnProtocols: [http/1.1]",
            "hitch": 'alpn-protos = "http/1.1"',
            "stunnel": "no ALPN h2",
            "Apache httpd": "ProxyPass http://…, not h2c://",
            "curl": "--http1.1 instead of --http2-prior-knowledge",
        },
    ),
    references=(
        HTTP2_PREFACE,
        RFC8441,
    ),
    cases=(
        Case("the preface alone", PREFACE),
        Case("an empty SETTINGS frame", PREFACE + settings_frame()),
        Case("Envoy", PREFACE + settings_frame((2, 0), (1, 4096), (8, 0), (3, 1024), (4, 64 << 10))),
    ),
    near_misses=(Case("HTTP/1.1", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),),
)
