"""Vite in middleware mode has no server to take upgrades from."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import found_in, unseen

_SAID = re.compile(
    r"(?s)\bmiddlewareMode\s*:\s*(?:true|'ssr'|'html').{0,600}?\bproxy\s*:.{0,400}?\bws\s*:\s*true"
    r"|\bproxy\s*:.{0,400}?\bws\s*:\s*true.{0,600}?\bmiddlewareMode\s*:\s*true"
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
    id="vite-middleware-mode-proxy",
    title="Vite in middleware mode cannot proxy WebSockets",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.85,
    match=match,
    why=(
        "In middleware mode Vite has no HTTP server of its own, so its proxy never hears of an upgrade: ws: true has "
        "no effect. The handshake goes to the application's own server."
    ),
    remedy=Remedy(
        ("Hand the server to Vite, or proxy the WebSocket with http-proxy in the application's own upgrade event."),
        {"Node.js": "httpServer.on('upgrade', (req, socket, head) => proxy.ws(req, socket, head))"},
    ),
    references=(
        Reference("Vite: issue 4124", "https://github.com/vitejs/vite/issues/4124"),
        Reference("Vite: server.middlewareMode", "https://vite.dev/config/server-options#server-middlewaremode"),
    ),
    cases=(
        Case(
            "ws: true without a server",
            facts={
                "files": (
                    SourceFile(
                        "server.js",
                        "createServer({ server: { middlewareMode: true, proxy: { '/live': { target: "
                        "'ws://localhost:8080', ws: true } } } })",
                    ),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "no middleware mode",
            facts={
                "files": (
                    SourceFile(
                        "server.js",
                        "createServer({ server: { proxy: { '/live': { target: 'ws://localhost:8080', ws: true } } } })",
                    ),
                )
            },
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {
                "files": (
                    SourceFile(
                        "server.js",
                        "createServer({ server: { middlewareMode: true, proxy: { '/live': { target: "
                        "'ws://localhost:8080', ws: true } } } })",
                    ),
                )
            },
        ),
    ),
)
