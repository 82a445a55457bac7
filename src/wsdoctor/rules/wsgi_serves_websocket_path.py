"""A WSGI server answers the path of a WebSocket."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import LIMIT, quote

_NOT_FOUND = re.compile(r"(?m)^.*\bNot Found: (?P<path>/\S*).*$")
_RUNSERVER = re.compile(r"\"GET (?P<path>/[^\s?\"]*)\S* HTTP/1\.\d\" 404 \d+")
_SOCKET = re.compile(
    r"(?:^|[/_-])(?:ws|wss|websockets?|sockets?|chat|live|stream|cable|notifications?)(?:[/_-]|$)", re.IGNORECASE
)
_ASGI = re.compile(r"(?i)daphne|uvicorn|hypercorn|\basgi\b|WebSocket (?:HANDSHAKING|CONNECT|REJECT)")


def match(log: str, first_bytes: bytes | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    text = log[:LIMIT]
    if first_bytes is not None or _ASGI.search(text) is not None:
        return None
    missing = _NOT_FOUND.search(text)
    served = _RUNSERVER.search(text)
    if missing is None or served is None or _SOCKET.search(served["path"]) is None:
        return None
    return f"Django says “{quote(missing[0])}” and answers 404 in the way of its WSGI development server."


RULE = Rule(
    id="wsgi-serves-websocket-path",
    title="A WSGI server answers the WebSocket's path",
    cls="server-fault",
    level="error",
    confidence=0.7,
    match=match,
    why="WSGI knows requests and answers alone, so a WSGI server takes a handshake for a plain request, and "
    "the path has no page. With Django "
    "this means that runserver or the deployment does not run the ASGI application.",
    remedy=Remedy(
        "Run the ASGI application, and look for “Starting ASGI/Daphne” instead of “Starting development server”.",
        {
            "Django": '"daphne" first in INSTALLED_APPS, and ASGI_APPLICATION = "project.asgi.application"',
            "gunicorn": "gunicorn project.asgi:application -k uvicorn_worker.UvicornWorker",
            "Flask": "flask-sock, or an ASGI framework",
        },
    ),
    references=(
        Reference("Channels: installation", "https://channels.readthedocs.io/en/stable/installation.html"),
        Reference("Django: how to deploy with ASGI", "https://docs.djangoproject.com/en/stable/howto/deployment/asgi/"),
    ),
    cases=(
        Case(
            "runserver",
            None,
            {"log": 'Not Found: /ws/chat/\n[01/Jan/2026 10:00:00] "GET /ws/chat/ HTTP/1.1" 404 2211\n'},
        ),
    ),
    near_misses=(
        Case("under Daphne", None, {"log": "daphne[7]: Not Found: /ws/chat/\n"}),
        Case("a page", None, {"log": 'Not Found: /about\n[01/Jan/2026 10:00:00] "GET /about HTTP/1.1" 404 2211\n'}),
    ),
)
