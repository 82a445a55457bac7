"""aiohttp.web serves HTTP and WebSockets on the same port."""

from __future__ import annotations

import re
import sys
from typing import Any

from wsdoctor.guard import Policy

__all__ = ["MODULES", "policy"]

MODULES = ("aiohttp.web",)

MAX_LINE, MAX_FIELDS = 8190, 128
"""Bytes of a target or a field value, and field lines, that it takes by default."""
AROUND = 300
"""Bytes of a line that are not the target or the value, at the most."""

_HTTP_1_1 = re.compile(rb"[^\r\n]* HTTP/1\.1\r?\n")
_HOST = re.compile(rb"\nhost[ \t]*:", re.IGNORECASE)
_DRAFT = re.compile(rb"\nsec-websocket-key1[ \t]*:", re.IGNORECASE)


def policy(factory: Any) -> Policy:
    """Return what the server takes; its limits may have been set where it was made."""
    options = getattr(factory, "_kwargs", None)
    options = options if isinstance(options, dict) else {}
    longest = max(_number(options, "max_line_size", MAX_LINE), _number(options, "max_field_size", MAX_LINE))
    most = _number(options, "max_headers", MAX_FIELDS) if _counts_fields() else 0
    return Policy(server="aiohttp", max_line=longest + AROUND, max_fields=most, refuses=refuses)


def _counts_fields() -> bool:
    """Say whether the version in use has a limit to the number of field lines."""
    handler = getattr(sys.modules.get("aiohttp.web_protocol"), "RequestHandler", None)
    return handler is not None and "max_headers" in handler.__init__.__code__.co_varnames


def _number(options: dict[str, Any], name: str, default: int) -> int:
    value = options.get(name)
    return value if isinstance(value, int) else default


def refuses(head: bytes) -> bool:
    """Say whether it is a request without Host, or one of the WebSocket draft hixie-76: 400 and a traceback."""
    return _DRAFT.search(head) is not None or (_HOST.search(head) is None and _HTTP_1_1.match(head) is not None)
