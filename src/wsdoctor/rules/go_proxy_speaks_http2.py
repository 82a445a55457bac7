"""A proxy written in Go (Caddy, Traefik) speaks HTTP/2 to the server."""

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._http2 import settings_of, stack_of
from wsdoctor.rules._remedies import CADDY_PROXY, HTTP2_PREFACE
from wsdoctor.rules._samples import PREFACE, settings_frame


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "http/2":
        return None
    settings = settings_of(first_bytes)
    if settings is None or stack_of(settings) != "go":
        return None
    return (
        f"the preface of HTTP/2 came with {len(settings)} settings, among them a window of 4 MiB, as the "
        "HTTP/2 stack of Go sends them"
    )


RULE = Rule(
    id="go-proxy-speaks-http2",
    title="A proxy written in Go, such as Caddy or Traefik, speaks HTTP/2 to the server",
    cls="http2-to-ws",
    level="error",
    confidence=0.95,
    match=match,
    why=(
        "A WebSocket server of the usual kind speaks HTTP/1.1 only. Whoever begins with the preface of HTTP/2 has "
        "decided beforehand that the other side speaks it, so there is nothing to negotiate and the connection must "
        "fail. The settings are those of Go, in which Caddy and Traefik are written. Their address of the server "
        "begins with h2c://, or the transport lists h2c."
    ),
    remedy=Remedy(
        "Give the proxy the address of the server with http://.",
        {
            "Caddy": "reverse_proxy http://127.0.0.1:8080 without transport http { versions h2c }",
            "Traefik": "url: http://127.0.0.1:8080 instead of h2c://",
            "Go": "no http2.Transport with AllowHTTP",
        },
    ),
    references=(
        HTTP2_PREFACE,
        CADDY_PROXY,
        Reference("Traefik: services, h2c", "https://doc.traefik.io/traefik/routing/services/"),
    ),
    cases=(Case("Caddy with versions h2c", PREFACE + settings_frame((2, 0), (4, 4 << 20), (5, 16384), (6, 10 << 20))),),
    near_misses=(Case("curl", PREFACE + settings_frame((3, 100), (4, 32 << 20), (2, 0))),),
    supersedes=("http2-prior-knowledge",),
)
