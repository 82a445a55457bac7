"""Somebody asks by HEAD whether the address answers."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ask_text, is_stray
from wsdoctor.rules._plain import is_taken


def match(
    method: str,
    target: str,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
    sender: Sender | None = None,
    user_agent: str | None = None,
    peer: str | None = None,
) -> str | None:
    """Hold for HEAD by anybody who is not known better."""
    if method != "HEAD" or is_taken(sender) or not is_stray(headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent, peer)}: HEAD asks for no content, only whether the address answers."


RULE = Rule(
    id="head-request",
    title="Something asks by HEAD whether the address answers",
    cls="health-check",
    level="note",
    confidence=0.6,
    match=match,
    why="HEAD asks for the fields of an answer without the answer. Monitors, link checkers, wait "
    "scripts and scanners use it; "
    "no WebSocket client does, since an opening handshake is always GET. Servers before "
    "websockets 17 do not know HEAD and log "
    "a traceback.",
    remedy=Remedy(
        "Nothing is broken if it is a stranger. If it is a check of your own, let it open a "
        "WebSocket or a TCP connection.",
        {
            "websockets": "Version 17 and later answer 405 with one line in the log.",
            "wait-on": "Use tcp:8080 instead of http://localhost:8080.",
        },
    ),
    references=(Reference("RFC 9110 section 9.3.2: HEAD", "https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2"),),
    cases=(
        Case(
            "curl -I",
            request("HEAD / HTTP/1.1", "Host: ws.example.com", "User-Agent: curl/8.5.0", "Accept: */*"),
            {"peer": "198.51.100.9"},
        ),
        Case("a line of an access log", None, {"method": "HEAD", "target": "/", "path": "/"}),
    ),
    near_misses=(
        Case("GET", request("GET / HTTP/1.1", "Host: ws.example.com", "User-Agent: curl/8.5.0", "Accept: */*")),
        Case(
            "a known monitor",
            request(
                "HEAD / HTTP/1.1",
                "Host: ws.example.com",
                "User-Agent: Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
            ),
        ),
    ),
    supersedes=("command-line-request", "http-library-request", "node-fetch-request", "platform-http-check"),
)
