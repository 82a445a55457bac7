"""What a repository declared before, kept by content: a fresh clone of the same files, anywhere, finds it again.

Three things are kept in the cache folder of the user, and each may be deleted at any time:

- of each tree what it declares, under a digest of the paths and contents of its files, and of the code of wsdoctor;
- of each root the state of its files (size, times of modification and of change, inode) with the digests of their
  contents, so that what nobody touched is not read again. The time of change is set by the kernel alone: a file that
  was edited and given its old size and time back is seen to have changed. What was touched while or just before it was
  read is not remembered this way, for another change in the same tick of the clock would not show;
- of each content that gave no inspector a reason a mark, so that a file that was moved is not inspected again.

What is damaged, of another version or of another shape is not used; what cannot be written is not kept. Files are
replaced whole, so that several runs at a time do each other no harm.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from wsdoctor.files.listing import state
from wsdoctor.files.reading import DIGEST_BYTES, State, digest_of
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._codec import decode, encode
from wsdoctor.inspectors._matching import Job
from wsdoctor.model.traffic import Declared

if TYPE_CHECKING:
    from wsdoctor.inspectors._work import Inspected, Looked

__all__ = ["Cache", "Kept", "Session", "default_folder"]

MAX_ENTRIES = 64
"""Files of one kind; the ones unused for longest go first."""
MAX_BYTES = 32 << 20
"""Of one file; what is larger is computed anew each time."""
MAX_ALL_BYTES = 256 << 20
"""Of the folder."""
MARK_BYTES = DIGEST_BYTES + 8
"""A digest of a content, and one of who would read it and where."""
MAX_MARKS = 500_000
"""Contents that gave no reason; then all are forgotten."""

FRESH = 2.0
"""Seconds before reading within which one change cannot be told from another by the coarsest clock of a file system."""

_CACHEDIR = (
    "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of wsdoctor; https://bford.info/cachedir/\n"
)
_CODE = ("files", "inspectors", "syntax", "model")
_PARSERS = ("tree_sitter", "yaml")

_TELLING = os.name != "nt"
"""Whether the system tells when a file was changed; on Windows it says when it was made, so every file is read."""

_ABSENT = digest_of(None, None).hex()


def default_folder() -> Path | None:
    """Return the folder for the cache of this user; None where there is none or ``WSDOCTOR_CACHE`` is empty."""
    named = os.environ.get("WSDOCTOR_CACHE")
    if named is not None:
        return Path(named) if named else None
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "wsdoctor" if os.path.isabs(base) else None


@cache
def version() -> str:
    """Return a digest of all code that decides what a file declares: this product's, the parsers' and Python's."""
    digest = hashlib.sha256(sys.version.encode())
    package = os.path.dirname(os.path.dirname(__file__))
    for folder in _CODE:
        for around, folders, names in os.walk(os.path.join(package, folder)):
            folders.sort()
            for name in sorted(names):
                if name.endswith(".py"):
                    path = os.path.join(around, name)
                    with open(path, "rb") as file:
                        digest.update(f"{os.path.relpath(path, package)}\n".encode() + file.read())
    for parser in _PARSERS:
        spec = find_spec(parser)
        if spec is not None and spec.origin is not None:
            around = os.path.dirname(os.path.dirname(spec.origin))
            digest.update("\n".join(sorted(name for name in os.listdir(around) if _is_parser(name))).encode())
    return digest.hexdigest()[:32]


def _is_parser(name: str) -> bool:
    return name.endswith(".dist-info") and name.lower().startswith(("tree_sitter", "pyyaml"))


@dataclass(slots=True)
class Kept:
    """What is kept of a tree.

    Attributes:
        declared: all traffic that it declares.
        refused: how many files are no text that a person wrote, by reason.
        witnesses: what else than the files that inspectors read was asked for, and the answer.
    """

    declared: Declared
    refused: dict[str, int] = field(default_factory=dict)
    witnesses: dict[str, str] = field(default_factory=dict)


