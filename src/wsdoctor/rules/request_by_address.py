"""A stranger asks the bare public address, with hardly a field."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ask_text, is_private, is_public, is_stray
from wsdoctor.rules._knocks import CLOSE_PORT

_FEW = 4


def match(
    method: str,
    target: str,
    headers: Headers,
    host: str,
    complete: bool,
    handshake: tuple[str, ...] | None = None,
    sender: Sender | None = None,
    user_agent: str | None = None,
    peer: str | None = None,
) -> str | None:
    """Hold for few fields, and a public address in Host or, without Host, in the peer's place."""
    if not complete or method not in {"GET", "HEAD", "POST"} or not is_stray(headers, handshake) or is_private(peer):
        return None
    if len(headers) > _FEW or headers.has_any(
        "accept-language", "origin", "referer", "cookie", "sec-fetch-mode", "via", "x-forwarded-for"
    ):
        return None
    if sender is not None and sender.kind not in {"health-check", "http-library"}:
        return None
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if not (is_public(name) or (host == "" and is_public(peer))):
        return None
    where = f"Host “{host}” is a bare address" if host else "there is no Host"
    return f"{ask_text(method, target, user_agent, peer)} has {len(headers)} fields, and {where}."


RULE = Rule(
    id="request-by-address",
    title="A stranger asked the bare address, as scanners do",
    cls="scanner",
    level="note",
    confidence=0.66,
    match=match,
    why="People and programs use the host name of a service. Who asks by the number of a public "
    "address, with hardly a field, has "
    "found the port by trying addresses one after the other. Surveys of the Internet do so "
    "all the time. No real client is "
    "affected.",
    remedy=Remedy("Nothing is broken. Close the port to those who need not reach it.", CLOSE_PORT),
    references=(
        Reference("ZMap: scanning best practices", "https://github.com/zmap/zmap/wiki/Scanning-Best-Practices"),
    ),
    cases=(
        Case("nothing but Host", request("GET / HTTP/1.1", "Host: 203.0.113.80:8080"), {"peer": "198.51.100.7"}),
        Case("HTTP/1.0 without a field", request("GET / HTTP/1.0"), {"peer": "198.51.100.7"}),
        Case(
            "Go's HTTP client",
            request(
                "GET / HTTP/1.1", "Host: 203.0.113.80:8080", "User-Agent: Go-http-client/1.1", "Accept-Encoding: gzip"
            ),
            {"peer": "198.51.100.7"},
        ),
    ),
    near_misses=(
        Case("from the same network", request("GET / HTTP/1.1", "Host: 203.0.113.80:8080"), {"peer": "10.0.0.7"}),
        Case("a host name", request("GET / HTTP/1.1", "Host: chat.example.com:8080"), {"peer": "198.51.100.7"}),
        Case(
            "a handshake",
            request("GET / HTTP/1.1", "Host: 203.0.113.80:8080", *GOOD_HANDSHAKE),
            {"peer": "198.51.100.7"},
        ),
    ),
    supersedes=("http-library-request", "head-request", "go-health-check", "haproxy-http-check"),
)
