"""Code in play proxies WebSockets where no Upgrade ever comes: in an API route, or by a rewrite."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import found_in, text_of, unseen

_ROUTE = re.compile(r"(?i)(?:^|/)(?:pages|app)/api/\S*\.[cm]?[jt]sx?$")
_PROXY = re.compile(r"\b(?:next-http-proxy-middleware|http-proxy-middleware|http-proxy)\b")
_MEANT = re.compile(r"\bws\s*:\s*true\b")
_REWRITE = re.compile(
    r"(?<![\w./-])ws(?:[ \t]+--?[\w-]+(?:[ =][^\s'\"\\-][^\s'\"]*)?)*?[ \t]+(?:--rewrite|-r)\b[^\n]{0,200}->[ \t]*https?://[^\n]{0,120}"
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
    for file in files:
        text = text_of(file)
        if _ROUTE.search(file.name) and _PROXY.search(text) and _MEANT.search(text):
            return f"{file.name[:80]} proxies with ws: true in an API route, which is given no request to upgrade"
    found = found_in(files, _REWRITE)
    return None if found is None else f"{found}: local-web-server rewrites plain requests alone"


RULE = Rule(
    id="page-proxy-without-upgrade",
    title="A proxy in a page server is never given the handshake",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.75,
    match=match,
    why="Node.js hands requests that ask for an upgrade to the event upgrade of the server, not to its handler of "
    "requests. An API route of Next.js and the rewrites of local-web-server are such handlers, so they never see a "
    "handshake, whatever their options say.",
    remedy=Remedy(
        "Let the client open the WebSocket at its server, or put a proxy in front that knows upgrades.",
        {
            "Next.js": "a custom server: server.on('upgrade', proxy.upgrade), or rewrites() in next.config.js",
            "nginx": "a location for the path with Upgrade and Connection",
        },
    ),
    references=(
        Reference("Node.js: the event upgrade", "https://nodejs.org/api/http.html#event-upgrade"),
        Reference("local-web-server: rewrite", "https://github.com/lwsjs/rewrite"),
    ),
    cases=(
        Case(
            "an API route of Next.js",
            facts={
                "files": (
                    SourceFile(
                        "src/pages/api/[...all].ts",
                        "import proxy from 'next-http-proxy-middleware'\n"
                        "export default (req, res) => proxy(req, res, { target: 'http://localhost:2000', ws: true })\n",
                    ),
                )
            },
        ),
        Case(
            "local-web-server",
            facts={
                "files": (
                    SourceFile(
                        "package.json", '"serve": "ws --port 8000 --rewrite \'/ws/(.*) -> https://api/ws/$1\'"\n'
                    ),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "a server of its own",
            facts={
                "files": (
                    SourceFile("server.js", "const proxy = require('http-proxy').createProxyServer({ ws: true });\n"),
                )
            },
        ),
        Case(
            "an API route that means plain requests",
            facts={"files": (SourceFile("pages/api/all.js", "import proxy from 'next-http-proxy-middleware'\n"),)},
        ),
        Case(
            "accepted",
            facts={
                "files": (SourceFile("package.json", '"serve": "ws --rewrite \'/ws -> https://api/ws\'"\n'),),
                "outcome": "upgraded",
            },
        ),
    ),
)