class Cache:
    """What repositories declared before.

    Args:
        folder: where it is kept; nothing is kept if it cannot be written.

    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def session(self, repository: Repository) -> Session:
        """Return what the cache knows of a repository as it is now."""
        return Session(self, repository)

    def read(self, name: str) -> object:
        """Return what a file of the cache holds, None if there is none or it is damaged."""
        try:
            path = self.folder / name
            if path.stat().st_size > MAX_BYTES:
                return None
            check, _, body = path.read_bytes().partition(b"\n")
            if check.decode("ascii") != hashlib.sha256(body).hexdigest():
                return None
            os.utime(path)
            return json.loads(body)
        except (OSError, ValueError, RecursionError):
            return None

    def write(self, name: str, data: object) -> None:
        """Keep something under a name, whole or not at all."""
        body = json.dumps(data, separators=(",", ":")).encode("utf-8", "surrogatepass")
        self.replace(name, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)

    def replace(self, name: str, content: bytes) -> None:
        """Put a file of the cache in the place of the one that has its name."""
        if len(content) > MAX_BYTES:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            tag = self.folder / "CACHEDIR.TAG"
            if not tag.exists():
                tag.write_text(_CACHEDIR, encoding="ascii")
            handle, part = tempfile.mkstemp(dir=self.folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                os.replace(part, self.folder / name)
            except OSError:
                with suppress(OSError):
                    os.unlink(part)
                raise
            self._bound()
        except OSError:
            return

    def _bound(self) -> None:
        """Delete what was not used for longest where there is too much, and what a run left half written."""
        entries = sorted(self.folder.iterdir(), key=_used, reverse=True)
        many: Counter[str] = Counter()
        size = 0
        for path in entries:
            kind = path.name.partition("-")[0]
            old = path.suffix == ".part" and time.time() - _used(path) > 3600
            if kind in {"tree", "state", "files", "silent"}:
                many[kind] += 1
                size += path.stat().st_size
                old = many[kind] > MAX_ENTRIES or size > MAX_ALL_BYTES
            if old:
                path.unlink(missing_ok=True)


def _used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


class Session:
    """What a cache knows of one repository, from before its files are read until what they declare is kept.

    Args:
        cache: to look into.
        repository: as it is now.

    Attributes:
        known: digests, and reasons why they are no text, of files that nobody touched since they were read, by path.

    """

    def __init__(self, cache: Cache, repository: Repository) -> None:
        self.cache = cache
        self.repository = repository
        self.known: dict[str, tuple[bytes, str | None]] = {}
        self._marks: set[bytes] = set()
        root = hashlib.sha256(os.fsencode(repository.root))
        if repository.alone is not None:
            root.update(b"\0" + os.fsencode(repository.alone))
        self._root = root.hexdigest()[:32]
        self._seal = f"{version()}\n{self._root}\n".encode()

    @property
    def _states(self) -> Mapping[str, State | None]:
        """States of the files when they were listed: one that was touched later, before it was read, has another."""
        return self.repository.listing.states

    def untouched(self, meanwhile: Callable[[], object] | None = None) -> Kept | None:
        """Return what is kept if nobody touched a file since; None if somebody may have.

        What is kept is read first: the files may still be being listed.

        Args:
            meanwhile: something else to do till they are.

        """
        last = self.cache.read(f"state-{self._root}") if _TELLING else None
        if not isinstance(last, dict):
            return None
        kept = self._read(str(last.get("tree")))
        if kept is not None and meanwhile is not None:
            meanwhile()
        same = last.get("state") == self._whole(self.repository.listing.digest)
        return kept if same and kept is not None and self._holds(kept) else None

    def recall(self, jobs: Sequence[Job]) -> None:
        """Load what is known of single files."""
        rows = self.cache.read(f"files-{self._root}") if _TELLING else None
        if isinstance(rows, dict) and rows.get("version") == version():
            wanted = {path for path, _ in jobs}
            with suppress(KeyError, TypeError, ValueError):
                for path, *state, digest, reason in rows["files"]:
                    if path in wanted and self._states.get(path) == tuple(state):
                        self.known[path] = bytes.fromhex(digest), reason
        with suppress(OSError):
            marks = (self.cache.folder / f"silent-{version()}").read_bytes()
            self._marks = {marks[at : at + MARK_BYTES] for at in range(0, len(marks), MARK_BYTES)}

    def _whole(self, states: bytes) -> str:
        return hashlib.sha256(self._seal + states).hexdigest()

    def silent(self, job: Job, digest: bytes) -> bool:
        """Say whether a file is known to declare nothing, whatever else there is: its content, or that at its path."""
        return bool(self._marks) and (_mark(job, digest) in self._marks or _mark(job, digest, job[0]) in self._marks)

    def seen(self, jobs: Sequence[Job], looked: Looked) -> Kept | None:
        """Return what is kept of a tree with these contents, and remember it as that of this root.

        Args:
            jobs: the files that inspectors read.
            looked: what looking through them found.

        """
        digests = looked.digests
        digest = hashlib.sha256(version().encode())
        contents = {path: digests[place] for place, (path, _) in enumerate(jobs)}
        for path in self.repository.files:
            digest.update(f"\n{path}\0".encode() + contents.get(path, b""))
        self._tree = digest.hexdigest()[:32]
        kept = self._read(self._tree)
        if kept is None or not self._holds(kept):
            return None
        self._remember(jobs, digests, {})
        return kept

    def keep(self, kept: Kept, jobs: Sequence[Job], looked: Looked, inspected: Inspected) -> None:
        """Keep what the repository declares, unless somebody touched meanwhile what was read more than once.

        Args:
            kept: to keep; its witnesses are added here.
            jobs: the files that inspectors read.
            looked: what looking through them found.
            inspected: what inspecting them found.

        """
        listed = {path for path, _ in jobs}
        others = sorted(inspected.consulted - listed)
        kept.witnesses.update((path, self._witness(path)) for path in others)
        twice = (inspected.consulted & listed).union(jobs[place][0] for place in looked.worth)
        touched = any(state(self.repository.full(path)) != self._states[path] for path in twice)
        if touched or any(self._fresh(path) for path in others):
            return
        data = {"declared": encode(kept.declared), "refused": kept.refused, "witnesses": kept.witnesses}
        self.cache.write(f"tree-{self._tree}", data)
        self._remember(jobs, looked.digests, looked.refused)
        worth = {*looked.worth, *looked.refused}
        marks = {_mark(job, looked.digests[place]) for place, job in enumerate(jobs) if place not in worth}
        marks.update(_mark(jobs[place], looked.digests[place], jobs[place][0]) for place in inspected.silent)
        if marks - self._marks:
            marks |= self._marks if len(self._marks) + len(marks) <= MAX_MARKS else set()
            self.cache.replace(f"silent-{version()}", b"".join(marks))

    def _remember(self, jobs: Sequence[Job], digests: Mapping[int, bytes], refused: Mapping[int, str]) -> None:
        """Note that the files in their present state have these contents, and are the tree that was computed last."""
        listing = self.repository.listing
        last = int((listing.began - FRESH) * 1e9)
        settled = {
            path: state
            for path, state in self._states.items()
            if state is None or (state[1] <= last and state[2] <= last)
        }
        rows = [
            (path, *state, digests[place].hex(), refused.get(place))
            for place, (path, _) in enumerate(jobs)
            if (state := settled.get(path)) is not None
        ]
        self.cache.write(f"files-{self._root}", {"version": version(), "files": rows})
        if len(settled) == len(self._states):
            self.cache.write(f"state-{self._root}", {"state": self._whole(listing.digest), "tree": self._tree})

    def _fresh(self, path: str) -> bool:
        now = state(self.repository.full(path))
        return now is not None and max(now[1], now[2]) > (self.repository.listing.began - FRESH) * 1e9

    def _read(self, tree: str) -> Kept | None:
        """Return what is kept of a tree, whatever else may have changed."""
        data = self.cache.read(f"tree-{tree}")
        try:
            return Kept(decode(data["declared"]), dict(data["refused"]), dict(data["witnesses"]))  # type: ignore[index]
        except (KeyError, TypeError, ValueError, RecursionError):
            return None

    def _holds(self, kept: Kept) -> bool:
        """Say whether all else that was asked for is as it was."""
        return all(self._witness(path) == answer for path, answer in kept.witnesses.items())

    def _witness(self, path: str) -> str:
        if state(self.repository.full(path)) is None:
            return _ABSENT
        return "folder" if self.repository.is_folder(path) else digest_of(*self.repository.raw(path)).hex()


def _mark(job: Job, digest: bytes, path: str = "") -> bytes:
    return digest + (_tag(job[1], path) if path else _readers(job[1]))


def _tag(readers: tuple[int, ...], path: str) -> bytes:
    return hashlib.sha256(f"{path}\0{readers}".encode()).digest()[: MARK_BYTES - DIGEST_BYTES]


@cache
def _readers(readers: tuple[int, ...]) -> bytes:
    return _tag(readers, "")
