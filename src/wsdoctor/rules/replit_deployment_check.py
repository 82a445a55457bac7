"""Replit asks the first port whether the deployment answers."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._checks import ask_text, is_private, is_stray


def match(
    platform: str,
    method: str,
    target: str,
    path: str,
    headers: Headers,
    handshake: tuple[str, ...] | None = None,
    user_agent: str | None = None,
    peer: str | None = None,
) -> str | None:
    """Hold on Replit for a bare request for / that is no browser's."""
    if platform != "replit" or method not in {"GET", "HEAD"} or path != "/" or not is_stray(headers, handshake):
        return None
    if headers.has_any("accept-language", "sec-fetch-mode", "cookie", "referer", "origin") or (
        peer is not None and not is_private(peer)
    ):
        return None
    return (
        f"On Replit, {ask_text(method, target, user_agent, peer)} came without what a browser sends, "
        f"as the check of a deployment does."
    )


RULE = Rule(
    id="replit-deployment-check",
    title="Replit checks the WebSocket port as if it were the web application",
    cls="health-check",
    level="note",
    confidence=0.55,
    match=match,
    why="When an application is published, Replit asks for / on the port that external port 80 is "
    "mapped to, and wants an answer "
    "soon. The first port that the application opens gets that mapping by itself: if it is "
    "the WebSocket server's, page and "
    "checks go there. Replit does not publish from which addresses it asks, so this is a guess from the bare request.",
    remedy=Remedy(
        "Map external port 80 to the HTTP server and give the WebSocket server a port of its own, "
        "or serve both from one port.",
        {
            "Replit": ".replit: [[ports]] localPort = 5000, externalPort = 80 and [[ports]] localPort = 8080, "
            "externalPort = 3000."
        },
    ),
    references=(
        Reference("Replit: ports", "https://docs.replit.com/replit-workspace/ports"),
        Reference(
            "Replit: troubleshooting deployments", "https://docs.replit.com/cloud-services/deployments/troubleshooting"
        ),
    ),
    cases=(
        Case(
            "a check",
            request(
                "GET / HTTP/1.1", "Host: 127.0.0.1:8080", "User-Agent: Go-http-client/1.1", "Accept-Encoding: gzip"
            ),
            {"platform": "replit", "peer": "172.31.128.23"},
        ),
    ),
    near_misses=(
        Case(
            "a good handshake",
            request("GET / HTTP/1.1", "Host: chat.replit.app", *GOOD_HANDSHAKE),
            {"platform": "replit"},
        ),
        Case(
            "a person",
            request(
                "GET / HTTP/1.1",
                "Host: chat.replit.app",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
                "Accept: text/html",
                "Accept-Language: en",
            ),
            {"platform": "replit"},
        ),
    ),
    supersedes=(
        "go-health-check",
        "varnish-probe",
        "head-request",
        "http-library-request",
        "command-line-request",
        "apache-hcheck",
    ),
)
