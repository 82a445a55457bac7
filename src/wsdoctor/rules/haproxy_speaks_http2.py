"""HAProxy speaks HTTP/2 to the server, or checks it by HTTP/2."""

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._http2 import settings_of, stack_of
from wsdoctor.rules._remedies import HAPROXY_MANUAL, HTTP2_PREFACE
from wsdoctor.rules._samples import PREFACE, settings_frame


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "http/2":
        return None
    settings = settings_of(first_bytes)
    if settings is None or stack_of(settings) != "haproxy":
        return None
    return (
        f"the preface of HTTP/2 came with the {len(settings)} settings that HAProxy sends, "
        "MAX_CONCURRENT_STREAMS 100 among them"
    )


RULE = Rule(
    id="haproxy-speaks-http2",
    title="HAProxy speaks HTTP/2 to the server",
    cls="http2-to-ws",
    level="error",
    confidence=0.95,
    match=match,
    why=(
        "A WebSocket server of the usual kind speaks HTTP/1.1 only. Whoever begins with the preface of HTTP/2 has "
        "decided beforehand that the other side speaks it, so there is nothing to negotiate and the connection must "
        "fail. The settings are HAProxy's. It tries each client's request up to four times, so one client looks like "
        "four. With check-proto h2 its health check comes like this as well."
    ),
    remedy=Remedy(
        "Take proto h2, alpn h2 and check-proto h2 off the server line.",
        {"HAProxy": "server ws1 127.0.0.1:8080 check, without proto h2, alpn h2 and check-proto h2"},
    ),
    references=(
        HTTP2_PREFACE,
        HAPROXY_MANUAL,
    ),
    cases=(Case("server … proto h2", PREFACE + settings_frame((2, 0), (8, 1), (3, 100))),),
    near_misses=(Case("curl", PREFACE + settings_frame((3, 100), (4, 32 << 20), (2, 0))),),
    supersedes=("http2-prior-knowledge",),
)
