"""Pages that several rules refer to."""

from __future__ import annotations

from wsdoctor.model.rule import Reference

__all__ = ["CORS", "FETCH_METADATA", "WEBSOCKET_API", "rfc6455", "rfc9110"]

FETCH_METADATA = Reference(
    "Fetch Metadata Request Headers",
    "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Mode",
)
WEBSOCKET_API = Reference("MDN: WebSocket()", "https://developer.mozilla.org/en-US/docs/Web/API/WebSocket/WebSocket")
CORS = Reference("MDN: CORS", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS")


def rfc6455(section: str) -> Reference:
    """Return the reference to a section of RFC 6455, The WebSocket Protocol."""
    return Reference(f"RFC 6455 section {section}", f"https://www.rfc-editor.org/rfc/rfc6455#section-{section}")


def rfc9110(section: str) -> Reference:
    """Return the reference to a section of RFC 9110, HTTP Semantics."""
    return Reference(f"RFC 9110 section {section}", f"https://www.rfc-editor.org/rfc/rfc9110#section-{section}")
