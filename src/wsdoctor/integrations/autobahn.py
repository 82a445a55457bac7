"""Autobahn on asyncio speaks WebSocket; to a plain GET it answers with a page of its own, and 200."""

from __future__ import annotations

from typing import Any

from wsdoctor.guard import Policy

__all__ = ["MODULES", "policy"]

MODULES = ("autobahn.asyncio.",)


def policy(factory: Any) -> Policy:
    """Return what the server takes."""
    return Policy(
        server="autobahn", methods=frozenset(("GET",)), takes_http_1_0=False, takes_content=False, plain="any"
    )
