"""Code that makes its client speak HTTP/2 only."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import found_in, unseen
from wsdoctor.rules._remedies import RFC8441

_SAID = re.compile(
    r"\bhttp2_only\(\s*true\s*\)|\.http2_prior_knowledge\(\)|\bhttp2\.Transport\{"
    r"|\bhttp1\s*=\s*False\b|\bhttp1:\s*false\b|HttpVersion\.Version20[^\n]{0,200}RequestVersionExact"
    r"|--http2-prior-knowledge\b|\bprotocols\(\s*(?:listOf|Arrays\.asList"
    r"|Collections\.singletonList)\(\s*Protocol\.(?:H2_PRIOR_KNOWLEDGE|HTTP_2)\s*\)\s*\)"
    r"|\ballowH2:\s*true\b(?=[\s\S]{0,2000}\bnew\s+WebSocket\()"
)


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
    id="http2-only-client-in-code",
    title="The client that carries the handshake is set to HTTP/2",
    cls="http2-to-ws",
    level="error",
    confidence=0.9,
    match=match,
    why=(
        "A client that speaks HTTP/2 only cannot send Upgrade and Connection, which do not exist there. For a "
        "WebSocket it would need Extended CONNECT (RFC 8441), which few servers know."
    ),
    remedy=Remedy(
        "Let the client speak HTTP/1.1 for WebSockets, by ALPN http/1.1.",
        {
            "hyper": "Client::builder() with ALPN http/1.1 for requests with Upgrade",
            "OkHttp": "protocols(listOf(Protocol.HTTP_1_1))",
            "undici": "new WebSocket(url) without a dispatcher that has allowH2: true",
            "curl": "--http1.1",
        },
    ),
    references=(RFC8441,),
    cases=(
        Case(
            "undici",
            facts={
                "files": (
                    SourceFile(
                        "client.mjs",
                        "const via = new Agent({ allowH2: true })\nconst ws = new WebSocket(u, { dispatcher: via })\n",
                    ),
                )
            },
        ),
        Case(
            "hyper",
            facts={
                "files": (SourceFile("client.rs", "let client = Client::builder().http2_only(true).build(https);"),)
            },
        ),
    ),
    near_misses=(
        Case(
            "no WebSocket",
            facts={"files": (SourceFile("a.mjs", "fetch(u, {dispatcher: new Agent({allowH2: true})})\n"),)},
        ),
        Case(
            "both versions", facts={"files": (SourceFile("client.rs", "let client = Client::builder().build(https);"),)}
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"files": (SourceFile("client.rs", "let client = Client::builder().http2_only(true).build(https);"),)},
        ),
    ),
)
