"""A server refuses a right handshake for the page that it comes from."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._files import found_in
from wsdoctor.rules._log_text import CAUSES, LIMIT, answered, quote, says, says_accepted
from wsdoctor.rules._pages import rfc6455

_OTHERS = tuple(each for each in CAUSES if each != "origin")
_CABLE = re.compile(
    r"Failed to upgrade to WebSocket \(REQUEST_METHOD: GET, HTTP_CONNECTION: (?:keep-alive, )?Upgrade, HTTP_UPGRADE: "
    r"websocket\)",
    re.IGNORECASE,
)
"""What Action Cable says of a complete handshake, after the line with the reason if that was logged."""
_SETTINGS = re.compile(
    r"check_origin|allowed_request_origins|allow-websocket-origin|cors_allowed_origins|setAllowedOrigins|\bCheckOrigin\b"
    r"|OriginValidator\b|\ballow_origin\b|allowedOrigins|remote-allow-origins|enableCORS"
)


def match(
    handshake: tuple[str, ...] | None = None,
    origin: str | None = None,
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
    files: tuple[SourceFile, ...] | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or outcome == "upgraded" or (log is None and status != 403):
        return None
    page = f" of {origin[:80]}" if origin else ""
    if (line := says(log, "origin")) is not None and says(log, "cors") is None:
        return f"The server refused the page{page}; it says “{line}”."
    if handshake is None and log is not None and says(log, *_OTHERS) is None:
        if (complete := _CABLE.search(log[:LIMIT])) is not None:
            return f"The log says “{quote(complete[0])}”: the handshake is complete, so it is refused for its origin."
        if answered(None, log) == 403 and (setting := found_in(files or (), _SETTINGS)) is not None:
            return f"The handshake was answered 403, and {setting}."
    if answered(status, log, lines=handshake == ()) != 403 or says(log, *_OTHERS) is not None or says_accepted(log):
        return None
    if handshake == () and origin:
        return (
            f"A right handshake with Origin {origin[:80]} was answered 403, as servers do that do not allow the page."
        )
    return None


RULE = Rule(
    id="origin-rejected",
    title="The server refuses the handshake for its Origin",
    cls="origin-rejected",
    level="error",
    confidence=0.8,
    match=match,
    why="Browsers say in Origin which page opens the WebSocket, and servers check it so that strangers' pages "
    "cannot use a visitor's session. "
    "The page's origin is not among those that this server allows, so it refuses, mostly with 403, although "
    "the handshake is right.",
    remedy=Remedy(
        "Add the page's origin, with scheme and port, to those that the server allows.",
        {
            "websockets": 'serve(handler, host, port, origins=["https://app.example.com"])',
            "Tornado": "def check_origin(self, origin): return urlparse(origin).netloc in ALLOWED",
            "Bokeh, Panel": "--allow-websocket-origin=app.example.com",
            "Django Channels": "ALLOWED_HOSTS, with AllowedHostsOriginValidator; or OriginValidator(app, "
            '["https://app.example.com"])',
            "Phoenix": 'check_origin: ["https://app.example.com"] in the endpoint or socket',
            "Rails": 'config.action_cable.allowed_request_origins = ["https://app.example.com"]',
            "gorilla/websocket": "Upgrader{CheckOrigin: func(r *http.Request) bool { … }}",
            "Jupyter": "c.ServerApp.allow_origin = 'https://app.example.com'",
        },
    ),
    references=(
        rfc6455("10.2"),
        Reference("websockets: origins", "https://websockets.readthedocs.io/en/stable/reference/asyncio/server.html"),
        Reference(
            "Tornado: check_origin",
            "https://www.tornadoweb.org/en/stable/websocket.html#tornado.websocket.WebSocketHandler.check_origin",
        ),
    ),
    cases=(
        Case("403 to a page", good_handshake("/chat", "Origin: https://other.example.org"), {"status": 403}),
        Case(
            "websockets",
            None,
            {"log": "websockets.exceptions.InvalidOrigin: invalid Origin header: https://other.example.org\n"},
        ),
        Case(
            "Tornado",
            good_handshake("/ws", "Origin: https://other.example.org"),
            {"log": "403 GET /ws 1.6ms\nCross origin websockets not allowed\n"},
        ),
        Case("Phoenix", None, {"log": "[error] Could not check origin for Phoenix.Socket transport.\n"}),
        Case("Rails", None, {"log": "Request origin not allowed: https://other.example.org\n"}),
        Case(
            "Rails, of which the line with the reason is missing",
            None,
            {
                "log": "Failed to upgrade to WebSocket (REQUEST_METHOD: GET, HTTP_CONNECTION: Upgrade, HTTP_UPGRADE: "
                "websocket)\n"
            },
        ),
        Case(
            "Chrome's debugging port",
            None,
            {"log": "Rejected an incoming WebSocket connection from the ws://a origin\n"},
        ),
        Case("gorilla", None, {"log": "websocket: request origin not allowed by Upgrader.CheckOrigin\n"}),
    ),
    near_misses=(
        Case("accepted", good_handshake("/chat", "Origin: https://other.example.org"), {"outcome": "upgraded"}),
        Case("no page", good_handshake(), {"status": 403}),
        Case(
            "Rails, where Upgrade was lost",
            None,
            {"log": "Failed to upgrade to WebSocket (REQUEST_METHOD: GET, HTTP_CONNECTION: close, HTTP_UPGRADE: )\n"},
        ),
        Case(
            "CORS, not a WebSocket",
            None,
            {"log": "Access to fetch at 'http://a:8080/' from origin 'http://b' has been blocked by CORS policy\n"},
        ),
    ),
    supersedes=("server-rejects-good-handshake",),
)
