"""Somebody asks for a path that is only asked for by health checks."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ANSWERS, WEBSOCKETS_FAQ, ask_text, is_health_path, is_stray
from wsdoctor.rules._plain import is_taken


def match(
    method: str,
    target: str,
    path: str,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
    sender: Sender | None = None,
    user_agent: str | None = None,
    peer: str | None = None,
) -> str | None:
    """Hold for GET or HEAD of such a path by anybody who is not known better and is no browser."""
    if (
        method not in {"GET", "HEAD"}
        or not is_health_path(path)
        or is_taken(sender)
        or not is_stray(headers, handshake)
    ):
        return None
    if headers is not None and headers.has_any("sec-fetch-site", "origin", "referer", "accept-language"):
        return None
    return f"{ask_text(method, target, user_agent, peer)} asks for a path that only health checks ask for."


RULE = Rule(
    id="health-path-request",
    title="Something checks the health of the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.78,
    match=match,
    why="Paths such as /healthz, /ready or /ping are asked for by platforms, proxies, "
    "orchestrators and scripts to see whether a "
    "service lives. Nothing else in the request tells which. A WebSocket server refuses plain "
    "HTTP, so the check fails although "
    "the service works.",
    remedy=Remedy(
        "Answer the path with 200, or find the check by its peer and rhythm and make it a TCP or WebSocket check.",
        dict(ANSWERS),
    ),
    references=(
        WEBSOCKETS_FAQ,
        Reference(
            "Health check response format (draft)",
            "https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check",
        ),
    ),
    cases=(
        Case(
            "nobody known",
            request("GET /healthz HTTP/1.1", "Host: chat:8080", "User-Agent: acme/1"),
            {"peer": "10.0.0.9"},
        ),
        Case(
            "a library",
            request(
                "GET /api/health HTTP/1.1",
                "Host: chat:8080",
                "User-Agent: python-requests/2.32.3",
                "Accept-Encoding: gzip, deflate",
                "Accept: */*",
                "Connection: keep-alive",
            ),
        ),
        Case("a line of an access log", None, {"method": "GET", "target": "/readyz", "path": "/readyz"}),
    ),
    near_misses=(
        Case(
            "a person",
            request(
                "GET /health HTTP/1.1",
                "Host: chat:8080",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
                "Accept: text/html,*/*;q=0.8",
                "Accept-Language: en",
            ),
        ),
        Case("a good handshake", request("GET /health HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE)),
        Case("a longer path", request("GET /health/records/7 HTTP/1.1", "Host: chat:8080")),
    ),
    supersedes=(
        "head-request",
        "command-line-request",
        "http-library-request",
        "node-fetch-request",
        "platform-http-check",
    ),
)
