"""The guard in this process: from `install` to the journal, the recording and the user's callback.

It wires the floors together and owns nothing of their work: patches open gates, gates feed guards, guards
settle attempts, and `Installation.attempt` hands each to the grouper, the journal, the recording and
`on_attempt`. Whatever fails in here is said once in the log, and the host goes on without it.
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import logging
import os
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from wsdoctor.diagnosis import knowledge_base
from wsdoctor.grouping import Grouper, key_of
from wsdoctor.guard import Guard, Policy
from wsdoctor.integrations import recognise
from wsdoctor.journal import Journal
from wsdoctor.listeners.asyncio_gate import Gate, Sweeper
from wsdoctor.listeners.patches import Patches
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.report import Report
from wsdoctor.model.settings import Settings
from wsdoctor.platforms import detect
from wsdoctor.recording import Recording

__all__ = ["Installation", "install"]

TICK = 5.0
"""Seconds between two looks for summaries that are due."""
KEYS = 1024
"""First bytes whose group key is remembered."""
_logger = logging.getLogger("wsdoctor")


class Installation:
    """The guard of this process.

    Args:
        settings: what the user wants; may be replaced, for the listeners that follow.

    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._patches = Patches(self.open_gate)
        self._lock = threading.Lock()
        self._sweepers: weakref.WeakKeyDictionary[Any, Sweeper] = weakref.WeakKeyDictionary()
        self._failures: set[str] = set()
        self._grouper = Grouper(lambda evidence: knowledge_base().diagnose(evidence))
        self._journal = Journal(style=settings.log, quiet=settings.quiet, interval=settings.summary_interval)
        self._recording = self._new_recording()
        self._keys: dict[bytes, tuple[Any, Any]] = {}
        self._runtime = detect(os.environ)
        self._froze = False
        self._timer: Any = None
        self._timer_loop: Any = None

    def begin(self) -> None:
        """Patch what listens."""
        self._patches.apply()
        atexit.register(self._at_exit)

    def change(self, **arguments: Any) -> None:
        """Change settings for the listeners that follow.

        Raises:
            InvalidInput: if a setting cannot be used.

        """
        before, self.settings = self.settings, self.settings.replaced(**arguments)
        if before.log != self.settings.log or before.quiet != self.settings.quiet:
            settings = self.settings
            self._journal = Journal(style=settings.log, quiet=settings.quiet, interval=settings.summary_interval)
        if before.record != self.settings.record:
            self._recording = self._new_recording()

    def uninstall(self) -> None:
        """Take the patches away; listeners that are open keep their gate until they close."""
        global _installation
        self._patches.restore()
        atexit.unregister(self._at_exit)
        self._at_exit()
        if self._froze:
            self._froze = False
            gc.unfreeze()
        if _installation is self:
            _installation = None

    def report(self) -> Report:
        """Return all that was observed so far, grouped."""
        with self._lock:
            return self._grouper.report()

    def open_gate(self, loop: Any, factory: Any, arguments: Mapping[str, Any]) -> Gate | None:
        """Return a gate for a listener that is about to open, None to leave it alone.

        Args:
            loop: its event loop.
            factory: the server's protocol factory.
            arguments: of `create_server`, by name.

        """
        try:
            return self._open_gate(loop, factory, arguments)
        except Exception as error:  # noqa: BLE001 - the host must not notice
            self._failed(error, "the gate")
            return None

    def _open_gate(self, loop: Any, factory: Any, arguments: Mapping[str, Any]) -> Gate | None:
        settings = self.settings
        host, port = _address(arguments)
        if settings.ports is not None and port is not None and port not in settings.ports:
            return None
        integration = recognise(factory)
        if integration is not None:
            policy = integration.policy(factory)
        elif settings.ports is not None and port is not None:
            policy = Policy(speaks_http2=True, takes_proxy=True)
        else:
            return None
        knowledge = knowledge_base()
        self._freeze()
        guard = Guard(
            policy,
            settings,
            knowledge,
            self.attempt,
            self.attempts,
            records_good=settings.record is not None or settings.on_attempt is not None,
            on_good=self._good,
            on_failure=self._failed,
            listener=host,
            listener_port=port,
            platform=settings.platform or (self._runtime and self._runtime.name),
        )
        status_of = getattr(integration, "status_of", None)
        accepts = not loop.get_debug()
        return Gate(factory, guard, self._sweeper(loop), settings.max_undecided, status_of, accepts)

    def _freeze(self) -> None:
        """Keep what is loaded when the first server opens out of later garbage collections.

        The rules are thousands of objects that live as long as the process; each full collection would go through
        them while the host waits. A host that freezes by itself is left alone, and what is garbage goes before.
        """
        if not self._froze and not gc.get_freeze_count():
            self._froze = True
            gc.collect()
            gc.freeze()

    def attempt(self, attempt: Attempt) -> None:
        """Take one settled attempt; never raises."""
        self.attempts(attempt, (attempt.evidence.peer_port,))

    def attempts(self, attempt: Attempt, ports: Sequence[int | None]) -> None:
        """Take an attempt that its peer made from each of some ports at one moment; never raises."""
        try:
            with self._lock:
                event = self._grouper.add(attempt, key=self._key(attempt), times=len(ports))
                self._journal.seen(attempt, event)
                if self._recording is not None:
                    self._recording.write(attempt, ports)
            self._tick_later()
        except Exception as error:  # noqa: BLE001 - the host must not notice
            self._failed(error)
        callback = self.settings.on_attempt
        if callback is not None:
            for each in attempt.from_ports(ports):
                try:
                    callback(each)
                except Exception as error:  # noqa: BLE001 - the user's callback may raise anything
                    self._failed(error, "on_attempt")

    def _key(self, attempt: Attempt) -> Any:
        first = attempt.evidence.first_bytes
        if first is None:
            return None
        known = self._keys.get(first)
        if known is not None and known[0] is attempt.diagnosis:
            return known[1]
        key = key_of(attempt.evidence, attempt.diagnosis)
        if len(self._keys) >= KEYS:
            self._keys.clear()
        if len(first) <= 4096:
            self._keys[first] = (attempt.diagnosis, key)
        return key

    def _good(self, count: int) -> None:
        with self._lock:
            self._grouper.count_good(count)

    def _sweeper(self, loop: Any) -> Sweeper:
        sweeper = self._sweepers.get(loop)
        if sweeper is None:
            sweeper = self._sweepers[loop] = Sweeper(loop)
        return sweeper

    def _new_recording(self) -> Recording | None:
        settings = self.settings
        if settings.record is None:
            return None
        return Recording(settings.record, settings.record_bytes, settings.record_files, later=_soon)

    def _tick_later(self) -> None:
        if self._timer is not None and not self._timer_loop.is_closed():
            return
        with suppress(RuntimeError):
            self._timer_loop = asyncio.get_running_loop()
            self._timer = self._timer_loop.call_later(min(TICK, self.settings.summary_interval), self._tick)

    def _tick(self) -> None:
        self._timer = None
        try:
            with self._lock:
                self._journal.tick(time.time(), self._grouper)
            self._tick_later()
        except Exception as error:  # noqa: BLE001 - the host must not notice
            self._failed(error)

    def _failed(self, error: Exception, what: str = "the guard") -> None:
        """Say once of each kind of failure that it happened."""
        kind = f"{what} {type(error).__name__}"
        if kind in self._failures:
            return
        self._failures.add(kind)
        with suppress(Exception):
            _logger.error("%s failed, the server goes on: %s: %.200s", what, type(error).__name__, error)

    def _at_exit(self) -> None:
        with suppress(Exception):
            self._journal.close(time.time(), self._grouper)
        with suppress(Exception):
            if self._recording is not None:
                self._recording.close()


_installation: Installation | None = None


def install(**settings: Any) -> Installation:
    """Put the guard in front of every server of this process; see `wsdoctor.install`.

    Raises:
        InvalidInput: if a setting cannot be used.

    """
    global _installation
    if _installation is None:
        new = Installation(Settings.from_environment(os.environ, **settings))
        new.begin()
        _installation = new
    else:
        _installation.change(**settings)
    return _installation


def _soon(flush: Callable[[], None]) -> None:
    """Flush at the end of the turn of the event loop, at once where no loop runs."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        flush()
    else:
        loop.call_soon(flush)


def _address(arguments: Mapping[str, Any]) -> tuple[str | None, int | None]:
    """Return address and port that will be listened on, None for what is not known yet or does not exist."""
    sock = arguments.get("sock")
    if sock is not None:
        name = sock.getsockname()
        return (str(name[0]), int(name[1])) if isinstance(name, tuple) else (None, None)
    host, port = arguments.get("host"), arguments.get("port")
    number = int(port) if port else None
    return (host or "0.0.0.0" if host is None or isinstance(host, str) else None), number  # noqa: S104
