"""websockets: its asyncio servers, new and legacy, from 10.4 on.

Without a `process_request` hook the port speaks WebSocket only. With one, plain requests belong to the hook,
as far as the version in use can parse them: before 17 that is GET in HTTP/1.1, from 17 on any method.
"""

from __future__ import annotations

import functools
import inspect
import sys
from typing import Any

from wsdoctor.guard import Policy

__all__ = ["MODULES", "policy", "status_of"]

MODULES = ("websockets.asyncio.server", "websockets.legacy.server", "websockets.server")

MAX_LINE = 8192
MAX_FIELDS = 128
PARSES_METHODS = 17
"""The first major version that reads requests other than GET."""


def policy(factory: Any) -> Policy:
    """Return what the server takes: its limits, and whether a hook may serve HTTP."""
    methods = None if _major() >= PARSES_METHODS and not _is_legacy(factory) else frozenset(("GET",))
    return Policy(
        server="websockets",
        serves_http=_has_hook(factory),
        methods=methods,
        takes_http_1_0=False,
        takes_content=False,
        strict=True,
        max_line=MAX_LINE,
        max_fields=MAX_FIELDS,
        plain="refused",
    )


def status_of(protocol: Any) -> int | None:
    """Return the status code with which a connection has answered, None if it has not yet or does not know."""
    response = getattr(protocol, "response", None)
    status = getattr(response, "status_code", None)
    if isinstance(status, int):
        return int(status)
    headers = getattr(protocol, "response_headers", None)
    return 101 if headers is not None and "Sec-WebSocket-Accept" in headers else None


def _major() -> int:
    version = getattr(sys.modules.get("websockets.version"), "version", "0")
    major = str(version).split(".", 1)[0]
    return int(major) if major.isdecimal() else 0


def _is_legacy(factory: Any) -> bool:
    return isinstance(factory, functools.partial)


def _has_hook(factory: Any) -> bool:
    """Say whether the server has a `process_request` hook; if that cannot be seen, it may have one."""
    if isinstance(factory, functools.partial):
        own = getattr(factory.func, "process_request", None)
        base = getattr(sys.modules.get("websockets.legacy.server"), "WebSocketServerProtocol", None)
        return factory.keywords.get("process_request") is not None or own is not getattr(base, "process_request", own)
    if not inspect.isfunction(factory):
        return True
    closed_over = inspect.getclosurevars(factory).nonlocals
    server = closed_over.get("server") or getattr(closed_over.get("self"), "server", None)
    if server is not None and hasattr(server, "process_request"):  # 13 to 16
        return server.process_request is not None
    handler = getattr(server, "handler", None)
    if not inspect.isfunction(handler):
        return True
    return inspect.getclosurevars(handler).nonlocals.get("process_request") is not None
