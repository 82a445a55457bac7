"""A server, its application or a firewall forbids a right handshake."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import LIMIT, answered, names_cause, quote
from wsdoctor.rules._pages import rfc9110

_CLOSED = re.compile(
    r"\"WebSocket (/\S*)\" 403|WebSocket REJECT (/\S*)|\"WSREJECT (/\S*)\""
    r"|\b403 GET (/(?:\S*/)?api/(?:kernels|terminals|events)\S*) \([\da-f.:]+\) [\d.]+ms"
)
"""The last one is Jupyter's; any other program on Tornado may just as well have refused the Origin."""


def match(
    handshake: tuple[str, ...] | None = None,
    origin: str | None = None,
    status: int | None = None,
    log: str | None = None,
    outcome: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or outcome == "upgraded" or (log is None and status != 403) or names_cause(log):
        return None
    closed = _CLOSED.search(log[:LIMIT]) if log is not None else None
    if closed is not None:
        path = next(group for group in closed.groups() if group)
        return f"The log shows that the application refused the WebSocket for {quote(path, 80)}."
    if answered(status, log, lines=handshake == ()) != 403:
        return None
    if handshake == () and not origin:
        return (
            "A right handshake without Origin was answered 403, so it was not refused for the page that it came from."
        )
    return (
        "The handshake was answered 403; nobody says whether for its Origin or its credentials."
        if handshake is None
        else None
    )


RULE = Rule(
    id="handshake-forbidden",
    title="The application or a firewall forbids the handshake",
    cls="auth-rejected",
    level="error",
    confidence=0.55,
    match=match,
    why="The handshake is right, and the answer was 403 Forbidden. The application closed it before it was "
    "accepted, mostly because the user is not "
    "known or has no right to the path; or a web application firewall in front took it for an attack.",
    remedy=Remedy(
        "Look for the check that refuses: in the application before it accepts, then in gateways and "
        "firewalls on the way.",
        {
            "FastAPI, Starlette": "403 is also the answer to a path without WebSocket route, and to close() "
            "before accept()",
            "Django Channels": "close() in connect(), and AllowedHostsOriginValidator, both log WebSocket REJECT",
            "Azure Application Gateway": "look for the rule in the WAF log, and add an exclusion",
            "Cloudflare": "Security events name the rule; skip it for the WebSocket's path",
        },
    ),
    references=(
        rfc9110("15.5.4"),
        Reference(
            "ASGI: websocket.close before accept",
            "https://asgi.readthedocs.io/en/latest/specs/www.html#close-send-event",
        ),
    ),
    cases=(
        Case("403 to a program", good_handshake("/ws"), {"status": 403}),
        Case("uvicorn", None, {"log": 'INFO:     192.0.2.7:51234 - "WebSocket /ws/room" 403\n'}),
        Case("Django Channels", None, {"log": "WebSocket REJECT /ws/chat/ [192.0.2.7:51234]\n"}),
    ),
    near_misses=(
        Case("Tornado, which refuses foreign origins so", None, {"log": "403 GET /chat (192.0.2.1) 1.12ms\n"}),
        Case("accepted", None, {"log": 'INFO:     192.0.2.7:51234 - "WebSocket /ws/room" [accepted]\n'}),
        Case("a page", good_handshake("/ws", "Origin: https://app.example.com"), {"status": 403}),
    ),
    supersedes=("server-rejects-good-handshake",),
)
