"""Somebody tries to use the WebSocket port as an HTTP proxy."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._checks import ask_text, is_stray
from wsdoctor.rules._knocks import CLOSE_PORT


def match(
    method: str,
    target: str,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
    peer: str | None = None,
) -> str | None:
    """Hold for CONNECT and for a target with a scheme."""
    absolute = target.lower().startswith(("http://", "https://"))
    if not is_stray(headers, handshake) or not (method == "CONNECT" or absolute):
        return None
    return f"{ask_text(method, target, peer=peer)} is a request to a proxy: pass this on to another server."


RULE = Rule(
    id="open-proxy-probe",
    title="Somebody tries to use the WebSocket port as a proxy",
    cls="scanner",
    level="note",
    confidence=0.82,
    match=match,
    why="The method CONNECT, or a target that names scheme and host, is what a client sends to a "
    "forward proxy. Scanners look "
    "for proxies that let anybody through. A WebSocket server is none and refuses. From your "
    "own network it is a program whose "
    "proxy setting names this port.",
    remedy=Remedy(
        "From the Internet: nothing is broken, close the port to strangers. From your own "
        "network: correct the proxy setting.",
        {"own programs": "Check HTTP_PROXY, HTTPS_PROXY and the browser's proxy settings.", **CLOSE_PORT},
    ),
    references=(
        Reference("RFC 9112 section 3.2.2: absolute-form", "https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2"),
        Reference("RFC 9110 section 9.3.6: CONNECT", "https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6"),
    ),
    cases=(
        Case("CONNECT", request("CONNECT mail.example.net:25 HTTP/1.1", "Host: mail.example.net:25")),
        Case(
            "a target with a scheme",
            request(
                "GET http://check.example.net/ip.php HTTP/1.1",
                "Host: check.example.net",
                "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
                "Accept: */*",
            ),
        ),
    ),
    near_misses=(
        Case(
            "a good handshake in absolute-form, which servers must accept",
            request("GET http://chat.example.com/ws HTTP/1.1", "Host: chat.example.com", *GOOD_HANDSHAKE),
        ),
        Case("a path that holds an address", request("GET /?url=http://a.example/ HTTP/1.1", "Host: chat:8080")),
    ),
    supersedes=("bare-user-agent", "exploit-path", "command-line-request", "http-library-request", "api-call"),
)
