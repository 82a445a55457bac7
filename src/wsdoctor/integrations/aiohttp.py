"""aiohttp.web serves HTTP and WebSockets on the same port."""

from __future__ import annotations

from typing import Any

from wsdoctor.guard import Policy

__all__ = ["MODULES", "policy"]

MODULES = ("aiohttp.web",)


def policy(factory: Any) -> Policy:
    """Return what the server takes."""
    return Policy(server="aiohttp", speaks_http2=False)
