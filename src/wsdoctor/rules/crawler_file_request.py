"""Somebody asks for a file that only robots read."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ROBOT_FILES, ask_text, is_stray


def match(
    method: str,
    target: str,
    path: str,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
    sender: Sender | None = None,
    user_agent: str | None = None,
) -> str | None:
    """Hold for such a file, asked for by nobody who is known as a robot already."""
    if path not in ROBOT_FILES or not is_stray(headers, handshake) or (sender is not None and sender.rule is not None):
        return None
    return f"{ask_text(method, target, user_agent)}: only robots ask for that file."


RULE = Rule(
    id="crawler-file-request",
    title="A robot asked for a file that only robots read",
    cls="scanner",
    level="note",
    confidence=0.85,
    match=match,
    why="Files such as robots.txt, sitemap.xml and security.txt are read by crawlers and "
    "scanners, before anything else, on every "
    "address they find. A WebSocket server has no files. No real client is affected.",
    remedy=Remedy(
        "Nothing is broken. Keep links to this port out of pages.",
        {"nginx": 'location = /robots.txt { return 200 "User-agent: *\\nDisallow: /\\n"; } where nginx is in front.'},
    ),
    references=(Reference("RFC 9309: Robots Exclusion Protocol", "https://www.rfc-editor.org/rfc/rfc9309"),),
    cases=(
        Case("robots.txt", request("GET /robots.txt HTTP/1.1", "Host: ws.example.com", "User-Agent: something/1.0")),
        Case(
            "a line of an access log",
            None,
            {"method": "GET", "target": "/.well-known/security.txt", "path": "/.well-known/security.txt"},
        ),
    ),
    near_misses=(Case("an ordinary file", request("GET /notes.txt HTTP/1.1", "Host: ws.example.com")),),
    supersedes=(
        "bare-user-agent",
        "poses-as-browser",
        "command-line-request",
        "http-library-request",
        "head-request",
        "request-by-address",
        "platform-http-check",
    ),
)
