"""A proxy written in Go, such as Caddy, Traefik or cloudflared, checks the server."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ask_text, sent_by
from wsdoctor.rules._declared import CHECKS, checks


def match(
    sender: Sender,
    method: str,
    target: str,
    headers: Headers,
    handshake: tuple[str, ...] | None = None,
    peer: str | None = None,
    platform: str | None = None,
) -> str | None:
    """Hold for a bare request of Go's HTTP client."""
    if not sent_by(sender, "go-health-check", headers, handshake) or platform == "replit":
        return None
    return (
        f"{ask_text(method, target, peer=peer)} has no field but what Go's HTTP client adds by itself, "
        f"as checks of Caddy and Traefik do."
    )


RULE = Rule(
    id="go-health-check",
    title="A proxy written in Go (Caddy, Traefik, cloudflared) checks the WebSocket port",
    cls="health-check",
    level="note",
    confidence=0.66,
    match=match,
    declared=checks(CHECKS, {"caddy", "traefik"}),
    why="The active health checks of Caddy and Traefik, the probe of cloudflared and many small "
    "checkers send just this: a GET "
    "with Host, User-Agent: Go-http-client/1.1 and Accept-Encoding. Any other program in Go "
    "that calls http.Get looks the "
    "same, so rhythm and peer must tell. A proxy that gets 426 takes the server out and answers 503.",
    remedy=Remedy(
        "Let the proxy expect what the server answers, or open a WebSocket; if it is a program of "
        "your own, correct its address.",
        {
            "Caddy": "reverse_proxy 127.0.0.1:8080 { health_uri / health_status 426 }",
            "Traefik": "loadBalancer.healthCheck: { path: /, status: 426 }",
            "cloudflared": "Answer the first request with any HTTP response; an empty close makes the tunnel answer "
            "502.",
            "Go": "websocket.Dial of github.com/coder/websocket instead of http.Get.",
        },
    ),
    references=(
        Reference(
            "Caddy: active health checks",
            "https://caddyserver.com/docs/caddyfile/directives/reverse_proxy#active-health-checks",
        ),
        Reference(
            "Traefik: health check",
            "https://doc.traefik.io/traefik/reference/routing-configuration/http/load-balancing/service/#health-check",
        ),
    ),
    cases=(
        Case(
            "a check",
            request(
                "GET / HTTP/1.1", "Host: 127.0.0.1:8080", "User-Agent: Go-http-client/1.1", "Accept-Encoding: gzip"
            ),
            {"peer": "10.0.0.7"},
        ),
        Case("with HEAD", request("HEAD /ws HTTP/1.1", "Host: 127.0.0.1:8080", "User-Agent: Go-http-client/1.1")),
    ),
    near_misses=(
        Case(
            "a call of an API",
            request(
                "GET /v1/rooms HTTP/1.1",
                "Host: chat:8080",
                "User-Agent: Go-http-client/1.1",
                "Accept: application/json",
                "Accept-Encoding: gzip",
            ),
        ),
        Case(
            "from the Internet",
            request("GET / HTTP/1.1", "Host: 203.0.113.80", "User-Agent: Go-http-client/1.1", "Accept-Encoding: gzip"),
            {"peer": "198.51.100.9"},
        ),
    ),
    supersedes=("health-path-request", "head-request", "platform-http-check"),
)
