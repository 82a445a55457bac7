"""Cloudflare checks the origin."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ANSWERS, WEBSOCKETS_FAQ, ask_text, sent_by


def match(
    sender: Sender,
    method: str | None = None,
    target: str | None = None,
    user_agent: str | None = None,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
) -> str | None:
    """Hold for what the entries of the table that name this rule send."""
    if not sent_by(sender, "cloudflare-health-check", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is a check of Cloudflare."


RULE = Rule(
    id="cloudflare-health-check",
    title="Cloudflare checks the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.93,
    match=match,
    why=(
        "A Cloudflare health check or a monitor of Cloudflare Load Balancing asks the origin by HTTP, from three data "
        "centers of every chosen region. It expects 200 unless told otherwise, so an origin that answers 426 counts "
        "as down."
    ),
    remedy=Remedy(
        "Give the monitor the status to expect, or make it a TCP monitor.",
        {
            "Cloudflare": (
                "Monitor: Type TCP and Port 8080; or Type HTTP, Path /healthz, Expected Codes 200. Health Checks: "
                "Expected codes 426."
            ),
            **ANSWERS,
        },
    ),
    references=(
        Reference("Cloudflare: Health Checks", "https://developers.cloudflare.com/health-checks/"),
        Reference("Cloudflare: load balancing monitors", "https://developers.cloudflare.com/load-balancing/monitors/"),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "Health Checks, from a published network",
            request(
                "GET / HTTP/1.1",
                "Host: ws.example.com",
                "User-Agent: Mozilla/5.0 "
                "(compatible;Cloudflare-Healthchecks/1.0;+https://www.cloudflare.com/; healthcheck-id: "
                "1f2e3d4c5b6a7988)",
                "Accept: */*",
            ),
            {"peer": "162.158.90.4"},
        ),
        Case(
            "a monitor of Load Balancing",
            request(
                "GET / HTTP/1.1",
                "Host: chat:8080",
                "User-Agent: Mozilla/5.0 (compatible; Cloudflare-Traffic-Manager/1.0; "
                "+https://www.cloudflare.com/traffic-manager/; pool-id: 1f2e3d4c5b6a7988)",
                "Accept: */*",
            ),
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request(
                "GET /ws HTTP/1.1",
                "Host: chat:8080",
                *GOOD_HANDSHAKE,
                "User-Agent: Mozilla/5.0 (compatible; Cloudflare-Traffic-Manager/1.0)",
            ),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
