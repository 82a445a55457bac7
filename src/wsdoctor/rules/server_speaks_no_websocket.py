"""A handshake was answered by a status that means: no WebSockets here."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._log_text import answered, names_cause
from wsdoctor.rules._pages import rfc6455, rfc9110

_CODES = frozenset((204, 501))


def match(log: str, first_bytes: bytes | None = None, outcome: str | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if first_bytes is not None or outcome == "upgraded" or names_cause(log):
        return None
    code = answered(None, log)
    return f"The handshake was answered {code}: the server has nothing for WebSockets." if code in _CODES else None


RULE = Rule(
    id="server-speaks-no-websocket",
    title="The server has no support for WebSockets",
    cls="server-fault",
    level="error",
    confidence=0.6,
    match=match,
    why="501 says that the server cannot do what was asked, and 204 that there is nothing to send: both come from "
    "servers on which WebSockets are missing or switched off, such as IIS without its WebSocket feature. The handshake "
    "may be right.",
    remedy=Remedy(
        "Switch WebSockets on in the server, or run the application on one that has them.",
        {
            "IIS": "Install-WindowsFeature Web-WebSockets (Windows Server 2012 or later)",
            "ASP.NET Core": "app.UseWebSockets() before the endpoints",
        },
    ),
    references=(rfc9110("15.6.2"), rfc6455("4.2.2")),
    cases=(
        Case("IIS", None, {"log": "Error during WebSocket handshake: Unexpected response code: 204\n"}),
        Case("501", None, {"log": "Error: Unexpected server response: 501\n"}),
    ),
    near_misses=(Case("404", None, {"log": "Error: Unexpected server response: 404\n"}),),
)
