"""Render checks the service by HTTP."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ANSWERS, WEBSOCKETS_FAQ, ask_text, is_public, is_stray
from wsdoctor.rules._declared import CHECKS, checks


def match(
    method: str,
    target: str,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
    sender: Sender | None = None,
    platform: str | None = None,
    user_agent: str | None = None,
    peer: str | None = None,
) -> str | None:
    """Hold for the name that Render gives itself, and on Render for a bare GET from inside."""
    if not is_stray(headers, handshake) or method not in {"GET", "HEAD"}:
        return None
    if sender is not None and sender.rule == "render-health-check":
        return f"{ask_text(method, target, user_agent, peer)} is the health check of Render."
    if platform != "render" or headers is None or is_public(peer) or len(headers) > 4 or user_agent:
        return None
    return (
        f"{ask_text(method, target, peer=peer)} came on Render with {len(headers)} fields and no User-Agent, "
        f"as its health check does."
    )


RULE = Rule(
    id="render-health-check",
    title="Render checks the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.88,
    match=match,
    declared=checks(CHECKS, {"render"}),
    why="Where a health check path is set, Render asks for it by HTTP every few seconds and wants "
    "a status of 200 to 399 within "
    "five seconds. A WebSocket server answers 426, so Render takes the deployment for dead, "
    "cancels it or restarts the service. "
    "Without a path Render only opens a TCP connection, which does no harm.",
    remedy=Remedy(
        "Answer the health check path with 200, or remove it so that Render checks by TCP.",
        {
            "Render": "render.yaml: healthCheckPath: /healthz (and answer it), or no healthCheckPath; "
            "Dashboard, Settings, Health Checks.",
            **ANSWERS,
        },
    ),
    references=(Reference("Render: health checks", "https://render.com/docs/health-checks"), WEBSOCKETS_FAQ),
    cases=(
        Case(
            "under its name",
            request("GET / HTTP/1.1", "Host: chat.onrender.com", "User-Agent: Render/1.0"),
            {"peer": "10.0.3.7"},
        ),
        Case(
            "on Render",
            request("GET / HTTP/1.1", "Host: chat.onrender.com", "Connection: close"),
            {"platform": "render"},
        ),
    ),
    near_misses=(
        Case(
            "a good handshake on Render",
            request("GET / HTTP/1.1", "Host: chat.onrender.com", *GOOD_HANDSHAKE),
            {"platform": "render"},
        ),
        Case("elsewhere", request("GET / HTTP/1.1", "Host: chat.example.com", "Connection: close")),
    ),
    supersedes=(
        "health-path-request",
        "head-request",
        "varnish-probe",
        "haproxy-http-check",
        "apache-hcheck",
        "platform-http-check",
    ),
    claim=True,
)
