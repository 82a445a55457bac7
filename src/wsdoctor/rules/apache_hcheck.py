"""Apache httpd checks a balancer member."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._checks import ask_text, is_public, is_stray
from wsdoctor.rules._declared import CHECKS, checks


def match(
    method: str,
    target: str,
    http_version: str,
    headers: Headers,
    complete: bool,
    handshake: tuple[str, ...] | None = None,
    peer: str | None = None,
) -> str | None:
    """Hold for HTTP/1.0 with Host alone, and for OPTIONS * with Host alone."""
    if not complete or headers.order != ("host",) or not is_stray(headers, handshake) or is_public(peer):
        return None
    if not (http_version == "HTTP/1.0" and method in {"GET", "HEAD", "OPTIONS"}) and not (
        method == "OPTIONS" and target == "*"
    ):
        return None
    return (
        f"{ask_text(method, target, peer=peer)} came as {http_version} with Host alone, as mod_proxy_hcheck writes it."
    )


RULE = Rule(
    id="apache-hcheck",
    title="Apache httpd checks the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.75,
    match=match,
    declared=checks(CHECKS, {"apache"}),
    why="mod_proxy_hcheck asks every member of a balancer every thirty seconds by HTTP/1.0, and "
    "with OPTIONS always for *. A "
    "WebSocket server answers 426, 405 or 505, so Apache puts the member in error and clients get 503.",
    remedy=Remedy(
        "Check by TCP, or count the status that the server gives as good.",
        {
            "Apache httpd": "BalancerMember http://10.0.0.5:8080 hcmethod=TCP; or ProxyHCExpr ws {%{REQUEST_STATUS} "
            "=~ /^426/} with hcexpr=ws."
        },
    ),
    references=(Reference("Apache: mod_proxy_hcheck", "https://httpd.apache.org/docs/2.4/mod/mod_proxy_hcheck.html"),),
    cases=(
        Case("hcmethod=GET", request("GET /health HTTP/1.0", "Host: 127.0.0.1:8080"), {"peer": "10.0.0.7"}),
        Case("hcmethod=OPTIONS11", request("OPTIONS * HTTP/1.1", "Host: 127.0.0.1:8080")),
    ),
    near_misses=(
        Case("HTTP/1.1", request("GET / HTTP/1.1", "Host: 127.0.0.1:8080")),
        Case("HAProxy", request("OPTIONS / HTTP/1.0")),
    ),
    supersedes=("health-path-request", "head-request", "platform-http-check"),
)
