"""Kamal's proxy checks a new container."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ANSWERS, WEBSOCKETS_FAQ, ask_text, sent_by
from wsdoctor.rules._declared import CHECKS, checks


def match(
    sender: Sender,
    method: str | None = None,
    target: str | None = None,
    user_agent: str | None = None,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
) -> str | None:
    """Hold for what the entries of the table that name this rule send."""
    if not sent_by(sender, "kamal-health-check", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is how kamal-proxy asks a new container whether it is ready."


RULE = Rule(
    id="kamal-health-check",
    title="Kamal checks the WebSocket port by HTTP",
    cls="health-check",
    level="error",
    confidence=0.93,
    match=match,
    declared=checks(CHECKS, {"kamal"}),
    why=(
        "kamal-proxy asks GET /up once a second until it gets a 2xx answer, and only then sends traffic to the new "
        "container. A server that speaks WebSocket alone never gives one, so the deployment times out."
    ),
    remedy=Remedy(
        "Answer /up with 200 on the same port.",
        {
            "Kamal": "config/deploy.yml: proxy: { app_port: 8080, healthcheck: { path: /healthz, interval: 3 } }",
            **ANSWERS,
        },
    ),
    references=(
        Reference("Kamal: proxy", "https://kamal-deploy.org/docs/configuration/proxy/"),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "during a deployment",
            request("GET /up HTTP/1.1", "Host: 172.18.0.5:8080", "User-Agent: kamal-proxy", "Accept: */*"),
            {"peer": "172.18.0.2"},
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: kamal-proxy"),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
