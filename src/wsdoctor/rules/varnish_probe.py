"""Varnish probes its backend."""

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
    """Hold for a GET with Host, which has no port, and Connection: close alone."""
    if method != "GET" or http_version != "HTTP/1.1" or not complete or not is_stray(headers, handshake):
        return None
    if headers.names != ("Host", "Connection") or headers.get("Connection") != "close" or is_public(peer):
        return None
    return (
        f"{ask_text(method, target, peer=peer)} has the fields Host and Connection: close alone, as "
        f"a Varnish probe does."
    )


RULE = Rule(
    id="varnish-probe",
    title="Varnish, or a load balancer like it, probes the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.72,
    match=match,
    declared=checks(CHECKS, {"varnish"}),
    why="A probe of Varnish asks the backend every five seconds by a GET with no more than Host "
    "and Connection: close, and wants "
    "200. A WebSocket server answers 426, so the backend counts as sick and clients get 503 "
    "or a closed connection. Other load "
    "balancers and hand-written checks send the same few fields.",
    remedy=Remedy(
        "Let the probe expect what the server answers, or answer a path with 200. A probe that "
        "opens a WebSocket does not help: "
        "Varnish waits for the end of the connection.",
        {"Varnish": 'probe ws { .url = "/"; .expected_response = 426; }'},
    ),
    references=(
        Reference("Varnish: backend health checks", "https://varnish-cache.org/docs/7.1/reference/vcl-probe.html"),
    ),
    cases=(Case("a probe", request("GET / HTTP/1.1", "Host: 127.0.0.1", "Connection: close"), {"peer": "10.0.0.7"}),),
    near_misses=(
        Case("HAProxy, which writes lower case", request("GET / HTTP/1.1", "host: 127.0.0.1", "connection: close")),
        Case(
            "a program with a name",
            request("GET / HTTP/1.1", "Host: chat:8080", "Connection: close", "User-Agent: node-fetch/1.0"),
        ),
    ),
    supersedes=("health-path-request", "platform-http-check"),
)
