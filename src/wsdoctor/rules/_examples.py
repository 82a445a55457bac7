"""Field lines that the cases of several rules share."""

from __future__ import annotations

from wsdoctor.model.rule import GOOD_HANDSHAKE, request

__all__ = ["CHROME", "FIREFOX", "good_handshake"]

CHROME = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)
FIREFOX = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"


def good_handshake(path: str = "/chat", *fields: str, host: str = "ws.example.com") -> bytes:
    """Return a correct opening handshake with further field lines behind those that it needs."""
    return request(f"GET {path} HTTP/1.1", f"Host: {host}", *GOOD_HANDSHAKE, *fields)
