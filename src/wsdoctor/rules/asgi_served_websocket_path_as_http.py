"""Django behind an ASGI server answers a WebSocket path as a page: Not Found."""

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import quote, says
from wsdoctor.rules._remedies import NGINX_WEBSOCKET, directives

_SERVER = re.compile(r"(?i)\b(?:daphne|uvicorn|hypercorn|asgi)\b")
_MISSED = re.compile(
    r"Not Found:? /(?:[^\s\"]*/)?(?:wss?|websockets?|sockets?|channels?|live|stream)(?:/[^\s\"]*)?(?=[\s\"]|$)"
)


_UVICORN = re.compile(
    r"[\da-f.:\]]+:\d+ - \"GET /(?:[^\s\"?]*/)?(?:wss?|websockets?)(?:[/?][^\s\"]*)? HTTP/1\.1\" (?:404 Not Found"
    r"|405 Method Not Allowed|200 OK|400 Bad Request)"
)


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if unseen(headers, first_bytes, outcome) and says(log, "library") is None:
        line = _UVICORN.search(log[:20_000])
        if line is not None:
            return f"the log says “{quote(line[0])}”, where uvicorn names a WebSocket as such"
    if (
        not unseen(headers, first_bytes, outcome)
        or "Starting development server" in log
        or _SERVER.search(log[:20_000]) is None
    ):
        return None
    found = _MISSED.search(log[:20_000])
    return None if found is None else f"the log says “{quote(found[0])}”, and an ASGI server stands behind it"


RULE = Rule(
    id="asgi-served-websocket-path-as-http",
    title="The handshake reached the ASGI server as a plain request",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.8,
    match=match,
    why=(
        "An ASGI server hands a handshake to the WebSocket routes and everything else to the pages. It looked for a "
        "page under the WebSocket's path, so the request was no handshake any more when it arrived: a proxy in front "
        "lost Upgrade."
    ),
    remedy=Remedy(
        "Pass Upgrade and Connection on over HTTP/1.1 in the proxy in front.",
        directives("nginx", "nginx 1.29.7 and later"),
    ),
    references=(
        NGINX_WEBSOCKET,
        Reference("Django Channels: deploying", "https://channels.readthedocs.io/en/stable/deploying.html"),
        Reference("daphne: issue 217", "https://github.com/django/daphne/issues/217"),
    ),
    cases=(
        Case(
            "uvicorn, which names a WebSocket as such",
            facts={"log": 'INFO:     127.0.0.1:5 - "GET /ws/echo HTTP/1.1" 404 Not Found\n'},
        ),
        Case("daphne", facts={"log": "daphne[311]: WARNING  Not Found /ws/chat/42/"}),
        Case("uvicorn", facts={"log": "uvicorn.error: started\nNot Found: /ws/rooms/1/"}),
    ),
    near_misses=(
        Case(
            "the development server knows no WebSocket",
            facts={"log": "Starting development server at http://127.0.0.1:8000/\nNot Found: /ws/chat/"},
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"log": "daphne[311]: WARNING  Not Found /ws/chat/42/"},
        ),
    ),
)
