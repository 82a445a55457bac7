"""sanic serves HTTP and WebSockets on the same port."""

from __future__ import annotations

from typing import Any

from wsdoctor.guard import Policy

__all__ = ["MODULES", "policy"]

MODULES = ("sanic.",)


def policy(factory: Any) -> Policy:
    """Return what the server takes."""
    return Policy(server="sanic", speaks_http2=False)
