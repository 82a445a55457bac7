"""The User-Agent says that it is a robot, but not one of the known ones."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ROBOT_WORDS, ask_text, calls_itself


def match(
    user_agent: str,
    method: str,
    target: str,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
    sender: Sender | None = None,
    peer: str | None = None,
) -> str | None:
    """Hold for a name with such a word or with an address for complaints, sent by nobody who is known."""
    found = calls_itself(ROBOT_WORDS, user_agent, headers, handshake, sender)
    return None if found is None else f"{ask_text(method, target, user_agent, peer)} calls itself a robot: “{found}”."


RULE = Rule(
    id="unknown-robot",
    title="A robot asked the WebSocket port",
    cls="scanner",
    level="note",
    confidence=0.82,
    match=match,
    why="The name in User-Agent says that this is a crawler, a scanner or another robot, or gives "
    "an address for complaints as only "
    "robots do. Robots ask whatever address they find. No real client is affected.",
    remedy=Remedy(
        "Nothing is broken. Keep links to this port out of pages, or close the port to strangers.",
        {"Docker": 'ports: ["127.0.0.1:8080:8080"] publishes the port to this machine alone.'},
    ),
    references=(Reference("RFC 9309: Robots Exclusion Protocol", "https://www.rfc-editor.org/rfc/rfc9309"),),
    cases=(
        Case(
            "with an address",
            request(
                "GET / HTTP/1.1",
                "Host: ws.example.com",
                "User-Agent: Mozilla/5.0 (compatible; AcmeSearch/1.0; +https://search.example/about)",
                "Accept: */*",
            ),
        ),
        Case("with the word", request("GET / HTTP/1.1", "Host: ws.example.com", "User-Agent: acme-scanner/0.3")),
    ),
    near_misses=(
        Case(
            "a library with its address",
            request("GET / HTTP/1.1", "Host: a", "User-Agent: got (https://github.com/sindresorhus/got)"),
        ),
        Case(
            "a robot that opens a WebSocket",
            request("GET /ws HTTP/1.1", "Host: a", "User-Agent: chat-bot/1.0", *GOOD_HANDSHAKE),
        ),
        Case(
            "a browser",
            request(
                "GET / HTTP/1.1",
                "Host: a",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
                "Accept: text/html",
                "Accept-Language: en",
            ),
        ),
    ),
    supersedes=(
        "head-request",
        "bare-user-agent",
        "poses-as-browser",
        "crawler-file-request",
        "request-by-address",
        "exploit-path",
        "favicon-request",
    ),
)
