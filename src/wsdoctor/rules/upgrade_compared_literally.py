"""A server compares Upgrade with regard to case."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Remedy, Rule, request
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._files import found_in
from wsdoctor.rules._log_text import names_cause, refusal, says_accepted
from wsdoctor.rules._pages import rfc6455, rfc9110

_COMPARED = re.compile(
    r"(?i:\b(?:http_)?upgrade['\"]?\s*[\])]{0,2}\s*(?:!==?|===?|\bne\b|\beq\b)\s*)['\"]websocket['\"]"
    r"|['\"]websocket['\"]\s*(?:!==?|===?|\bne\b|\beq\b)\s*(?i:[\w.$>-]{0,40}[\[({.]{0,2}['\"]?(?:http_)?upgrade\b)"
    r"|['\"]websocket['\"]\.equals\((?i:[^\n]{0,60}upgrade)|(?i:\bupgrade['\"]?\)?)\.equals\(['\"]websocket['\"]\)"
)
"""Code that looks for these letters as they are."""
_FOLDED = re.compile(
    r"(?i)upgrade[^\n]{0,120}(?:lower|upper|fold|casecmp|ignorecase)|(?:lower|upper|fold|casecmp|ignorecase)[^\n]{0,120}"
    r"upgrade"
)
"""Code that looks for them without regard to case, perhaps in a line before."""
_UNANSWERED = frozenset(("closed-by-client", "reset", "timeout"))


def match(
    headers: Headers,
    handshake: tuple[str, ...],
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
    files: tuple[SourceFile, ...] | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or status not in {None, 400, 426, 501}:
        return None
    value = (headers.get("upgrade") or "").strip()
    if value == "websocket" or names_cause(log) or says_accepted(log):
        return None
    refused = refusal(outcome, status, log)
    if refused is not None or outcome in _UNANSWERED:
        code = found_in(tuple(file for file in files or () if _FOLDED.search(file.text) is None), _COMPARED)
        if code is not None:
            return f"Upgrade: {value[:60]} is right, and {code}, which looks for “websocket” alone."
    if refused is None:
        return None
    return f"Upgrade: {value[:60]} is right, but {refused}: the server may look for “websocket” alone."


RULE = Rule(
    id="upgrade-compared-literally",
    title="The server wants Upgrade to be exactly “websocket”",
    cls="server-fault",
    level="error",
    confidence=0.8,
    match=match,
    why="The value of Upgrade is compared without regard to case, and may be a list. Clients of .NET, Java, "
    "PHP and Apache's proxy send “WebSocket”. "
    "A server that looks for lower case alone refuses them although they are right.",
    remedy=Remedy("Update the server's library, or let it compare each part of the value without regard to case."),
    references=(rfc6455("4.2.1"), rfc9110("7.8")),
    cases=(
        Case(
            "a client that writes WebSocket",
            request(
                "GET /ws HTTP/1.1",
                "Host: localhost:8080",
                "Connection: Upgrade",
                "Upgrade: WebSocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
            ),
            {"log": "No WebSocket UPGRADE header\n"},
        ),
        Case(
            "Apache httpd in front, and what Visual Studio Code says in the browser",
            request(
                "GET /?reconnectionToken=a HTTP/1.1",
                "Host: app",
                "Upgrade: WebSocket",
                "Connection: Upgrade",
                KEY,
                VERSION,
            ),
            {"log": "WebSocket close with status code 1006\n"},
        ),
        Case(
            "a server whose code is known, which lets the client wait",
            request("GET /ws HTTP/1.1", "Host: app", "Connection: Upgrade", "Upgrade: WebSocket", KEY, VERSION),
            {
                "outcome": "closed-by-client",
                "files": (SourceFile("server.js", "if (request.headers.upgrade === 'websocket') accept(request);\n"),),
            },
        ),
        Case(
            "a server in Python",
            request("GET /ws HTTP/1.1", "Host: app", "Connection: Upgrade", "Upgrade: WebSocket", KEY, VERSION),
            {
                "status": 400,
                "files": (SourceFile("server.py", "if environ.get('HTTP_UPGRADE') != 'websocket':\n"),),
            },
        ),
    ),
    near_misses=(
        Case("exactly websocket", good_handshake(), {"status": 400}),
        Case(
            "exactly websocket, and code that looks for it",
            good_handshake(),
            {
                "outcome": "closed-by-client",
                "files": (SourceFile("server.js", "if (request.headers.upgrade === 'websocket') accept(request);\n"),),
            },
        ),
        Case(
            "compared without regard to case",
            request("GET /ws HTTP/1.1", "Host: app", "Connection: Upgrade", "Upgrade: WebSocket", KEY, VERSION),
            {
                "outcome": "closed-by-client",
                "files": (SourceFile("server.js", "if (headers.upgrade.toLowerCase() === 'websocket') accept();\n"),),
            },
        ),
        Case(
            "nothing is known of the answer",
            request("GET /ws HTTP/1.1", "Host: app", "Connection: Upgrade", "Upgrade: WebSocket", KEY, VERSION),
            {"files": (SourceFile("server.js", "if (request.headers.upgrade === 'websocket') accept(request);\n"),)},
        ),
        Case(
            "accepted",
            request("GET /ws HTTP/1.1", "Host: app", "Connection: Upgrade", "Upgrade: WebSocket", KEY, VERSION),
            {
                "outcome": "upgraded",
                "files": (SourceFile("server.js", "if (request.headers.upgrade === 'websocket') accept(request);\n"),),
            },
        ),
    ),
    supersedes=("server-rejects-good-handshake",),
)
