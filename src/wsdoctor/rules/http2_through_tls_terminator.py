"""A browser or curl agreed on h2 with a TLS terminator that hands the bytes through."""

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._http2 import settings_of, stack_of
from wsdoctor.rules._remedies import HTTP2_PREFACE
from wsdoctor.rules._samples import PREFACE, settings_frame


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "http/2":
        return None
    settings = settings_of(first_bytes)
    stack = stack_of(settings) if settings is not None else None
    if settings is None or stack not in {"curl", "browser"}:
        return None
    who = "curl" if stack == "curl" else "a browser"
    return (
        f"the preface of HTTP/2 came with the {len(settings)} settings of {who}, so the client itself speaks "
        "it to this port"
    )


RULE = Rule(
    id="http2-through-tls-terminator",
    title="A client's HTTP/2 reaches the port, through a TLS terminator that offers h2",
    cls="http2-to-ws",
    level="error",
    confidence=0.95,
    match=match,
    why=(
        "A WebSocket server of the usual kind speaks HTTP/1.1 only. Whoever begins with the preface of HTTP/2 has "
        "decided beforehand that the other side speaks it, so there is nothing to negotiate and the connection must "
        "fail. The settings are those of a client, not of a proxy. Something decrypts TLS in front, offers h2 in the "
        "ALPN negotiation and hands the bytes on unchanged; or somebody runs curl --http2-prior-knowledge."
    ),
    remedy=Remedy(
        "Let what terminates TLS offer http/1.1 only, or terminate HTTP there as well.",
        {
            "HAProxy": "mode tcp: bind :443 ssl crt … alpn http/1.1",
            "hitch": 'alpn-protos = "http/1.1"',
            "Traefik": "tls options of the TCP router: alpnProtocols: [http/1.1]",
            "Envoy": "alpn_protocols: [http/1.1] in the listener's TLS context",
            "curl": "--http1.1",
        },
    ),
    references=(
        HTTP2_PREFACE,
        Reference("RFC 7301: ALPN", "https://www.rfc-editor.org/rfc/rfc7301.html"),
    ),
    cases=(
        Case("curl", PREFACE + settings_frame((3, 100), (4, 32 << 20), (2, 0))),
        Case("Chrome", PREFACE + settings_frame((1, 65536), (2, 0), (4, 6291456), (6, 262144))),
    ),
    near_misses=(Case("Caddy", PREFACE + settings_frame((2, 0), (4, 4 << 20), (5, 16384), (6, 10 << 20))),),
    supersedes=("http2-prior-knowledge",),
)
