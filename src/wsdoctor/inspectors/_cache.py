"""What a repository declared the last time, kept while neither it nor wsdoctor changed.

The key covers path, size, times and inode of every listed file, and the code of the inspectors; a file that changed in
any way gives another key. The cache lives in the user's own cache folder, is bounded, and may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._codec import decode, encode
from wsdoctor.model.traffic import Declared

__all__ = ["Cache", "default_folder"]

MAX_ENTRIES = 64
"""Repositories that are remembered; the one unused for longest goes first."""

MAX_BYTES = 32 << 20
"""Of one entry; what is larger is computed anew each time."""


def default_folder() -> Path | None:
    """Return the folder for the cache of this user; None where there is none or ``WSDOCTOR_CACHE`` is empty."""
    named = os.environ.get("WSDOCTOR_CACHE")
    if named is not None:
        return Path(named) if named else None
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "wsdoctor" if os.path.isabs(base) else None


class Cache:
    """Declared traffic by the state of a repository.

    Args:
        folder: where it is kept; nothing is kept if it cannot be written.

    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def key(self, repository: Repository) -> str:
        """Return a digest of the state of all files of a repository and of the inspectors."""
        digest = hashlib.blake2b(digest_size=20)
        here = os.path.dirname(__file__)
        for folder in (here, os.path.join(os.path.dirname(here), "syntax")):
            for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
                digest.update(f"{name}\0{_state(os.path.join(folder, name))}\n".encode())
        root = f"{repository.root}/"
        stat = os.lstat
        rows = []
        for path in repository.files:
            try:
                found = stat(root + path)
            except OSError:
                rows.append(path)
            else:
                rows.append(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\0{found.st_ctime_ns}\0{found.st_ino}")
        digest.update("\n".join(rows).encode("utf-8", "surrogateescape"))
        return digest.hexdigest()

    def get(self, repository: Repository, key: str) -> Declared | None:
        """Return what was kept under a key, None if nothing was or it cannot be read."""
        path = self._path(repository)
        try:
            if path.stat().st_size > MAX_BYTES:
                return None
            kept = json.loads(path.read_bytes())
            if kept["key"] != key:
                return None
            found = decode(kept["declared"])
            os.utime(path)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return found

    def put(self, repository: Repository, key: str, declared: Declared) -> None:
        """Keep what a repository declares; one entry for each root."""
        text = json.dumps({"key": key, "declared": encode(declared)}, separators=(",", ":"))
        if len(text) > MAX_BYTES:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self.folder, suffix=".part")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(name, self._path(repository))
            self._bound()
        except OSError:
            return

    def _path(self, repository: Repository) -> Path:
        root = hashlib.blake2b(os.fsencode(repository.root), digest_size=16)
        if len(repository.files) == 1:
            root.update(repository.files[0].encode())
        return self.folder / f"declared-{root.hexdigest()}.json"

    def _bound(self) -> None:
        entries = sorted(self.folder.glob("declared-*.json"), key=lambda path: path.stat().st_mtime)
        for path in entries[:-MAX_ENTRIES]:
            path.unlink(missing_ok=True)


def _state(path: str) -> str:
    found = os.stat(path)
    return f"{found.st_size}:{found.st_mtime_ns}"
