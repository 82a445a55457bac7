"""A client in play offers HTTP/2 on a plain port, and the server calls that an unsupported upgrade."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._files import found_in
from wsdoctor.rules._log_text import says
from wsdoctor.rules._pages import rfc9110

_OFFERS = re.compile(r"--http2\b(?!-)|\bHttpClient\.newHttpClient\(\)|\bHttpClient\.newBuilder\(\)(?![^;]*HTTP_1_1)")


def match(files: tuple[SourceFile, ...], log: str, handshake: tuple[str, ...] | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake is not None or says(log, "library") is None:
        return None
    found = found_in(files, _OFFERS)
    return None if found is None else f"{found}, which offers an upgrade to HTTP/2 with its first plain request"


RULE = Rule(
    id="client-in-play-offers-http2",
    title="A client offers an upgrade to HTTP/2, which the server takes for a WebSocket",
    cls="http2-to-ws",
    level="warning",
    confidence=0.85,
    match=match,
    why="curl --http2 and the HTTP client of Java send Upgrade: h2c with a plain request. uvicorn knows one upgrade "
    "only "
    "and complains of a missing WebSocket library; none is missing, and the request is answered over HTTP/1.1.",
    remedy=Remedy(
        "Let the client speak HTTP/1.1 on plain ports.",
        {"Java": "HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)", "curl": "curl --http1.1"},
    ),
    references=(rfc9110("7.8"),),
    cases=(
        Case(
            "curl",
            None,
            {
                "log": "WARNING:  Unsupported upgrade request.\n",
                "files": (SourceFile("client.sh", "curl --http2 http://localhost:8000/\n"),),
            },
        ),
    ),
    near_misses=(
        Case(
            "a WebSocket client",
            None,
            {
                "log": "WARNING:  Unsupported upgrade request.\n",
                "files": (SourceFile("client.js", "new WebSocket('ws://localhost:8000/ws')\n"),),
            },
        ),
    ),
    supersedes=("no-websocket-library",),
)
