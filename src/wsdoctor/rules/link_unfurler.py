"""A messenger previews a link to the port."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ask_text, sent_by


def match(
    sender: Sender,
    method: str | None = None,
    target: str | None = None,
    user_agent: str | None = None,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
) -> str | None:
    """Hold for what the entries of the table that name this rule send."""
    if not sent_by(sender, "link-unfurler", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is the link preview of {sender.name}."


RULE = Rule(
    id="link-unfurler",
    title="A messenger previewed a link to the WebSocket port",
    cls="scanner",
    level="note",
    confidence=0.9,
    match=match,
    why=(
        "Somebody posted a link to this address in a chat or a network, and its servers fetched the address for a "
        "preview. A WebSocket server has no page to preview. Each post causes a few requests, then they end."
    ),
    remedy=Remedy(
        "Nothing is broken. Share the address of the web page instead of this port.",
        {},
    ),
    references=(
        Reference("Slack: robots", "https://api.slack.com/robots"),
        Reference("Meta: web crawlers", "https://developers.facebook.com/docs/sharing/webmasters/web-crawlers"),
    ),
    cases=(
        Case(
            "Slack",
            request(
                "GET / HTTP/1.1",
                "Host: ws.example.com",
                "Accept: */*",
                "User-Agent: Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
                "Range: bytes=0-32768",
            ),
        ),
        Case(
            "WhatsApp",
            request("GET / HTTP/1.1", "Host: ws.example.com", "User-Agent: WhatsApp/2.23.20.0 A", "Accept: */*"),
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request(
                "GET /ws HTTP/1.1",
                "Host: chat:8080",
                *GOOD_HANDSHAKE,
                "User-Agent: Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
            ),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
