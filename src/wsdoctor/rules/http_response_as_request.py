"""an HTTP response instead of HTTP."""

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "http-response":
        return None
    return f"the first {len(first_bytes)} bytes are an HTTP response"


RULE = Rule(
    id="http-response-as-request",
    title="Somebody sends an HTTP response instead of a request",
    cls="other-protocol",
    level="warning",
    confidence=0.93,
    match=match,
    why=(
        "The peer begins with HTTP/1.1 and a status, as a server does. Two servers were connected to each other, a "
        "tunnel has its ends swapped, or a proxy answers into the wrong connection."
    ),
    remedy=Remedy("See which program on the sender's side holds this connection, and swap its ends."),
    references=(Reference("RFC 9112 section 4: status line", "https://www.rfc-editor.org/rfc/rfc9112.html#section-4"),),
    cases=(Case("an HTTP response", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),),
    near_misses=(Case("a good handshake", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),),
)
