"""cloudflared in front of the server; its tunnel loses WebSockets in some versions."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import found_in, unseen
from wsdoctor.rules._remedies import CLOUDFLARE_WEBSOCKETS

_SAID = re.compile(r"\bcloudflared\b[^\n]*\btunnel\b[^\n]*\bhttps?://")


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome, log):
        return None
    return found_in(files, _SAID)


RULE = Rule(
    id="cloudflared-to-http-service",
    title="The tunnel of cloudflared carries the WebSocket's service as plain HTTP",
    cls="proxy-strips-upgrade",
    level="warning",
    confidence=0.55,
    match=match,
    why=(
        "The tunnel hands requests to the service as plain HTTP. Old versions drop Upgrade where the service is given"
        " as http:// or https://, some newer ones with one of the two transport protocols; and a WebSocket server on "
        "another port than the tunnel's service is not reached at all."
    ),
    remedy=Remedy(
        (
            "Update cloudflared, try the other transport protocol, and give the WebSocket's port an ingress "
            "rule of its "
            "own."
        ),
        {
            "cloudflared": "ingress: - hostname: ws.example.com / service: http://localhost:8080; protocol: "
            "http2 or quic"
        },
    ),
    references=(
        Reference("cloudflared: issue 120", "https://github.com/cloudflare/cloudflared/issues/120"),
        CLOUDFLARE_WEBSOCKETS,
    ),
    cases=(
        Case(
            "a tunnel",
            facts={
                "files": (
                    SourceFile("run.sh", "cloudflared tunnel --hostname app.example.com http://localhost:8000\n"),
                )
            },
        ),
    ),
    near_misses=(
        Case("TCP service", facts={"files": (SourceFile("run.sh", "cloudflared tunnel run web\n"),)}),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"files": (SourceFile("run.sh", "cloudflared tunnel --hostname app.example.com http://localhost:8000\n"),)},
        ),
    ),
)
