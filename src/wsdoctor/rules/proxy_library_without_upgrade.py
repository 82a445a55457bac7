"""A proxy in an application forwards plain requests alone."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import found_in, unseen
from wsdoctor.rules._remedies import directives

_SAID = re.compile(
    r"\"type\"\s*:\s*\"reverseproxy\"|\brequire\(['\"]express-http-proxy['\"]\)|\bfrom ['\"]express-http-proxy['\"]"
    r"|@EnableZuulProxy\b|\bReverseProxyResource\(|\bhttp-server\b[^\n]{0,100}[ \t](?:-P|--proxy)[ \t=]"
)


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    return found_in(files, _SAID) if unseen(headers, first_bytes, outcome, log) else None


RULE = Rule(
    id="proxy-library-without-upgrade",
    title="A proxy in an application cannot forward WebSockets",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.6,
    match=match,
    why="Such a proxy makes a new plain request for each that it gets and hands the answer back. Upgrade and "
    "Connection are for one hop and are left out, and there is nothing that would carry the bytes after a 101.",
    remedy=Remedy(
        "Let a proxy that knows upgrades forward the WebSocket's path, or have clients open it at its server.",
        {
            "Express": "http-proxy-middleware with ws: true instead of express-http-proxy",
            "Spring Cloud": "Spring Cloud Gateway instead of Zuul",
            **directives("nginx"),
        },
    ),
    references=(
        Reference("Crossbar.io: issue 1503", "https://github.com/crossbario/crossbar/issues/1503"),
        Reference("express-http-proxy: issue 28", "https://github.com/villadora/express-http-proxy/issues/28"),
        Reference("http-server: issue 142", "https://github.com/http-party/http-server/issues/142"),
    ),
    cases=(
        Case(
            "Crossbar.io",
            None,
            {"files": (SourceFile("config.json", '"app": {"type": "reverseproxy", "host": "127.0.0.1"}\n'),)},
        ),
        Case("Express", None, {"files": (SourceFile("a.js", "const proxy = require('express-http-proxy');\n"),)}),
        Case("http-server", None, {"files": (SourceFile("package.json", '"x": "http-server dist -P http://b:1"\n'),)}),
    ),
    near_misses=(
        Case("a proxy that can", None, {"files": (SourceFile("a.js", "require('http-proxy-middleware');\n"),)}),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"files": (SourceFile("a.js", "const proxy = require('express-http-proxy');\n"),)},
        ),
    ),
)
