"""The configuration of HAProxy, Caddy 1, Varnish or H2O in play drops the fields of a handshake."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._files import FILE_LIMIT, found_in, text_of, unseen
from wsdoctor.rules._remedies import HAPROXY_MANUAL, RFC9110_CONNECTION, directives

_PRODUCTS = (
    (
        "HAProxy",
        re.compile(
            r"(?im)^\s*http-request\s+(?:del-header\s+(?:upgrade|connection|sec-websocket-\w+)\b|set-header\s+connection\s+"
            r"\"?(?:close|keep-alive)\b)|^\s*option\s+(?:forceclose|httpclose)\b"
        ),
        None,
    ),
    (
        "Caddy 1",
        re.compile(r"(?m)^\s*proxy\s+/\S*\s+\S+(?=\s*(?:\{|$))"),
        re.compile(r"(?m)^\s*websocket\b|\{[^}]*\bwebsocket\b"),
    ),
    ("Varnish", re.compile(r"(?m)^\s*sub\s+vcl_recv\b"), re.compile(r"\breturn\s*\(\s*pipe\s*\)")),
    ("H2O", re.compile(r"(?m)^\s*proxy\.reverse\.url:"), re.compile(r"(?im)^\s*proxy\.websocket:\s*on\b")),
)
"""Product, what shows it, and what would let handshakes through; None where the first is the fault itself."""


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
    for product, sign, passing in _PRODUCTS:
        found = found_in(files, sign)
        if found is None:
            continue
        if passing is None:
            return f"{found}, which takes a field of the handshake away"
        if not any(passing.search(text_of(file)[:FILE_LIMIT]) for file in files):
            return f"{found}, and nothing lets WebSockets through {product}"
    return None


RULE = Rule(
    id="proxy-config-drops-upgrade",
    title="The proxy's configuration takes Upgrade or Connection away",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.75,
    match=match,
    why="Upgrade and Connection are fields of one hop, and a proxy must be told to pass a handshake on. The "
    "configuration "
    "that is known removes or overwrites them, or lacks the line that lets WebSockets through.",
    remedy=Remedy(
        "Let the proxy pass handshakes on.",
        {**directives("HAProxy", "Varnish", "H2O"), "Caddy 1": "proxy /ws localhost:8080 { websocket }"},
    ),
    references=(RFC9110_CONNECTION, HAPROXY_MANUAL),
    cases=(
        Case(
            "HAProxy",
            facts={"files": (SourceFile("haproxy.cfg", "frontend web\n  http-request del-header Upgrade\n"),)},
        ),
        Case(
            "Caddy 1",
            facts={
                "files": (
                    SourceFile("Caddyfile", "a.example {\n  proxy / localhost:3000 {\n    transparent\n  }\n}\n"),
                )
            },
        ),
        Case("Varnish", facts={"files": (SourceFile("default.vcl", "sub vcl_recv {\n  return (pass);\n}\n"),)}),
        Case("H2O", facts={"files": (SourceFile("h2o.conf", "/ws:\n  proxy.reverse.url: http://127.0.0.1:8080/\n"),)}),
    ),
    near_misses=(
        Case(
            "Caddy 1 with websocket",
            facts={"files": (SourceFile("Caddyfile", "proxy / localhost:3000 {\n  transparent\n  websocket\n}\n"),)},
        ),
        Case(
            "Varnish with pipe",
            facts={
                "files": (SourceFile("default.vcl", "sub vcl_recv {\n  if (req.http.upgrade) { return (pipe); }\n}\n"),)
            },
        ),
    ),
)
