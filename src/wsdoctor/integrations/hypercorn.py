"""hypercorn serves HTTP/1.1, HTTP/2 also with prior knowledge, and WebSockets on the same port."""

from __future__ import annotations

from typing import Any

from wsdoctor.guard import Policy

__all__ = ["MODULES", "policy"]

MODULES = ("hypercorn.",)


def policy(factory: Any) -> Policy:
    """Return what the server takes."""
    return Policy(server="hypercorn", speaks_http2=True)
