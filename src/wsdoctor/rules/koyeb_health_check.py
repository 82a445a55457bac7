"""Koyeb checks the service by HTTP."""

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
    if not sent_by(sender, "koyeb-health-check", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is an HTTP check of Koyeb."


RULE = Rule(
    id="koyeb-health-check",
    title="Koyeb checks the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.93,
    match=match,
    why=(
        "Koyeb checks every exposed port, by TCP unless told otherwise. An HTTP check expects a status from 200 to "
        "399; a WebSocket server answers 426, so the deployment is never healthy."
    ),
    remedy=Remedy(
        "Use the TCP check, which is the default, or a path that answers 200.",
        {
            "Koyeb": (
                "koyeb service update APP/SERVICE --checks 8080:tcp, or --checks 8080:http:/healthz with an answer of "
                "200."
            ),
            **ANSWERS,
        },
    ),
    references=(
        Reference("Koyeb: health checks", "https://www.koyeb.com/docs/run-and-scale/health-checks"),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "a check",
            request("GET / HTTP/1.1", "Host: 10.250.0.12:8080", "User-Agent: Koyeb Health Check", "Accept: */*"),
            {"peer": "10.250.0.181"},
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: Koyeb Health Check"),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
