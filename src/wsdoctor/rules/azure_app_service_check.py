"""Azure App Service checks the application."""

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
    if not sent_by(sender, "azure-app-service-check", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is a check of Azure App Service."


RULE = Rule(
    id="azure-app-service-check",
    title="Azure App Service checks the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.93,
    match=match,
    why=(
        "App Service asks the application by plain HTTP: GET /robots933456.txt once a container starts, / every five "
        "minutes where Always On is on, and the path of the health check once a minute. Any answer does for the first "
        "two, so their lines are harmless; the health check wants 200 to 299."
    ),
    remedy=Remedy(
        "Leave the start-up and Always On requests alone; give the health check a path that answers 200.",
        {
            "Azure CLI": (
                'az webapp config set --generic-configurations \'{"healthCheckPath": "/healthz"}\'; az webapp config '
                "set --always-on false ends the request to /."
            ),
            "Azure portal": "Monitoring, Health check, Path; Configuration, General settings, Always On.",
            **ANSWERS,
        },
    ),
    references=(
        Reference(
            "Azure App Service: health check",
            "https://learn.microsoft.com/azure/app-service/monitor-instances-health-check",
        ),
        Reference(
            "Azure App Service: robots933456 in logs",
            "https://learn.microsoft.com/azure/app-service/configure-custom-container#robots933456-in-logs",
        ),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case("Always On", request("GET / HTTP/1.1", "Host: chat.azurewebsites.net", "User-Agent: AlwaysOn")),
        Case("start-up", request("GET /robots933456.txt HTTP/1.1", "Host: 127.0.0.1")),
        Case(
            "the health check",
            request(
                "GET /healthz HTTP/1.1",
                "Host: chat:8080",
                "User-Agent: ReadyForRequest/1.0 (HealthCheck)",
                "Accept: */*",
            ),
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: AlwaysOn"),
        ),
        Case("robots.txt", request("GET /robots.txt HTTP/1.1", "Host: chat:8080")),
    ),
    supersedes=(),
    claim=True,
)
