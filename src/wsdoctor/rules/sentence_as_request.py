"""Somebody sends a sentence where the request line belongs."""

from __future__ import annotations

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._plain import is_taken, line_of

_WORDS = 3


def match(
    method: str, target: str, handshake: tuple[str, ...], http_version: str, sender: Sender | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    words = target.split()
    if not handshake or not http_version or is_taken(sender) or len(words) < _WORDS:
        return None
    if any(sign in words[0] for sign in "/:*") or not words[0].isalpha():
        return None
    return f"“{line_of(method, target)}” asks for no path and no address: it is a sentence."


RULE = Rule(
    id="sentence-as-request",
    title="Somebody sends a message to whoever reads the log",
    cls="scanner",
    level="note",
    confidence=0.85,
    match=match,
    why="A target is a path or an address, and has no blanks. A request line of words is no mistake of a program: now "
    "and then somebody sends a poem, a joke or a warning to every public address, so that it stands in the logs.",
    remedy=Remedy("Nothing is broken. Close the port to the Internet if only a proxy or known networks need it."),
    references=(
        Reference("RFC 9112 section 3.2: request target", "https://www.rfc-editor.org/rfc/rfc9112.html#section-3.2"),
    ),
    cases=(
        Case(
            "a poem",
            request("DELETE your logs. Delete your installations. HTTP/1.0", "User-Agent: poem/1.0"),
        ),
        Case("a joke", request("GET well soon friend HTTP/1.1", "Host: 203.0.113.80")),
    ),
    near_misses=(
        Case("a path with blanks", request("GET /my first file.html HTTP/1.1", "Host: chat:8080")),
        Case("an address", request("GET a.example:443 b c HTTP/1.1", "Host: chat:8080")),
        Case("one word", request("GET index HTTP/1.1", "Host: chat:8080")),
        Case("a handshake", request("GET /ws HTTP/1.1", "Host: chat:8080", *GOOD_HANDSHAKE)),
    ),
    supersedes=("bare-user-agent", "request-by-address"),
)
