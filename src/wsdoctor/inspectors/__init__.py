"""Inspectors: one product a module; a file goes in, declared traffic comes out. The folder is the registry.

A module without a leading underscore is an inspector (`Inspector` says of what shape). Inspectors know syntax and the
model, never each other, and judge nothing. This module finds them, has all files looked through and those inspected
that give a reason, in as many processes as are worth their start, and puts the results together in the order of the
files.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, cast

from wsdoctor.inspectors._base import Inspector, Repository
from wsdoctor.inspectors._cache import Cache, Kept, Session, default_folder
from wsdoctor.inspectors._matching import Job, jobs
from wsdoctor.model.traffic import Declared

if TYPE_CHECKING:
    from wsdoctor.inspectors._work import Looked

__all__ = ["Inspector", "Repository", "declared", "load_inspectors"]


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
    meanwhile: Callable[[], object] | None = None,
) -> Declared:
    """Return all declared traffic of a repository; what fails is a note, and the rest goes on.

    Args:
        repository: to read.
        processes: how many to use, None = as many as there are processors for this one.
        progress: called with files done and files to read, now and then.
        cache: where earlier results are kept, None = none.
        meanwhile: something else to do, called once where other processes are waited for, or not at all.

    """
    session = cache.session(repository) if cache is not None else None
    kept = session.untouched(meanwhile) if session is not None else None
    if kept is None:
        kept = _worked(repository, processes, progress or (lambda done, whole: None), session, meanwhile)
    repository.skipped.update(kept.refused)
    return replace(kept.declared, notes=[*repository.notes, *kept.declared.notes])


def _worked(
    repository: Repository,
    processes: int | None,
    progress: Callable[[int, int], object],
    session: Session | None,
    meanwhile: Callable[[], object] | None,
) -> Kept:
    """Look all files through, and inspect those that give a reason; inspectors load while files are still listed."""
    from wsdoctor.inspectors._fetched import with_pages
    from wsdoctor.inspectors._hosts import with_hosts
    from wsdoctor.inspectors._settling import settled
    from wsdoctor.inspectors._work import Inspected, Looked, Worker, Workers, cores

    all_inspectors = load_inspectors()
    found = list(jobs(repository.files, all_inspectors))
    before = Counter(repository.skipped)
    looked, inspected = Looked(), Inspected()
    if session is not None:
        session.recall(found)
        _known(found, session, looked)
    half, rest = len(found) // 2, len(found) - len(found) // 2
    unknown = [place for place in range(len(found)) if place not in looked.digests]
    with Workers(
        Worker(repository, found, all_inspectors, digests=session is not None), processes or cores()
    ) as workers:
        for part in workers.look(unknown, lambda done: progress(half * done // len(unknown), len(found)), meanwhile):
            looked.add(part)
        if session is not None and (kept := session.seen(found, looked)) is not None:
            progress(len(found), len(found))
            return kept
        worth = sorted(place for place in looked.worth
                       if session is None or not session.silent(found[place], looked.digests[place]))  # fmt: skip
        for one in workers.inspect(worth, lambda done: progress(half + rest * done // len(worth), len(found))):
            inspected.add(one)
        inspected.consulted |= repository.consulted
    progress(len(found), len(found))
    repository.skipped = before
    whole = with_hosts(with_pages(settled(inspected.declared, repository), repository))
    kept = Kept(whole, dict(Counter(looked.refused.values())))
    if session is not None and inspected.whole:
        workers.aside(partial(session.keep, kept, found, looked, inspected))
    return kept


def _known(found: Sequence[Job], session: Session, looked: Looked) -> None:
    """Take over what is known of the files that nobody touched."""
    for place, job in enumerate(found):
        if job[0] in session.known:
            looked.digests[place], reason = session.known[job[0]]
            if reason is not None:
                looked.refused[place] = reason
            elif not session.silent(job, looked.digests[place]):
                looked.worth.append(place)


def user_cache() -> Cache | None:
    """Return the cache in the folder of this user, None where there is none."""
    folder = default_folder()
    return None if folder is None else Cache(folder)
