"""An uptime monitor asks by HTTP."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import BY_OPENING, WEBSOCKETS_FAQ, ask_text, sent_by
from wsdoctor.rules._declared import NAMED_MONITORS, checks


def match(
    sender: Sender,
    method: str | None = None,
    target: str | None = None,
    user_agent: str | None = None,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
) -> str | None:
    """Hold for what the entries of the table that name this rule send."""
    if not sent_by(sender, "uptime-monitor", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is the check of {sender.name}, an uptime monitor."


RULE = Rule(
    id="uptime-monitor",
    title="An uptime monitor checks the WebSocket port by HTTP",
    cls="uptime-monitor",
    level="note",
    confidence=0.93,
    match=match,
    declared=checks({"uptime-monitor", "scrape"}, but=NAMED_MONITORS),
    why=(
        "A monitor asks by plain HTTP whether the address lives. A WebSocket server refuses every request that is no "
        "opening handshake, so the monitor reports an outage, or at least leaves a line in the log each time, "
        "although real clients connect."
    ),
    remedy=Remedy(
        "Let the monitor open a WebSocket or check the TCP port, or give it the address of the HTTP server.",
        {
            **BY_OPENING,
        },
    ),
    references=(
        Reference(
            "RFC 6455 section 4.2.1: what an opening handshake needs",
            "https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1",
        ),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "UptimeRobot",
            request(
                "HEAD / HTTP/1.1",
                "Host: ws.example.com",
                "User-Agent: Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
                "Accept: */*",
                "Connection: close",
            ),
        ),
        Case(
            "Better Stack",
            request(
                "GET / HTTP/1.1",
                "Host: chat:8080",
                "User-Agent: Better Uptime Bot Mozilla/5.0 (Windows NT 10.0; Win64; x64) "
                "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/74.0.3729.169 Safari/537.36",
                "Accept: */*",
            ),
        ),
        Case(
            "Pingdom in an access log",
            None,
            {
                "method": "GET",
                "path": "/",
                "target": "/",
                "user_agent": "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
            },
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE, "User-Agent: SentryUptimeBot/1.0"),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
