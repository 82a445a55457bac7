"""The User-Agent says that it is a health check or a monitor, but not one of the known ones."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ANSWERS, CHECK_WORDS, WEBSOCKETS_FAQ, ask_text, calls_itself


def match(
    user_agent: str,
    method: str,
    target: str,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
    sender: Sender | None = None,
    peer: str | None = None,
) -> str | None:
    """Hold for a name with such a word, sent by nobody who is known."""
    if method not in {"GET", "HEAD", "OPTIONS"}:
        return None
    found = calls_itself(CHECK_WORDS, user_agent, headers, handshake, sender)
    return None if found is None else f"{ask_text(method, target, user_agent, peer)} calls itself “{found}”."


RULE = Rule(
    id="self-declared-check",
    title="Something that calls itself a health check or monitor asks by HTTP",
    cls="health-check",
    level="note",
    confidence=0.8,
    match=match,
    why="The name in User-Agent says that this is a check or a monitor, though not which. It asks "
    "by plain HTTP, and a WebSocket "
    "server refuses that, so the check fails although the service works.",
    remedy=Remedy("Answer its path with 200, or make it a TCP or WebSocket check.", dict(ANSWERS)),
    references=(WEBSOCKETS_FAQ,),
    cases=(
        Case(
            "a load balancer",
            request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: acme-healthcheck/1.0"),
            {"peer": "10.0.0.4"},
        ),
        Case(
            "a monitor in an access log",
            None,
            {"method": "HEAD", "target": "/", "path": "/", "user_agent": "AcmeUptimeBot/2"},
        ),
    ),
    near_misses=(
        Case(
            "a screen",
            request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: MonitorShop/1.0 (an app that sells screens)"),
        ),
        Case(
            "a good handshake",
            request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: acme-healthcheck/1.0", *GOOD_HANDSHAKE),
        ),
    ),
    supersedes=(
        "health-path-request",
        "head-request",
        "platform-http-check",
        "varnish-probe",
        "unknown-robot",
        "replit-deployment-check",
    ),
    claim=True,
)
