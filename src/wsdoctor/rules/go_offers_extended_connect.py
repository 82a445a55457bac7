"""A Go server or proxy was told to offer Extended CONNECT, which it cannot carry on."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import found_in, unseen
from wsdoctor.rules._remedies import RFC8441

_SAID = re.compile(r"\bhttp2xconnect=1\b|^\s*allow_connect:\s*true")


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
    id="go-offers-extended-connect",
    title="A proxy in Go offers WebSockets over HTTP/2 but cannot carry them on",
    cls="http2-to-ws",
    level="error",
    confidence=0.92,
    match=match,
    why=(
        "The setting makes Go's HTTP/2 server offer Extended CONNECT. Browsers then open WebSockets over HTTP/2, but "
        "the proxy speaks HTTP/1.1 to the server and does not turn one into the other."
    ),
    remedy=Remedy(
        "Take the setting away; browsers then use HTTP/1.1 for WebSockets.",
        {"Traefik": "GODEBUG=http2xconnect=0 or no such setting", "Envoy": "no allow_connect"},
    ),
    references=(
        Reference("Traefik: pull request 11408", "https://github.com/traefik/traefik/pull/11408"),
        RFC8441,
    ),
    cases=(Case("environment", facts={"files": (SourceFile("env", "GODEBUG=http2xconnect=1\n"),)}),),
    near_misses=(
        Case("off", facts={"files": (SourceFile("env", "GODEBUG=http2xconnect=0\n"),)}),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"files": (SourceFile("env", "GODEBUG=http2xconnect=1\n"),)},
        ),
    ),
)
