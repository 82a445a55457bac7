"""Inspectors: one product a module; a file goes in, declared traffic comes out. The folder is the registry.

A module without a leading underscore is an inspector (`Inspector` says of what shape). Inspectors know syntax and the
model, never each other, and judge nothing. This module finds them, hands each file to those that read it, in as many
processes as are worth their start, and puts the results together in the order of the files.
"""

from __future__ import annotations

import fnmatch
import importlib
import multiprocessing
import os
import pkgutil
import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from typing import Any, cast

from wsdoctor.inspectors._base import Inspector, Repository
from wsdoctor.inspectors._cache import Cache, default_folder
from wsdoctor.inspectors._codec import decode, encode
from wsdoctor.model.traffic import Declared, Location, Note

__all__ = ["Inspector", "Repository", "declared", "load_inspectors"]

_PARALLEL_FROM = 300
"""Files to read below which starting processes costs more than it gives."""

_CHUNK = 64
_MAX_RECORDS = 20_000
"""Records of one kind that are kept; a repository of more is hostile or generated."""

_Job = tuple[str, tuple[int, ...]]
_Outcome = tuple[dict[str, list[list[Any]]], dict[str, int]]


@cache
def load_inspectors() -> tuple[Inspector, ...]:
    """Return the modules of this folder that are inspectors, sorted by name of module.

    Raises:
        TypeError: if a module lacks what makes it one; the tests keep this from ever being released.

    """
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    found = [importlib.import_module(f"{__name__}.{name}") for name in names]
    for module in found:
        if not all(hasattr(module, needed) for needed in ("NAME", "PATTERNS", "inspect")):
            raise TypeError(f"{module.__name__} is not an inspector: it needs NAME, PATTERNS and inspect")
    return cast("tuple[Inspector, ...]", tuple(found))


def declared(
    repository: Repository,
    *,
    processes: int | None = None,
    progress: Callable[[int, int], object] | None = None,
    cache: Cache | None = None,
) -> Declared:
    """Return all declared traffic of a repository; what fails is a note, and the rest goes on.

    Args:
        repository: to read.
        processes: how many to use, None = as many as the machine has cores for this one.
        progress: called with files done and files to read, now and then.
        cache: where earlier results are kept, None = none.

    """
    key = cache.key(repository) if cache is not None else ""
    if cache is not None and (kept := cache.get(repository, key)) is not None:
        return kept
    jobs = list(_jobs(repository))
    wanted = processes if processes is not None else _cores()
    if wanted > 1 and len(jobs) >= _PARALLEL_FROM:
        parts = _parallel(repository, jobs, wanted, progress)
    else:
        parts = _serial(repository, jobs, progress)
    whole = Declared(notes=list(repository.notes))
    for part in parts:
        _extend(whole, part)
    if cache is not None:
        cache.put(repository, key, whole)
    return whole


def user_cache() -> Cache | None:
    """Return the cache in the folder of this user, None where there is none."""
    folder = default_folder()
    return None if folder is None else Cache(folder)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _jobs(repository: Repository) -> Iterator[_Job]:
    """Yield each file that somebody reads, with the numbers of those who do."""
    names: dict[str, list[int]] = {}
    suffixes: dict[str, list[int]] = {}
    shapes: list[tuple[int, bool, re.Pattern[str]]] = []
    for number, inspector in enumerate(load_inspectors()):
        for pattern in inspector.PATTERNS:
            if "/" not in pattern and not any(wild in pattern for wild in "*?["):
                names.setdefault(pattern, []).append(number)
            elif re.fullmatch(r"\*\.[\w-]+", pattern):
                suffixes.setdefault(pattern[2:], []).append(number)
            else:
                shapes.append((number, "/" in pattern, re.compile(fnmatch.translate(pattern))))
    some_name, some_path = _any(shapes, whole=False), _any(shapes, whole=True)
    for path in repository.files:
        name = path.rpartition("/")[2]
        found = {*names.get(name, ()), *suffixes.get(name.rpartition(".")[2] if "." in name else "", ())}
        if some_name(name) or some_path(path):
            found.update(number for number, whole, shape in shapes if shape.match(path if whole else name))
        if found:
            yield path, tuple(sorted(found))


