"""sanic serves HTTP and WebSockets on the same port; a route is either the one or the other.

What is no handshake on a route for WebSockets ends as an exception in its log, and so does CONNECT.
"""

from __future__ import annotations

from typing import Any

from wsdoctor.guard import Policy

__all__ = ["MODULES", "policy"]

MODULES = ("sanic.",)


def policy(factory: Any) -> Policy:
    """Return what the server takes."""
    return Policy(server="sanic", strict=True, separate_paths=True, refuses=refuses)


def refuses(head: bytes) -> bool:
    """Say whether it is a request to a proxy, whose target is no path."""
    return head.startswith(b"CONNECT ")
