"""Railway checks a new deployment."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._checks import ANSWERS, ask_text, is_stray
from wsdoctor.rules._declared import CHECKS, checks


def match(
    host: str,
    method: str,
    target: str,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
) -> str | None:
    """Hold for the Host field that Railway documents."""
    if host.partition(":")[0].lower() != "healthcheck.railway.app" or not is_stray(headers, handshake):
        return None
    return f"{ask_text(method, target)} has Host: healthcheck.railway.app, as Railway's check of a new deployment does."


RULE = Rule(
    id="railway-health-check",
    title="Railway checks the WebSocket port by HTTP",
    cls="health-check",
    level="error",
    confidence=0.95,
    match=match,
    declared=checks(CHECKS, {"railway"}),
    why="While it deploys, Railway asks the health check path by HTTP with the Host "
    "healthcheck.railway.app, until it gets 200 or "
    "five minutes are over. A WebSocket server never answers 200, so the deployment fails.",
    remedy=Remedy(
        "Answer the path with 200, also for that Host, or remove the health check path.",
        {
            "Railway": "Service, Settings, Deploy, Healthcheck Path: /healthz; railway.json: deploy.healthcheckPath.",
            **ANSWERS,
        },
    ),
    references=(Reference("Railway: healthchecks", "https://docs.railway.com/deployments/healthchecks"),),
    cases=(Case("a check", request("GET /health HTTP/1.1", "Host: healthcheck.railway.app", "Accept-Encoding: gzip")),),
    near_misses=(Case("another host", request("GET /health HTTP/1.1", "Host: chat.up.railway.app")),),
    supersedes=("health-path-request", "head-request", "go-health-check", "apache-hcheck", "platform-http-check"),
    claim=True,
)
