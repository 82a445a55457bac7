"""Code in play opens wss:// on a port whose server has no certificate, or on port 80."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._files import FILE_LIMIT, found_in, unseen
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import TLS_HELLO
from wsdoctor.rules._snippets import websocket_ports

_LOCAL = re.compile(r"\b(?:wss|https)://(?:localhost|127\.0\.0\.1):(\d{2,5})\b[^\s'\"`);]{0,100}")
_TLS = re.compile(r"(?i)\bssl|https\.createServer|\bcert\b|certfile|\btls\b|\bkey:")
_PORT_80 = re.compile(r"\b(?:wss|https)://[^\s/'\"`:]{1,255}:80\b(?!\d)")


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
    if (found := found_in(files, _PORT_80)) is not None:
        return f"{found}, and port 80 is that of plain HTTP"
    ports = websocket_ports(files)
    if not ports or any(_TLS.search(file.text[:FILE_LIMIT]) for file in files):
        return None
    for file in files:
        for seen in _LOCAL.finditer(file.text[:FILE_LIMIT]):
            if int(seen[1]) in ports:
                return f"{file.name[:80]} says “{quote(seen[0], 100)}”, and the server on {seen[1]} has no certificate"
    return None


RULE = Rule(
    id="wss-client-in-code",
    title="Code opens wss:// on a plain port",
    cls="tls-on-plaintext",
    level="error",
    confidence=0.85,
    match=match,
    why="wss:// and https:// begin with TLS. The server on that port speaks plain HTTP, finds binary bytes where it "
    "looks "
    "for GET and gives up.",
    remedy=Remedy("Use ws:// for this port, or put a proxy with a certificate in front and open its port."),
    references=(TLS_HELLO,),
    cases=(
        Case(
            "ws for Node",
            facts={
                "files": (
                    SourceFile("client.js", "const ws = new WebSocket('wss://localhost:8080');"),
                    SourceFile("server.js", "const wss = new WebSocketServer({ port: 8080 });"),
                )
            },
        ),
        Case("port 80", facts={"files": (SourceFile("client.js", "new WebSocket('wss://example.com:80/ws');"),)}),
    ),
    near_misses=(
        Case(
            "a server with a certificate",
            facts={
                "files": (
                    SourceFile("client.js", "const ws = new WebSocket('wss://localhost:8080');"),
                    SourceFile(
                        "server.js", "new WebSocketServer({ port: 8080, server: https.createServer({ cert }) });"
                    ),
                )
            },
        ),
        Case(
            "another port",
            facts={
                "files": (
                    SourceFile("client.js", "const ws = new WebSocket('wss://localhost:8443');"),
                    SourceFile("server.js", "const wss = new WebSocketServer({ port: 8080 });"),
                )
            },
        ),
    ),
)
