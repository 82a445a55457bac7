"""What `--record FILE` writes: one JSON line per attempt as soon as it is settled; `diagnose` reads it back.

A line holds the keys of the public evidence format plus `findings`, redacted. Lines are appended whole, so
several processes may share a file. The file is bounded: when it is full it becomes ``FILE.1``, the one
before ``FILE.2`` and so on, and the oldest goes. This module does not know who observes the attempts, and it
never raises into them: when the file cannot be written, one line on the logger ``wsdoctor.recording`` says so
and recording ends, while the host goes on.
"""

from __future__ import annotations

import errno
import fcntl
import json
import logging
import os
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from json.encoder import encode_basestring_ascii
from typing import Any, NamedTuple

from wsdoctor.model.as_json import diagnosis_as_json, time_as_json
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.evidence import Evidence
from wsdoctor.model.finding import Diagnosis
from wsdoctor.wire.record import to_record

__all__ = ["Recording"]

LIMIT = 64 * 1024 * 1024
"""Bytes of one file: some 100,000 attempts, and `diagnose` reads it in seconds."""
KEEP = 3
"""Full files that are kept beside the one that is written."""
CHECK_EVERY = 64 * 1024
"""Bytes after which a process looks whether another one has turned the file over."""
REMEMBERED = 512
"""Unchanging parts of lines that are kept for attempts that repeat."""
LONGEST_REMEMBERED = 8_192
PENDING = 256 * 1024
"""Bytes that may wait for the end of a turn of the event loop."""
MODE = 0o600
"""What strangers sent is for the owner's eyes."""

_CHANGING = ("at", "peer")
_logger = logging.getLogger("wsdoctor.recording")


class _Part(NamedTuple):
    """The part of a line that is the same for every repetition of an attempt, and what it was made from."""

    diagnosis: Diagnosis
    listener: str | None
    listener_port: int | None
    platform: str | None
    outcome: str | None
    status: int | None
    text: bytes


