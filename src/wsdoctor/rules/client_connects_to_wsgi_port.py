"""One start script runs a WSGI server and an ASGI server, and the handshake went to the former."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import text_of, unseen

_WSGI = re.compile(
    r"\b(?:gunicorn|uwsgi|waitress-serve)\b(?![^\n]*(?:uvicorn\.workers|UvicornWorker))[^\n]*?[:= ](\d{4,5})\b"
)
_ASGI = re.compile(r"\b(?:daphne|uvicorn|hypercorn)\b[^\n]*?[:= ](\d{4,5})\b")


def match(
    files: tuple[SourceFile, ...],
    log: str,
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome):
        return None
    text = "\n".join(text_of(file) for file in files)
    wsgi, asgi = _WSGI.search(text), _ASGI.search(text)
    if wsgi is None or asgi is None or wsgi[1] == asgi[1] or f":{wsgi[1]}" not in log or f":{asgi[1]}" in log:
        return None
    return f"the log shows port {wsgi[1]}, that of “{wsgi[0][:60]}”, while WebSockets are served at port {asgi[1]}"


RULE = Rule(
    id="client-connects-to-wsgi-port",
    title="The client connects to the port of the WSGI server instead of the ASGI server",
    cls="misroute",
    level="error",
    confidence=0.88,
    match=match,
    why=(
        "A WSGI server such as gunicorn cannot speak WebSocket; the ASGI server beside it does, on another port. The "
        "client was given the first, which answers 404 or 400."
    ),
    remedy=Remedy("Give the client the port of the ASGI server, or let a proxy send the WebSocket paths there."),
    references=(Reference("Django Channels: deploying", "https://channels.readthedocs.io/en/stable/deploying.html"),),
    cases=(
        Case(
            "gunicorn beside daphne",
            facts={
                "files": (
                    SourceFile(
                        "run.sh", "gunicorn site.wsgi -b 0.0.0.0:8000 &\ndaphne -p 8001 site.asgi:application\n"
                    ),
                ),
                "log": "WebSocket connection to 'ws://localhost:8000/live' failed",
            },
        ),
    ),
    near_misses=(
        Case(
            "the right port",
            facts={
                "files": (
                    SourceFile(
                        "run.sh", "gunicorn site.wsgi -b 0.0.0.0:8000 &\ndaphne -p 8001 site.asgi:application\n"
                    ),
                ),
                "log": "WebSocket connection to 'ws://localhost:8001/live' failed",
            },
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"files": (SourceFile("run.sh", "gunicorn site.wsgi -b :8000"),), "log": "connection failed"},
        ),
    ),
)
