"""Text that is no request: a proxy that ends WebSockets itself, or a raw client."""

from wsdoctor.model.redact import redact_target
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._remedies import directives


def match(speaks: str, first_bytes: bytes) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "text":
        return None
    return f"the first bytes are the text “{redact_target(first_bytes[:60].decode('latin-1'))}”, not a request"


RULE = Rule(
    id="bare-text-instead-of-request",
    title="Text without HTTP: a proxy that ends WebSockets itself, or a raw TCP client",
    cls="other-protocol",
    level="note",
    confidence=0.5,
    match=match,
    why=(
        "The peer sends text, perhaps a message, but no HTTP request. mod_wstunnel of lighttpd does so: it answers "
        "the handshake itself and hands only the payload on, so that the server's refusal reaches the user as a "
        "message. A raw TCP client, a person with telnet or netcat, or an interactive scanner looks the same."
    ),
    remedy=Remedy(
        (
            "With lighttpd use mod_proxy with upgrade instead of mod_wstunnel; else open a WebSocket before sending "
            "messages."
        ),
        directives("lighttpd"),
    ),
    references=(
        Reference("lighttpd: mod_wstunnel", "https://redmine.lighttpd.net/projects/lighttpd/wiki/Docs_ModWSTunnel"),
    ),
    cases=(
        Case("a message", b"hello from the page"),
        Case("JSON", b'{"type":"hello"}'),
    ),
    near_misses=(Case("half a request line", b"GET /ws HTTP/1.1\r\n"),),
)
