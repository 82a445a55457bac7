"""picows speaks WebSocket; its listener factory may also answer a plain GET in HTTP/1.1, as a health check."""

from __future__ import annotations

from typing import Any

from wsdoctor.guard import Policy

__all__ = ["MODULES", "policy"]

MODULES = ("picows.",)


def policy(factory: Any) -> Policy:
    """Return what the server takes."""
    return Policy(
        server="picows",
        methods=frozenset(("GET",)),
        takes_http_1_0=False,
        takes_content=False,
        plain="refused",
        watchable=False,
    )
