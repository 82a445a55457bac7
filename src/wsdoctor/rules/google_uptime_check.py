"""Google Cloud Monitoring checks the address."""

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
    if not sent_by(sender, "google-uptime-check", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is an uptime check of Google Cloud Monitoring."


RULE = Rule(
    id="google-uptime-check",
    title="Google Cloud Monitoring checks the WebSocket port by HTTP",
    cls="uptime-monitor",
    level="note",
    confidence=0.93,
    match=match,
    why=(
        "An uptime check of Cloud Monitoring asks the address by plain HTTP from several regions. A WebSocket server "
        "answers 426, which the check counts as down unless it is told otherwise."
    ),
    remedy=Remedy(
        "Make it a TCP uptime check, or accept the status that the server gives.",
        {
            "Google Cloud": (
                "Uptime check, Protocol: TCP; or Response Validation, acceptable HTTP response code 426; or path "
                "/healthz answered with 200."
            ),
            **ANSWERS,
        },
    ),
    references=(
        Reference("Google Cloud: uptime checks", "https://cloud.google.com/monitoring/uptime-checks"),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "an uptime check",
            request(
                "GET / HTTP/1.1",
                "Host: ws.example.com",
                "User-Agent: GoogleStackdriverMonitoring-UptimeChecks(https://cloud.google.com/monitoring)",
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
                "User-Agent: GoogleStackdriverMonitoring-UptimeChecks(https://cloud.google.com/monitoring)",
            ),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