class Recording:
    """Appends attempts to a bounded file.

    Args:
        path: the file; it is opened when the first attempt is written, or by `open`.
        limit: bytes of one file.
        keep: full files kept as ``FILE.1``, ``FILE.2``, …
        later: called with `flush` when there is something to write, such as ``loop.call_soon``; then all
            lines of one turn of the event loop go out in one write. None writes each line at once.

    Attributes:
        path: the file.
        written: attempts written so far.
        problem: why recording ended, None while it works.

    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        limit: int = LIMIT,
        keep: int = KEEP,
        *,
        later: Callable[[Callable[[], None]], object] | None = None,
    ) -> None:
        self.path = os.fspath(path)
        self.written = 0
        self.problem: str | None = None
        self._limit = max(1, limit)
        self._keep = max(0, keep)
        self._later = later
        self._file: int | None = None
        self._process = 0
        self._regular = True
        self._size = 0
        self._unchecked = 0
        self._pending: list[bytes] = []
        self._waiting = 0
        self._parts: dict[bytes, _Part] = {}
        self._second = -1.0
        self._clock = ""
        self._moment = -1.0
        self._text = ""

    def open(self) -> str | None:
        """Open the file now, and return what is wrong with it, None if nothing is."""
        try:
            if self._file is None and self.problem is None:
                self._open()
        except OSError as error:
            self._stop(error)
        return self.problem

    def write(self, attempt: Attempt, ports: Sequence[int | None] | None = None) -> None:
        """Append an attempt; never raises.

        Args:
            attempt: that was settled.
            ports: of its peer, one for each time that it was made at that moment; None for the one of its evidence.

        """
        if self.problem is not None:
            return
        try:
            lines = self._lines(attempt, (attempt.evidence.peer_port,) if ports is None else ports)
            waits = bool(self._pending)
            self._pending += lines
            self._waiting += len(lines[0]) * len(lines)
            if self._later is None or self._waiting > PENDING:
                self.flush()
            elif not waits:
                self._later(self.flush)
        except Exception as error:  # noqa: BLE001 - the host must not notice
            self._stop(error)

    def flush(self) -> None:
        """Write the lines that wait; never raises."""
        lines, self._pending, self._waiting = self._pending, [], 0
        if not lines or self.problem is not None:
            return
        try:
            start, size = 0, 0
            for index, line in enumerate(lines):
                if size and self._size + size + len(line) > self._limit:
                    self._append(lines[start:index])
                    start, size = index, 0
                size += len(line)
            self._append(lines[start:])
        except Exception as error:  # noqa: BLE001 - the host must not notice
            self._stop(error)

    def close(self) -> None:
        """Write the lines that wait and close the file; a later attempt opens it again."""
        self.flush()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _lines(self, attempt: Attempt, ports: Sequence[int | None]) -> list[bytes]:
        evidence = attempt.evidence
        head = "{"
        if (at := evidence.at) is not None and (time := self._time(at)) is not None:
            head = f'{{"at":"{time}",'
        rest = self._part(evidence, attempt.diagnosis)
        if (peer := evidence.peer) is None:
            return [head.encode("ascii") + rest] * len(ports)
        if ports[0] is None:
            return [f'{head}"peer":{encode_basestring_ascii(peer)},'.encode("ascii") + rest] * len(ports)
        head = f'{head}"peer":{encode_basestring_ascii(f"[{peer}]" if ":" in peer else peer)[:-1]}:'
        return [f'{head}{port}",'.encode("ascii") + rest for port in ports]

    def _time(self, at: float) -> str | None:
        """Return the time in ISO 8601; the text of a second is made once, and of attempts of one moment, too."""
        if at == self._moment:
            return self._text
        second = at // 1
        if second != self._second:
            text = time_as_json(second)
            if text is None:
                return None
            self._second, self._clock = second, text[:-4]
        self._moment = at
        self._text = f"{self._clock}{int((at - second) * 1_000_000):06d}Z"
        return self._text

    def _part(self, evidence: Evidence, diagnosis: Diagnosis) -> bytes:
        first_bytes = evidence.first_bytes
        if first_bytes is None or evidence.log is not None or evidence.files is not None:
            return _unchanging(evidence, diagnosis)
        part = self._parts.get(first_bytes)
        if (
            part is not None
            and part.diagnosis is diagnosis
            and part.listener == evidence.listener
            and part.listener_port == evidence.listener_port
            and part.platform == evidence.platform
            and part.outcome == evidence.outcome
            and part.status == evidence.status
        ):
            return part.text
        text = _unchanging(evidence, diagnosis)
        if len(text) <= LONGEST_REMEMBERED:
            if len(self._parts) >= REMEMBERED:
                self._parts.clear()
            self._parts[first_bytes] = _Part(
                diagnosis, evidence.listener, evidence.listener_port, evidence.platform, evidence.outcome,
                evidence.status, text,
            )  # fmt: skip
        return text

    def _append(self, lines: list[bytes]) -> None:
        data = b"".join(lines)
        if self._file is not None and self._process != os.getpid():
            os.close(self._file)
            self._file = None
        if self._file is None:
            self._open()
        elif self._unchecked >= CHECK_EVERY:
            self._look()
        if self._regular and self._size and self._size + len(data) > self._limit:
            self._turn_over()
        assert self._file is not None
        sent = os.write(self._file, data)
        if sent < len(data):
            self._take_back(sent)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._size += sent
        self._unchecked += sent
        self.written += len(lines)

    def _open(self) -> None:
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, MODE)
        self._process = os.getpid()
        state = os.fstat(self._file)
        self._regular = stat.S_ISREG(state.st_mode)
        self._size = state.st_size
        self._unchecked = 0

    def _look(self) -> None:
        """Follow another process that turned the file over, and see how much others have written."""
        assert self._file is not None
        self._unchecked = 0
        state = os.fstat(self._file)
        self._size = state.st_size
        if self._regular and not self._is_current(state):
            os.close(self._file)
            self._file = None
            self._open()

    def _is_current(self, state: os.stat_result) -> bool:
        try:
            named = os.stat(self.path)
        except FileNotFoundError:
            return False
        return (named.st_dev, named.st_ino) == (state.st_dev, state.st_ino)

    def _turn_over(self) -> None:
        """Make ``FILE`` ``FILE.1`` and begin a new one, unless another process just did."""
        assert self._file is not None
        with suppress(OSError):
            fcntl.flock(self._file, fcntl.LOCK_EX)
        if self._is_current(os.fstat(self._file)):
            for number in range(self._keep, 0, -1):
                older = self.path if number == 1 else f"{self.path}.{number - 1}"
                with suppress(FileNotFoundError):
                    os.replace(older, f"{self.path}.{number}")
            if not self._keep:
                os.unlink(self.path)
        os.close(self._file)
        self._file = None
        self._open()

    def _take_back(self, sent: int) -> None:
        """Remove a line that was cut off, if nobody has written behind it."""
        assert self._file is not None
        end = os.lseek(self._file, 0, os.SEEK_CUR)
        if self._regular and os.fstat(self._file).st_size == end:
            os.ftruncate(self._file, end - sent)

    def _stop(self, error: Exception) -> None:
        self.problem = error.strerror if isinstance(error, OSError) and error.strerror else repr(error)
        self._pending = []
        self._parts = {}
        if self._file is not None:
            with suppress(OSError):
                os.close(self._file)
            self._file = None
        _logger.error(
            "recording to %s ended: %s; %d attempts were recorded, the server goes on",
            self.path,
            self.problem,
            self.written,
        )


def _unchanging(evidence: Evidence, diagnosis: Diagnosis) -> bytes:
    record: dict[str, Any] = {key: value for key, value in to_record(evidence).items() if key not in _CHANGING}
    record["findings"] = diagnosis_as_json(diagnosis)["findings"]
    return json.dumps(record, separators=(",", ":"))[1:].encode("ascii") + b"\n"
