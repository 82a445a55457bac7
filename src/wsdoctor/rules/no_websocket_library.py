"""An application server has no WebSocket library."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import says


def match(log: str, handshake: tuple[str, ...] | None = None) -> str | None:
    """Return the reason if the evidence fits, else None; what is known to be no handshake needs no library."""
    line = says(log, "library") if not handshake else None
    return f"The server says “{line}”." if line is not None else None


RULE = Rule(
    id="no-websocket-library",
    title="The application server was installed without a WebSocket library",
    cls="server-fault",
    level="error",
    confidence=0.8,
    match=match,
    why="uvicorn and similar servers leave WebSockets to a library that is installed apart. Without it they "
    "treat the handshake as a plain "
    "request, which mostly ends in 404. The same words are logged when a client offers an upgrade to HTTP/2 "
    "(h2c), which is harmless.",
    remedy=Remedy(
        "Install a WebSocket library into the environment that the server runs in, and start it again.",
        {
            "uvicorn": "pip install 'uvicorn[standard]', or pip install websockets",
            "Flask-SocketIO": "pip install simple-websocket, or eventlet, or gevent with gevent-websocket",
            "Flask": "pip install flask-sock",
            "Ktor": "embeddedServer(Jetty, …) in place of a servlet in Jetty: its own engine upgrades",
        },
    ),
    references=(
        Reference("uvicorn: installation", "https://www.uvicorn.org/"),
        Reference("uvicorn: WebSocket implementation", "https://www.uvicorn.org/settings/#implementation"),
    ),
    cases=(
        Case(
            "Jetty's servlets, to which Ktor hands the handshake, although it logs 101",
            None,
            {
                "log": "ERROR - 101 Switching Protocols: GET - /ws\njavax.servlet.ServletException: "
                "HttpServletRequest.upgrade() not supported in Jetty\n"
            },
        ),
        Case("uvicorn", None, {"log": "WARNING:  No supported WebSocket library detected.\n"}),
        Case(
            "uvicorn, with the request",
            good_handshake("/ws"),
            {"log": "WARNING:  Unsupported upgrade request.\n", "status": 404},
        ),
    ),
    near_misses=(
        Case(
            "an offer of HTTP/2",
            request(
                "GET / HTTP/1.1",
                "Host: a",
                "Connection: Upgrade, HTTP2-Settings",
                "Upgrade: h2c",
                "HTTP2-Settings: AAMAAABkAAQ",
            ),
            {"log": "WARNING:  Unsupported upgrade request.\n"},
        ),
    ),
    supersedes=("server-rejects-good-handshake", "no-websocket-route"),
)
