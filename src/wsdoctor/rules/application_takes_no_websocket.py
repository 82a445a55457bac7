"""An ASGI application has nothing for WebSockets."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import says


def match(log: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    line = says(log, "application")
    return f"The server says “{line}”." if line is not None else None


RULE = Rule(
    id="application-takes-no-websocket",
    title="The ASGI application takes HTTP, but no WebSockets",
    cls="server-fault",
    level="error",
    confidence=0.93,
    match=match,
    why="The server understood the handshake and handed it to the application, which knows plain requests "
    "alone. With Django this is the "
    "application that get_asgi_application() returns, used without a ProtocolTypeRouter around it.",
    remedy=Remedy(
        "Route WebSockets to consumers in the ASGI application.",
        {
            "Django Channels": 'ProtocolTypeRouter({"http": get_asgi_application(), "websocket": URLRouter(routes)})',
            "Starlette": 'routes=[WebSocketRoute("/ws", endpoint)]',
        },
    ),
    references=(
        Reference(
            "Channels: routing", "https://channels.readthedocs.io/en/stable/topics/routing.html#protocoltyperouter"
        ),
        Reference("ASGI specification", "https://asgi.readthedocs.io/en/latest/specs/www.html#websocket"),
    ),
    cases=(
        Case("Django", None, {"log": "ValueError: Django can only handle ASGI/HTTP connections, not websocket.\n"}),
        Case("Channels", None, {"log": "ValueError: No application configured for scope type 'websocket'\n"}),
    ),
    near_misses=(Case("no such route", None, {"log": "ValueError: No route found for path 'ws/room/1'.\n"}),),
    supersedes=("server-rejects-good-handshake", "server-crashes-on-handshake"),
)
