"""cloudflared logs that the request to the origin has no Host."""

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import CLOUDFLARE_WEBSOCKETS

_SAID = re.compile(r"[^\n]{0,80}\bno Host in request URL")


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome):
        return None
    found = _SAID.search(log[:20_000])
    return None if found is None else f"the log says “{quote(found[0])}”"


RULE = Rule(
    id="cloudflared-loses-host",
    title="cloudflared cannot hand the WebSocket on: the request has no Host",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.85,
    match=match,
    why=(
        "The tunnel turned the handshake into a request that its own HTTP library refuses, and answered 502. That "
        "happens with WebSockets over the tunnel's transport http2 in some versions."
    ),
    remedy=Remedy(
        "Update cloudflared, and try the other transport protocol.",
        {"cloudflared": "protocol: quic in config.yml, or http2 if quic fails"},
    ),
    references=(
        Reference("cloudflared: issue 1208", "https://github.com/cloudflare/cloudflared/issues/1208"),
        CLOUDFLARE_WEBSOCKETS,
    ),
    cases=(
        Case(
            "502",
            facts={
                "log": 'ERR  error="Unable to reach the origin service. The service may be down or it may not be '
                'responding to traffic from cloudflared: http: no Host in request URL"'
            },
        ),
    ),
    near_misses=(
        Case(
            "the service is down",
            facts={
                "log": 'ERR  error="Unable to reach the origin service. The service may be down: dial tcp '
                '127.0.0.1:8000: connect: connection refused"'
            },
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {
                "log": 'ERR  error="Unable to reach the origin service. The service may be down or it may not be '
                'responding to traffic from cloudflared: http: no Host in request URL"'
            },
        ),
    ),
)
