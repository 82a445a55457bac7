"""The handshake is answered with a redirect, which WebSocket clients do not follow."""

import re

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._log_answers import answers_in
from wsdoctor.rules._log_text import answered, quote, says_accepted

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_SAID = re.compile(
    r"(?i)[^\n]{0,60}(?:unexpected (?:server )?response(?: code)?|handshake status|status code"
    r"|rejected WebSocket connection: HTTP)\s*:?\s*30[12378]\b[^\n]{0,40}|too many redirects"
    r"|ERR_TOO_MANY_REDIRECTS|redirect(?:ion)? loop"
)


def match(handshake: tuple[str, ...] | None = None, status: int | None = None, log: str | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if status in _REDIRECTS and handshake == ():
        return f"a right handshake was answered {status}"
    found = _SAID.search(log[:20_000]) if log is not None else None
    if found is not None:
        return None if handshake else f"the log says “{quote(found[0])}”"
    if handshake:
        return None
    shown = next((each for each in answers_in(log) if each.status in _REDIRECTS and "location" in each.fields), None)
    if shown is not None and not says_accepted(log):
        return f"the log shows the answer {shown.status} with Location: {quote(shown.fields['location'], 80)}"
    code = answered(None, log)
    return f"the client's handshake was answered {code}" if code in _REDIRECTS else None


RULE = Rule(
    id="handshake-redirected",
    title="The handshake is answered with a redirect",
    cls="misroute",
    level="error",
    confidence=0.8,
    match=match,
    why=(
        "A browser does not follow redirects of a WebSocket handshake, nor do most libraries. Redirects from http to "
        "https, from one host name to another, to a path with a slash at its end or to a login page break it, while "
        "pages work."
    ),
    remedy=Remedy(
        ("Give the client the final address: wss:// instead of ws://, the right host, the exact path."),
        {
            "nginx": "no return 301 in the server block that the WebSocket reaches; location = /ws and location "
            "/ws/ both",
            "Django": "the path with the slash that the route has",
        },
    ),
    references=(
        Reference(
            "WHATWG: establish a WebSocket connection",
            "https://websockets.spec.whatwg.org/#concept-websocket-establish",
        ),
        Reference("RFC 6455 section 4.1", "https://www.rfc-editor.org/rfc/rfc6455.html#section-4.1"),
    ),
    cases=(
        Case(
            "301 to https",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"status": 301, "outcome": "rejected"},
        ),
        Case(
            "a browser's words",
            facts={
                "log": "WebSocket connection to 'ws://app/ws' failed: Error during WebSocket handshake: "
                "Unexpected response code: 302"
            },
        ),
        Case(
            "the answer itself",
            facts={"log": "HTTP/1.1 301 Moved Permanently\r\nServer: nginx\r\nLocation: https://app/ws\r\n\r\n"},
        ),
        Case("over HTTP/2", facts={"log": "HTTP/2 307\nlocation: https://app/watch/1/\nserver: uvicorn\n"}),
        Case("Java-WebSocket", facts={"log": "Invalid status code received: 302 Status line: HTTP/1.1 302 Found\n"}),
    ),
    near_misses=(
        Case(
            "a client that followed it",
            facts={
                "log": "HTTP/1.1 301 Moved Permanently\nLocation: /ws/\n\nHTTP/1.1 101 Switching Protocols\n"
                "Upgrade: websocket\nConnection: upgrade\nSec-WebSocket-Accept: s3pPLMBiTxaQ9k=\n"
            },
        ),
        Case(
            "a plain request",
            request("GET / HTTP/1.1", "Host: app"),
            {"log": "HTTP/1.1 301 Moved Permanently\nLocation: https://app/\n"},
        ),
        Case("accepted", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE), {"status": 101}),
    ),
    supersedes=(
        "no-websocket-route",
        "server-rejects-good-handshake",
    ),
)
