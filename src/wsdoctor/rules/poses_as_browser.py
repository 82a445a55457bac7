"""The User-Agent is a browser's, and the rest of the request is not."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ask_text, is_stray

_BROWSER_FIELDS = (
    "accept-language",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-ch-ua",
    "origin",
    "referer",
    "cookie",
    "upgrade-insecure-requests",
    "cache-control",
    "pragma",
    "dnt",
    "via",
    "x-forwarded-for",
    "x-real-ip",
    "access-control-request-method",
    "if-none-match",
    "purpose",
    "sec-purpose",
    "service-worker",
    "range",
)


def match(
    method: str,
    target: str,
    path: str,
    headers: Headers,
    complete: bool,
    user_agent: str,
    handshake: tuple[str, ...] | None = None,
    sender: Sender | None = None,
    peer: str | None = None,
) -> str | None:
    """Hold for the name of a current browser without a single one of the fields that browsers add to it."""
    if not complete or sender is None or sender.kind != "browser" or not user_agent.startswith("Mozilla/5.0 ("):
        return None
    if not is_stray(headers, handshake) or headers.has_any(*_BROWSER_FIELDS) or path == "/favicon.ico":
        return None
    if headers.get("accept") not in {None, "*/*"} or headers.has_any("upgrade", "http2-settings"):
        return None
    return f"{ask_text(method, target, user_agent, peer)}: a browser would also send Accept-Language."


RULE = Rule(
    id="poses-as-browser",
    title="A program poses as a browser",
    cls="scanner",
    level="note",
    confidence=0.6,
    match=match,
    why="The name in User-Agent is that of a browser, but none of the fields that every browser "
    "adds is there, such as the languages "
    "of the reader. Scanners and scrapers borrow such names to pass for people. A test or "
    "script of your own may do the same.",
    remedy=Remedy("Nothing is broken if it is a stranger. If it is a script of your own, correct its address."),
    references=(
        Reference(
            "MDN: Accept-Language",
            "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Accept-Language",
        ),
    ),
    cases=(
        Case(
            "a long name and nothing else",
            request(
                "GET / HTTP/1.1",
                "Host: chat.example.com",
                "User-Agent: Mozilla/5.0 (Windows NT 10.0; "
                "Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
                "Accept: */*",
                "Accept-Encoding: gzip",
            ),
            {"peer": "198.51.100.4"},
        ),
    ),
    near_misses=(
        Case(
            "a browser",
            request(
                "GET / HTTP/1.1",
                "Host: chat.example.com",
                "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0",
                "Accept: text/html,*/*;q=0.8",
                "Accept-Language: de",
            ),
        ),
        Case(
            "a page's fetch",
            request(
                "GET /api HTTP/1.1",
                "Host: chat.example.com",
                "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0",
                "Accept: */*",
                "Origin: http://localhost:5000",
            ),
        ),
    ),
    supersedes=("head-request",),
)
