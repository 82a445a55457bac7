"""The work on the files of a repository, in one process or several: looking each through, and inspecting what is left.

Looking through is one reading of the bytes: is it text that a person wrote, does it hold a word that gives an inspector
a reason, what is its digest. Inspecting is for the few that do. Neither may run for ever or cost more than its file:
inspecting has a limit of processor time, and a process that ends takes one file with it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from wsdoctor.files.ahead import forks
from wsdoctor.files.reading import WIDE, digest_of, refusal
from wsdoctor.inspectors._base import Inspector, Repository
from wsdoctor.inspectors._codec import decode, encode
from wsdoctor.inspectors._matching import Job, Sieves
from wsdoctor.inspectors._platforms.cluster import cluster
from wsdoctor.inspectors._values import environment
from wsdoctor.model.traffic import Declared, Location, Note

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

__all__ = ["MAX_RECORDS", "Inspected", "Looked", "Worker", "Workers", "cores", "extend"]

MAX_RECORDS = 20_000
"""Records of one kind that are kept; a repository of more is hostile or generated."""

PARALLEL_FROM = 300
"""Files to read below which starting processes costs more than it gives."""

LOOK_CHUNK = 512
CHUNK = 24
"""Files that a process is given at a time, to look through and to inspect."""

TIME_LIMIT = 20.0
"""Seconds of processor time for one file; what it shares with others, such as all manifests, is part of that."""
PATIENCE = 3
"""Files that may take so long; the others get a tenth of it."""


class _TooLong(BaseException):
    """A file took more than its time. No `Exception`, so that no inspector takes it for a fault of the file."""


@dataclass(slots=True)
class Looked:
    """What looking through some files found.

    Attributes:
        digests: of each of them by place, if digests are wanted.
        worth: places of those that an inspector has a reason to read.
        refused: places of those that are no text that a person wrote, with the reason.
    """

    digests: dict[int, bytes] = field(default_factory=dict)
    worth: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)

    def add(self, other: Looked) -> None:
        """Add what looking through other files found."""
        self.digests |= other.digests
        self.worth += other.worth
        self.refused |= other.refused


@dataclass(slots=True)
class Inspected:
    """What inspecting some files found.

    Attributes:
        declared: all of it.
        silent: places of files that declare nothing, whatever else the repository holds.
        consulted: all files and folders that were asked for.
        whole: False if something was cut short or lost, so that another time may find more.
    """

    declared: Declared = field(default_factory=Declared)
    silent: list[int] = field(default_factory=list)
    consulted: set[str] = field(default_factory=set)
    whole: bool = True

    def add(self, other: Inspected) -> None:
        """Add what inspecting other files found."""
        extend(self.declared, other.declared)
        self.silent += other.silent
        self.consulted |= other.consulted
        self.whole = self.whole and other.whole


class Worker:
    """Does the work on the files of a repository.

    Args:
        repository: that they are in.
        jobs: the files, and who reads each.
        inspectors: all there are.
        digests: whether digests are wanted.

    """

    def __init__(
        self, repository: Repository, jobs: Sequence[Job], inspectors: Sequence[Inspector], *, digests: bool
    ) -> None:
        self.repository = repository
        self.jobs = jobs
        self.inspectors = inspectors
        self.digests = digests
        self._sieves = Sieves(inspectors)
        self._cut = 0

    def look(self, places: Iterable[int]) -> Looked:
        """Look files through."""
        found = Looked()
        for place in places:
            path, numbers = self.jobs[place]
            raw, reason = self.repository.raw(path)
            if raw is not None:
                reason = refusal(path, raw)
            if self.digests:
                found.digests[place] = digest_of(raw, reason)
            if reason is not None:
                found.refused[place] = reason
            elif raw is not None and (raw.startswith(WIDE) or self._sieves.want(path, raw, numbers)):
                found.worth.append(place)
        return found

    def prepare(self) -> None:
        """Find out what inspecting many files needs to know of all others; what fails here, fails again there."""
        try:
            with _limited(TIME_LIMIT):
                environment(self.repository)
                cluster(self.repository)
        except (Exception, _TooLong):  # noqa: BLE001 - files may be anything; whose fault it is comes out in inspecting
            self.repository.forget()

    def inspect(self, places: Iterable[int]) -> Inspected:
        """Inspect files."""
        found = Inspected()
        repository = self.repository
        repository.consulted.clear()
        for place in places:
            path, numbers = self.jobs[place]
            repository.subject = path
            repository.asked = False
            limit = TIME_LIMIT if self._cut < PATIENCE else TIME_LIMIT / 10
            try:
                with _limited(limit):
                    part = self.one(path, numbers)
            except _TooLong:
                self._cut += 1
                found.whole = False
                repository.forget()
                words = f"inspecting the file took more than {limit:g} seconds of processor time and was cut short"
                part = Declared(notes=[Note(Location(path, 1), words)])
            else:
                if not (repository.asked or any(getattr(part, kind) for kind in _KINDS)):
                    found.silent.append(place)
            extend(found.declared, part)
        repository.subject = None
        found.consulted = set(repository.consulted)
        return found

    def one(self, path: str, numbers: Iterable[int]) -> Declared:
        """Return what one file declares to the inspectors that read it."""
        found = Declared()
        text = self.repository.text(path)
        if text is None:
            return found
        raw = text.encode()
        for number in numbers:
            inspector = self.inspectors[number]
            if not self._sieves.asks(number, raw):
                continue
            try:
                extend(found, inspector.inspect(path, self.repository))
            except Exception as error:  # noqa: BLE001 - a file may be anything; the other files go on
                words = f"{inspector.NAME}: the file could not be inspected: {type(error).__name__}: {error}"
                found.notes.append(Note(Location(path, 1), words[:300]))
        return found


_KINDS = tuple(kind.name for kind in fields(Declared))


def extend(whole: Declared, part: Declared) -> None:
    """Add declared traffic to other, as far as there is room."""
    for kind in _KINDS:
        have: list[Any] = getattr(whole, kind)
        have += getattr(part, kind)[: max(MAX_RECORDS - len(have), 0)]


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise `_TooLong` in what takes more processor time; only the first thread of a process of Unix can."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(*_: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


_worker: Worker | None = None

_Result = TypeVar("_Result")
_Plain = tuple[dict[str, list[list[Any]]], list[int], set[str], bool]


def _start(worker: Worker) -> None:
    global _worker
    _worker = worker
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 3000))


def _look(places: Sequence[int]) -> Looked:
    assert _worker is not None
    return _worker.look(places)


def _inspect(places: Sequence[int]) -> _Plain:
    assert _worker is not None
    found = _worker.inspect(places)
    return encode(found.declared), found.silent, found.consulted, found.whole


class Workers:
    """As many processes as are worth their start, with the work handed out among them.

    Args:
        worker: that each of them is a copy of.
        processes: how many to use at most.

    """

    def __init__(self, worker: Worker, processes: int) -> None:
        self.worker = worker
        self.processes = processes if len(worker.jobs) >= PARALLEL_FROM else 1
        self._pool: ProcessPoolExecutor | None = None
        self._size = 0

    def __enter__(self) -> Workers:
        """Return itself; processes are started when there is work for them."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        self._end()

    def look(
        self, places: Sequence[int], progress: Callable[[int], object], meanwhile: Callable[[], object] | None = None
    ) -> Iterator[Looked]:
        """Yield what looking files through found, a chunk after the other.

        Meanwhile what all processes would have to find out is found out here, once for all that are copies of this one.

        Args:
            places: of the files.
            progress: called with the files done.
            meanwhile: something else to do while other processes look.

        """
        chunks = _chunks(places, LOOK_CHUNK)
        if self.processes == 1:
            yield from _counted(map(self.worker.look, chunks), chunks, progress)
        else:
            ahead = self.worker.prepare if forks() and places else None
            results = self._results(_look, chunks, self.processes, progress, (ahead, meanwhile))
            for chunk, found in zip(chunks, results, strict=True):
                yield self.worker.look(chunk) if found is None else found
            self._end()

    def inspect(self, places: Sequence[int], progress: Callable[[int], object]) -> Iterator[Inspected]:
        """Yield what inspecting files found, a chunk after the other, in their order.

        A chunk that is lost with its process is given to one process alone, in halves, until the one at fault is found.
        """
        todo = _chunks(places, CHUNK)
        if self.processes == 1:
            yield from _counted(map(self.worker.inspect, todo), todo, progress)
            return
        done: dict[int, Inspected] = {}
        processes = self.processes
        while todo:
            finished = len(places) - sum(map(len, todo))
            results = self._results(_inspect, todo, processes, lambda count: progress(finished + count))  # noqa: B023
            lost = []
            for chunk, plain in zip(todo, results, strict=True):
                if plain is None:
                    lost.append(chunk)
                else:
                    done[chunk[0]] = Inspected(decode(plain[0]), *plain[1:])
            if lost and processes > 1:
                processes = 1
            elif lost and len(lost[0]) > 1:
                half = len(lost[0]) // 2
                lost[:1] = [lost[0][:half], lost[0][half:]]
            elif lost:
                place = lost.pop(0)[0]
                note = Note(Location(self.worker.jobs[place][0], 1), "reading the file ended the process that read it")
                done[place] = Inspected(Declared(notes=[note]), whole=False)
                processes = self.processes
            todo = lost
        yield from (done[place] for place in sorted(done))

    def _results(
        self,
        task: Callable[[Sequence[int]], Any],
        chunks: Sequence[Sequence[int]],
        processes: int,
        progress: Callable[[int], object],
        meanwhile: Iterable[Callable[[], object] | None] = (),
    ) -> Iterator[Any]:
        """Yield the result of each chunk, None for one that was lost with its process; do something else meanwhile."""
        from concurrent.futures.process import BrokenProcessPool

        pool = self._started(processes)
        futures: list[Future[Any] | None] = []
        for chunk in chunks:
            try:
                futures.append(pool.submit(task, chunk))
            except BrokenProcessPool:
                futures.append(None)
        for other in filter(None, meanwhile):
            other()
        count = 0
        for chunk, future in zip(chunks, futures, strict=True):
            try:
                found = future.result() if future is not None else None
            except BrokenProcessPool:
                self._end()
                found = None
            count += len(chunk)
            progress(count)
            yield found

    def _started(self, processes: int) -> ProcessPoolExecutor:
        if self._pool is None or self._size != processes:
            self._end()
            import multiprocessing
            from concurrent.futures import ProcessPoolExecutor

            context = multiprocessing.get_context("fork" if forks() else "spawn")
            self._pool = ProcessPoolExecutor(processes, context, _start, (self.worker,))
            self._size = processes
        return self._pool

    def aside(self, task: Callable[[], object]) -> None:
        """Do a last task in a process of its own where that costs little, else here; the program ends after it."""
        if self.processes == 1 or not forks():
            task()
            return
        import multiprocessing

        multiprocessing.get_context("fork").Process(target=task).start()

    def _end(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _counted(
    results: Iterable[_Result], chunks: Iterable[Sequence[int]], progress: Callable[[int], object]
) -> Iterator[_Result]:
    count = 0
    for chunk, result in zip(chunks, results, strict=True):
        count += len(chunk)
        progress(count)
        yield result


def _chunks(places: Sequence[int], size: int) -> list[Sequence[int]]:
    return [places[at : at + size] for at in range(0, len(places), size)]
