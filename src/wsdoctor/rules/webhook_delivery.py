"""A service delivers its webhooks to the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._plain import is_plain, line_of

_FIELDS = {
    "x-github-event": "GitHub", "x-gitlab-event": "GitLab", "x-gitea-event": "Gitea", "x-event-key": "Bitbucket",
    "stripe-signature": "Stripe", "x-slack-signature": "Slack", "x-twilio-signature": "Twilio",
    "x-shopify-topic": "Shopify", "x-discord-signature": "Discord", "x-signature-ed25519": "Discord",
    "x-telegram-bot-api-secret-token": "Telegram", "x-line-signature": "LINE", "paypal-transmission-id": "PayPal",
    "svix-id": "Svix", "webhook-id": "a sender of Standard Webhooks", "x-hub-signature": "a WebSub hub",
    "x-hub-signature-256": "a WebSub hub", "ce-specversion": "CloudEvents", "x-goog-channel-id": "Google",
    "x-amz-sns-message-type": "Amazon SNS",
}  # fmt: skip


def match(method: str, target: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if method != "POST" or not handshake or not is_plain(headers):
        return None
    for name, service in _FIELDS.items():
        if name in headers:
            return f"{line_of(method, target)} carries {name}: a delivery by {service}."
    return None


RULE = Rule(
    id="webhook-delivery",
    title="A service delivers webhooks to the WebSocket port",
    cls="http-client-code",
    level="warning",
    confidence=0.9,
    match=match,
    why="Somebody registered this address with a service that reports events by HTTP POST. A WebSocket server "
    "cannot take them, so "
    "the events are lost, and the service will retry and at last switch the webhook off.",
    remedy=Remedy(
        "Register the HTTP server's address with the service, or send the webhook's path to it in the proxy.",
        {
            "GitHub": "Settings, Webhooks, Payload URL",
            "Stripe": "Workbench, Webhooks, Endpoint URL",
            "Telegram": "setWebhook with the right url",
        },
    ),
    references=(
        Reference(
            "GitHub: webhook events and payloads", "https://docs.github.com/en/webhooks/webhook-events-and-payloads"
        ),
        Reference(
            "Standard Webhooks",
            "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
        ),
    ),
    cases=(
        Case(
            "GitHub",
            request(
                "POST /hooks HTTP/1.1",
                "Host: ci.example.com:8080",
                "User-Agent: GitHub-Hookshot/1a2b3c4",
                "Accept: */*",
                "X-GitHub-Event: push",
                "Content-Type: application/json",
                "Content-Length: 2",
            )
            + b"{}",
        ),
    ),
    near_misses=(
        Case(
            "a POST of a program",
            request(
                "POST /hooks HTTP/1.1",
                "Host: ci.example.com:8080",
                "Content-Type: application/json",
                "Content-Length: 2",
            )
            + b"{}",
        ),
    ),
    supersedes=("api-call", "http-library-request", "command-line-request", "node-fetch-request"),
)
