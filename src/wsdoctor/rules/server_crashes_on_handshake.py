"""A server fails while it handles a handshake."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import LIMIT, answered, says, says_accepted

_SPECIFIC = (
    "origin",
    "subprotocol",
    "certificate",
    "token",
    "credentials",
    "library",
    "application",
    "route",
    "foreign-path",
    "socketio-version",
    "socketio-transport",
    "key",
    "version",
    "early-bytes",
    "too-large",
    "upgrade",
)
_REFUSAL = re.compile(
    r"geventwebsocket/handler\.py\", line \d+, in run_application\s+self\.process_result\(\)|^KeyError: 'upgrade'$",
    re.MULTILINE,
)
"""What looks like a crash and is a refusal: gevent-websocket fails in this line when it sends one, for its words are no
bytes in Python 3; python-websocket-server looks for Upgrade without asking whether it is there."""


def match(
    handshake: tuple[str, ...] | None = None,
    status: int | None = None,
    log: str | None = None,
    outcome: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or outcome == "upgraded" or (log is None and status != 500) or says(log, *_SPECIFIC) is not None:
        return None
    if says_accepted(log) or (log is not None and _REFUSAL.search(log[:LIMIT]) is not None):
        return None
    code = answered(status, log, lines=handshake == ())
    line = says(log, "crash")
    if code in {None, 500} and line is not None:
        return f"The log says “{line}”."
    if code == 500 and (handshake == () or status is None):
        return "The handshake was answered 500: the server failed while it handled it."
    return None


RULE = Rule(
    id="server-crashes-on-handshake",
    title="The server fails while it handles the handshake",
    cls="server-fault",
    level="error",
    confidence=0.8,
    match=match,
    why="The answer was 500, or the log shows an error of the program. The handshake reached the application, "
    "which then failed by itself: in its "
    "handler, in code that runs before it accepts, or because something that it needs is missing.",
    remedy=Remedy(
        "Read the traceback in the server's log from its last line upwards, and correct the application.",
        {
            "websockets": "handlers take one argument since 10.1: async def handler(websocket)",
            "Flask": "debug mode and other WSGI middleware must not wrap the WebSocket route",
        },
    ),
    references=(
        Reference(
            "websockets: errors on the server side", "https://websockets.readthedocs.io/en/stable/faq/server.html"
        ),
    ),
    cases=(
        Case("500", good_handshake("/ws"), {"status": 500}),
        Case(
            "websockets",
            None,
            {
                "log": "ERROR:websockets.server:connection handler failed\nTypeError: handler() missing 1 "
                "required positional argument: 'path'\n"
            },
        ),
        Case("uvicorn", good_handshake("/ws"), {"log": "ERROR:    Exception in ASGI application\nKeyError: 'user'\n"}),
    ),
    near_misses=(
        Case("refused on purpose", good_handshake("/ws"), {"status": 403}),
        Case(
            "gevent-websocket refuses a handshake, and fails at that",
            None,
            {
                "log": 'File "geventwebsocket/handler.py", line 82, in run_application\n    self.process_result()\n'
                "TypeError: memoryview: a bytes-like object is required, not 'str'\n"
            },
        ),
        Case("an error after the WebSocket was opened", None, {"log": "connection open\nconnection handler failed\n"}),
    ),
    supersedes=("server-rejects-good-handshake", "connection-compared-literally", "upgrade-compared-literally"),
)
