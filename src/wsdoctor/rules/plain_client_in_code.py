"""Code in play opens ws:// or http:// on port 443."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import found_in, unseen

_PORT_443 = re.compile(r"\b(?:ws|http)://[^\s/'\"`:]{1,255}:(?:443|8443)\b")


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = found_in(files, _PORT_443) if unseen(headers, first_bytes, outcome, log) else None
    return None if found is None else f"{found}, and that port is one of TLS"


RULE = Rule(
    id="plain-client-in-code",
    title="Code speaks plain HTTP to a port of TLS",
    cls="plaintext-on-tls",
    level="error",
    confidence=0.75,
    match=match,
    why="443 and 8443 are ports on which servers expect TLS. With ws:// or http:// the client begins in plain HTTP, "
    "which "
    "the server answers with 400 or an alert.",
    remedy=Remedy("Use wss:// or https:// for this port."),
    references=(
        Reference("RFC 6455 section 3: WebSocket URIs", "https://www.rfc-editor.org/rfc/rfc6455.html#section-3"),
    ),
    cases=(
        Case(
            "websocket-client",
            facts={"files": (SourceFile("client.py", "websocket.create_connection('ws://example.com:443/ws')"),)},
        ),
    ),
    near_misses=(
        Case("TLS", facts={"files": (SourceFile("client.py", "create_connection('wss://example.com:443/ws')"),)}),
    ),
)
