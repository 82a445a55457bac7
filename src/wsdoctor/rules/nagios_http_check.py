"""Nagios or Icinga asks by HTTP."""

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
    if not sent_by(sender, "nagios-http-check", headers, handshake):
        return None
    return (
        f"{ask_text(method, target, user_agent)} is the plugin check_http or check_curl of Nagios, Icinga "
        f"and their like."
    )


RULE = Rule(
    id="nagios-http-check",
    title="A check_http of Nagios or Icinga asks the WebSocket port",
    cls="uptime-monitor",
    level="note",
    confidence=0.93,
    match=match,
    why=(
        "A monitor asks by plain HTTP whether the address lives. A WebSocket server refuses every request that is no "
        "opening handshake, so the monitor reports an outage, or at least leaves a line in the log each time, "
        "although real clients connect."
    ),
    remedy=Remedy(
        "Check the TCP port, or tell the plugin which status to expect.",
        {
            "Nagios, Icinga": "check_tcp -H chat.example.com -p 8080; or check_http -H chat.example.com -p 8080 -e "
            "'HTTP/1.1 426'.",
            "check_http as a handshake": (
                "check_http -p 8080 -k 'Connection: Upgrade' -k 'Upgrade: websocket' -k 'Sec-WebSocket-Version: 13' "
                "-k 'Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==' -e 101"
            ),
        },
    ),
    references=(
        Reference("Nagios Plugins: check_http", "https://nagios-plugins.org/doc/man/check_http.html"),
        Reference("Monitoring Plugins: check_curl", "https://www.monitoring-plugins.org/doc/man/check_curl.html"),
    ),
    cases=(
        Case(
            "check_http",
            request(
                "GET / HTTP/1.1",
                "User-Agent: check_http/v2.4.6 (nagios-plugins 2.4.6)",
                "Connection: close",
                "Host: ws.example.com:8080",
            ),
        ),
        Case(
            "check_curl in an access log",
            None,
            {
                "method": "GET",
                "path": "/",
                "target": "/",
                "user_agent": "check_curl/v2.3.3 (monitoring-plugins 2.3.3, libcurl/7.88.1)",
            },
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request(
                "GET /ws HTTP/1.1",
                "Host: chat:8080",
                *GOOD_HANDSHAKE,
                "User-Agent: check_http/v2.4.6 (nagios-plugins 2.4.6)",
            ),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
