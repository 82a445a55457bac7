"""Tinyproxy stands between, which knows no WebSocket but by CONNECT."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import named_like, unseen

_NAME = re.compile(r"(?i)(?:^|/)tinyproxy[\w.-]*$")


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
    file = named_like(files, _NAME)
    return None if file is None else f"{file.name[:80]}: Tinyproxy stands between client and server"


RULE = Rule(
    id="tinyproxy-in-the-way",
    title="Tinyproxy carries no WebSocket unless the client asks for a tunnel",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.85,
    match=match,
    why=(
        "Tinyproxy removes Upgrade and Connection from ordinary requests. A WebSocket gets through only in a tunnel, "
        "which the client asks for with CONNECT; its reverse mode cannot carry one."
    ),
    remedy=Remedy(
        "Use wss://, or a client that uses CONNECT for ws:// too, and allow the port.",
        {"Tinyproxy": "ConnectPort 8080", "clients": "wss://"},
    ),
    references=(Reference("Tinyproxy", "https://tinyproxy.github.io/"),),
    cases=(
        Case("its configuration", facts={"files": (SourceFile("tinyproxy.conf", "Port 8888\nAllow 127.0.0.1\n"),)}),
    ),
    near_misses=(
        Case("another program's", facts={"files": (SourceFile("haproxy.cfg", "listen 8888\n"),)}),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"files": (SourceFile("tinyproxy.conf", "Port 8888\nAllow 127.0.0.1\n"),)},
        ),
    ),
)