def _any(shapes: list[tuple[int, bool, re.Pattern[str]]], *, whole: bool) -> Callable[[str], object]:
    """Return a match against all patterns of one kind at once, which few files pass."""
    patterns = [f"(?:{shape.pattern})" for _, of_path, shape in shapes if of_path is whole]
    return re.compile("|".join(patterns)).match if patterns else lambda _: None


def _one(repository: Repository, job: _Job) -> Declared:
    """Return what one file declares to the inspectors that read it."""
    path, numbers = job
    found = Declared()
    inspectors = load_inspectors()
    text = repository.text(path)
    if text is None:
        return found
    for number in numbers:
        inspector = inspectors[number]
        needles: Sequence[str] = getattr(inspector, "NEEDLES", ())
        if needles and not _holds(text, needles):
            continue
        try:
            _extend(found, inspector.inspect(path, repository))
        except Exception as error:  # noqa: BLE001 - a file may be anything; the other files go on
            words = f"{inspector.NAME}: the file could not be inspected: {type(error).__name__}: {error}"
            found.notes.append(Note(Location(path, 1), words[:300]))
    return found


def _holds(text: str, needles: Sequence[str]) -> bool:
    for needle in needles:  # noqa: SIM110 - the loop takes half the time of any(), and this runs for every file
        if needle in text:
            return True
    return False


def _extend(whole: Declared, part: Declared) -> None:
    for kind in ("listeners", "maps", "hops", "callers", "pages", "notes"):
        have: list[Any] = getattr(whole, kind)
        have += getattr(part, kind)[: max(_MAX_RECORDS - len(have), 0)]


def _serial(
    repository: Repository, jobs: list[_Job], progress: Callable[[int, int], object] | None
) -> Iterator[Declared]:
    for done, job in enumerate(jobs, 1):
        yield _one(repository, job)
        if progress is not None and (done % _CHUNK == 0 or done == len(jobs)):
            progress(done, len(jobs))


_shared: Repository | None = None


def _start(repository: Repository) -> None:
    global _shared
    _shared = repository
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 3000))


def _chunk(jobs: list[_Job]) -> _Outcome:
    assert _shared is not None
    _shared.skipped.clear()
    whole = Declared()
    for job in jobs:
        _extend(whole, _one(_shared, job))
    return encode(whole), dict(_shared.skipped)


def _parallel(
    repository: Repository, jobs: list[_Job], processes: int, progress: Callable[[int, int], object] | None
) -> Iterator[Declared]:
    chunks = [jobs[at : at + _CHUNK] for at in range(0, len(jobs), _CHUNK)]
    outcomes: list[_Outcome | None] = []
    done = 0
    for chunk, outcome in zip(chunks, _run(repository, chunks, processes), strict=True):
        outcomes.append(outcome)
        done += len(chunk)
        if progress is not None:
            progress(done, len(jobs))
    for chunk, outcome in zip(chunks, outcomes, strict=True):
        if outcome is None:
            yield from _again(repository, chunk)
        else:
            repository.skipped.update(outcome[1])
            yield decode(outcome[0])


def _run(repository: Repository, chunks: list[list[_Job]], processes: int) -> Iterator[_Outcome | None]:
    """Yield the result of each chunk, None for one that was lost with its process."""
    load_inspectors()
    quick = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if quick else "spawn")
    with ProcessPoolExecutor(min(processes, len(chunks)), context, _start, (repository,)) as pool:
        for future in [pool.submit(_chunk, chunk) for chunk in chunks]:
            try:
                yield future.result()
            except BrokenProcessPool:
                yield None


def _again(repository: Repository, chunk: list[_Job]) -> Iterator[Declared]:
    """Read a chunk that was lost with its process again, then in halves, so that only the file at fault is lost."""
    (outcome,) = list(_run(repository, [chunk], 1))
    if outcome is not None:
        repository.skipped.update(outcome[1])
        yield decode(outcome[0])
    elif len(chunk) == 1:
        yield Declared(notes=[Note(Location(chunk[0][0], 1), "reading the file ended the process that read it")])
    else:
        half = len(chunk) // 2
        yield from _again(repository, chunk[:half])
        yield from _again(repository, chunk[half:])
