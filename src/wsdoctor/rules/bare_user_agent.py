"""The User-Agent is one that no browser sends and only scanners use."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ask_text, is_stray

_BARE = re.compile(
    r"Mozilla/5\.00?|Mozilla|Mozilla/4\.0|Mozilla/5\.0 \((?:Windows NT 10\.0; Win64; x64|X11; Linux x86_64"
    r"|Windows NT 6\.1|"
    r"Windows NT 10\.0; WOW64|Macintosh; Intel Mac OS X 10_15_7|compatible)\)|-|\(\)|Go|python|test"
    r"|bot|xfa1|null|undefined"
)
_PICTURE_BOOK = re.compile(r"MSIE [2-8]\.|Windows (?:98|95|NT 5\.[01])\b|Firefox/[1-9]\.0\b|Chrome/[1-3]?\d\.")


def match(
    method: str,
    target: str,
    user_agent: str,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
    sender: Sender | None = None,
) -> str | None:
    """Hold for a name that is too short or too old to be true."""
    if not is_stray(headers, handshake) or (sender is not None and sender.kind != "browser"):
        return None
    if headers is not None and headers.has_any("sec-fetch-mode", "origin", "referer"):
        return None
    if _BARE.fullmatch(user_agent):
        return f"{ask_text(method, target, user_agent)}: no browser and no library sends this name."
    if _PICTURE_BOOK.search(user_agent) and (headers is None or "accept-language" not in headers):
        return (
            f"{ask_text(method, target, user_agent)}: a browser that nobody runs any more, and without Accept-Language."
        )
    return None


RULE = Rule(
    id="bare-user-agent",
    title="A scanner poses as a browser, badly",
    cls="scanner",
    level="note",
    confidence=0.8,
    match=match,
    why="The name in User-Agent is that of a browser cut short, or one of twenty years ago. Real "
    "browsers send long names and a "
    "dozen fields; programs that scan the Internet send just this. A WebSocket server refuses "
    "them; no real client is affected.",
    remedy=Remedy(
        "Nothing is broken. Close the port to the Internet where only a proxy needs it.",
        {"Docker": 'ports: ["127.0.0.1:8080:8080"] publishes the port to this machine alone.'},
    ),
    references=(
        Reference("MDN: User-Agent", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/User-Agent"),
    ),
    cases=(
        Case(
            "nothing but Mozilla/5.0", request("GET / HTTP/1.1", "Host: 203.0.113.80:8080", "User-Agent: Mozilla/5.0")
        ),
        Case(
            "a cut-off name",
            request(
                "GET / HTTP/1.1", "Host: 203.0.113.80:8080", "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
            ),
        ),
        Case(
            "a browser of 2001",
            request(
                "GET / HTTP/1.1",
                "Host: 203.0.113.80:8080",
                "User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
            ),
        ),
        Case("in an access log", None, {"method": "GET", "target": "/", "path": "/", "user_agent": "Mozilla/5.0"}),
    ),
    near_misses=(
        Case(
            "a browser",
            request(
                "GET / HTTP/1.1",
                "Host: chat:8080",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
                "Accept: text/html,*/*;q=0.8",
                "Accept-Language: en",
            ),
        ),
        Case(
            "a bare name behind a link",
            request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: Mozilla/5.0", "Referer: http://chat/"),
        ),
        Case(
            "a handshake with a short name",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: Mozilla/5.0"),
        ),
    ),
    supersedes=("favicon-request", "poses-as-browser", "request-by-address"),
)
