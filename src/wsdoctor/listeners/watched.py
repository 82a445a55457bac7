"""A transport that tells the status code which the server answers first, and then stays out of the way.

Only connections that look like broken handshakes get one; a good handshake keeps the bare transport.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from typing import Any

from wsdoctor.guard import Watch

__all__ = ["WatchedProtocol", "WatchedTransport", "Watcher"]

PATIENCE = 30.0
"""Seconds after which an answer is no longer waited for."""
LIMIT = 1024
"""Connections whose answer is awaited at a time on one listener; the oldest gives way."""
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] (\d{3})\b")
_ENOUGH = 12
"""Bytes of a status line up to the status code (RFC 9112 section 4)."""
_FORWARDED = (
    "can_write_eof", "get_extra_info", "get_protocol", "get_write_buffer_limits",
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
        self._since = now()
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

    def close(self) -> None:
        """Settle a connection that the server closes without an answer."""
        self._without_answer()
        self._transport.close()

    def abort(self) -> None:
        """Settle a connection that the server aborts without an answer."""
        self._without_answer()
        self._transport.abort()

    @property
    def done(self) -> bool:
        """Whether the answer is known."""
        return self._watch.done

    def sweep(self, at: float) -> None:
        """Settle a connection that ended without an answer, or that was waited for long enough."""
        if self._transport.is_closing():
            self._watch.answered(None, at, "closed-by-client")
        elif at - self._since >= PATIENCE:
            self.give_up(at)

    def give_up(self, at: float) -> None:
        """Settle without an answer."""
        self._leave()
        self._watch.answered(None, at)

    def _without_answer(self) -> None:
        self._leave()
        self._watch.answered(None, self._now(), "rejected")

    def _look(self, data: Any) -> None:
        self._written += bytes(memoryview(data)[:_ENOUGH])
        if len(self._written) >= _ENOUGH:
            match = _STATUS_LINE.match(self._written)
            self._leave()
            self._watch.answered(int(match[1]) if match else None, self._now())

    def _leave(self) -> None:
        self.write = self._transport.write  # type: ignore[method-assign]
        self.writelines = self._transport.writelines  # type: ignore[method-assign]
        self.close = self._transport.close  # type: ignore[method-assign]
        self.abort = self._transport.abort  # type: ignore[method-assign]


class WatchedProtocol:
    """A good handshake on a bare transport; the server's own protocol object says how it was answered.

    Args:
        protocol: of the server.
        transport: the bare one.
        watch: is told the status code.
        status_of: protocol → status code, None while there is none; None where no protocol says it.
        now: the clock, seconds since the epoch.

    """

    def __init__(
        self,
        protocol: Any,
        transport: Any,
        watch: Watch,
        status_of: Callable[[Any], int | None] | None,
        now: Callable[[], float],
    ) -> None:
        self._protocol = protocol
        self._transport = transport
        self._watch = watch
        self._status_of = status_of
        self._since = now()

    @property
    def done(self) -> bool:
        """Whether the answer is known."""
        return self._watch.done

    def sweep(self, at: float) -> None:
        """Ask the protocol; without an answer, an open connection has been upgraded."""
        status = self._status_of(self._protocol) if self._status_of is not None else None
        if status is not None:
            self._watch.answered(status, at)
        elif self._transport.is_closing():
            self._watch.answered(None, at, "closed-by-client")
        elif self._status_of is None:
            self._watch.answered(None, at, "upgraded")
        elif at - self._since >= PATIENCE:
            self.give_up(at)

    def give_up(self, at: float) -> None:
        """Settle without an answer."""
        self._watch.answered(None, at)


class Watcher:
    """The watched connections of one listener, bounded."""

    def __init__(self) -> None:
        self._watched: dict[WatchedTransport | WatchedProtocol, None] = {}

    @property
    def busy(self) -> bool:
        """Whether any answer is awaited."""
        return bool(self._watched)

    def add(self, watched: WatchedTransport | WatchedProtocol, at: float) -> None:
        """Wait for the answer on one more connection."""
        if len(self._watched) >= LIMIT:
            oldest = next(iter(self._watched))
            del self._watched[oldest]
            oldest.give_up(at)
        self._watched[watched] = None

    def sweep(self, at: float) -> None:
        """Forget what is settled, settle what ended without an answer."""
        for watched in list(self._watched):
            if not watched.done:
                watched.sweep(at)
            if watched.done:
                del self._watched[watched]
