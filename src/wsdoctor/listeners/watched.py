"""A transport that tells the status code which the server answers first, and then stays out of the way.

Only connections that look like broken handshakes get one; a good handshake keeps the bare transport.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from typing import Any

from wsdoctor.guard import Watch

__all__ = ["WatchedTransport", "Watcher"]

LIMIT = 1024
"""Connections whose answer is awaited at a time on one listener; the oldest gives way."""
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] (\d{3})\b")
_ENOUGH = 12
"""Bytes of a status line up to the status code (RFC 9112 section 4)."""
_FORWARDED = (
    "abort", "can_write_eof", "close", "get_extra_info", "get_protocol", "get_write_buffer_limits",
    "get_write_buffer_size", "is_closing", "is_reading", "pause_reading", "resume_reading", "set_protocol",
    "set_write_buffer_limits", "write_eof",
)  # fmt: skip


class WatchedTransport(asyncio.Transport):
    """Forwards everything to the transport; the first bytes that are written are looked at.

    Args:
        transport: the real one.
        watch: is told the status code.
        now: the clock, seconds since the epoch.

    """

    def __init__(self, transport: Any, watch: Watch, now: Callable[[], float]) -> None:
        super().__init__()
        self._transport = transport
        self._watch = watch
        self._now = now
        self._written = b""
        for name in _FORWARDED:
            if hasattr(transport, name):
                setattr(self, name, getattr(transport, name))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: Any) -> None:
        """Look at the first bytes; afterwards this method is that of the transport itself."""
        self._look(data)
        self._transport.write(data)

    def writelines(self, list_of_data: Iterable[Any]) -> None:
        """Look at the first bytes; afterwards this method is that of the transport itself."""
        parts = list(list_of_data)
        self._look(b"".join(parts))
        self._transport.writelines(parts)

    @property
    def done(self) -> bool:
        """Whether the answer is known."""
        return self._watch.done

    def sweep(self, at: float) -> None:
        """Settle a connection that ended without an answer."""
        if not self.done and self._transport.is_closing():
            self._watch.answered(None, at, "closed-by-client")

    def give_up(self, at: float) -> None:
        """Settle without an answer, for there are too many to wait for."""
        self._leave()
        self._watch.answered(None, at)

    def _look(self, data: Any) -> None:
        self._written += bytes(memoryview(data)[:_ENOUGH])
        if len(self._written) >= _ENOUGH:
            match = _STATUS_LINE.match(self._written)
            self._leave()
            self._watch.answered(int(match[1]) if match else None, self._now())

    def _leave(self) -> None:
        self.write = self._transport.write  # type: ignore[method-assign]
        self.writelines = self._transport.writelines  # type: ignore[method-assign]


class Watcher:
    """The watched connections of one listener, bounded."""

    def __init__(self) -> None:
        self._watched: dict[WatchedTransport, None] = {}

    @property
    def busy(self) -> bool:
        """Whether any answer is awaited."""
        return bool(self._watched)

    def add(self, watched: WatchedTransport) -> None:
        """Wait for the answer on one more connection."""
        if len(self._watched) >= LIMIT:
            oldest = next(iter(self._watched))
            del self._watched[oldest]
            oldest.give_up(oldest._now())
        self._watched[watched] = None

    def sweep(self, at: float) -> None:
        """Forget what is settled, settle what ended without an answer."""
        for watched in list(self._watched):
            watched.sweep(at)
            if watched.done:
                del self._watched[watched]
