"""uvicorn serves HTTP and, where a WebSocket library is installed, WebSockets on the same port."""

from __future__ import annotations

from typing import Any

from wsdoctor.guard import Policy

__all__ = ["MODULES", "policy"]

MODULES = ("uvicorn.",)


def policy(factory: Any) -> Policy:
    """Return what the server takes."""
    return Policy(server="uvicorn", speaks_http2=False)
