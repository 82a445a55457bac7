"""A program calls an API on the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule, Sender, request
from wsdoctor.rules._pages import rfc6455, rfc9110
from wsdoctor.rules._plain import is_plain, is_taken, line_of

_BODIES = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/json",
    "application/xml",
    "text/xml",
    "application/soap+xml",
)


def match(
    method: str, target: str, headers: Headers, handshake: tuple[str, ...], sender: Sender | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if method not in {"POST", "PUT", "PATCH", "DELETE"} or not handshake or is_taken(sender) or not is_plain(headers):
        return None
    if " " in target:
        return None
    content = (headers.get("content-type") or "").lower()
    api = content.startswith(_BODIES) or (content.endswith("+json") or method in {"PATCH", "DELETE", "PUT"})
    if not (api or "authorization" in headers):
        return None
    return f"{line_of(method, target)} carries {content[:40] or 'no content type'}: a call of an HTTP API."


RULE = Rule(
    id="api-call",
    title="A program calls an HTTP API on the WebSocket port",
    cls="http-client-code",
    level="warning",
    confidence=0.75,
    match=match,
    why="A request that creates, changes or deletes something was sent here by plain HTTP. No WebSocket server "
    "has such "
    "an API: an opening handshake is always GET. The sender has a wrong address, or a proxy sends API paths "
    "to this port.",
    remedy=Remedy(
        "Correct the base address of the program to the HTTP server; behind a proxy send only the WebSocket's "
        "path to this port.",
    ),
    references=(rfc6455("4.1"), rfc9110("9.3.3")),
    cases=(
        Case(
            "POST of JSON",
            request(
                "POST /v1/messages HTTP/1.1", "Host: chat:8080", "Content-Type: application/json", "Content-Length: 13"
            )
            + b'{"text":"hi"}',
        ),
    ),
    near_misses=(
        Case("a sentence", request("DELETE your logs. Delete your installations. HTTP/1.0", "User-Agent: poem/1.0")),
        Case("nothing but POST", request("POST / HTTP/1.1", "Host: chat:8080", "Content-Length: 0")),
        Case(
            "a preflight",
            request("OPTIONS /v1 HTTP/1.1", "Host: a", "Origin: http://b", "Access-Control-Request-Method: POST"),
        ),
    ),
    supersedes=("http-library-request", "command-line-request"),
)
