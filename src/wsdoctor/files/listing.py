"""Which files of a folder are looked at: not those of tools, of others or of machines, and nothing behind a link.

What is left out is counted by reason. The state of each file is taken as it is found, so that it can be told later
whether anybody touched one. No file is opened here.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain

from wsdoctor.files.reading import State, state_of

__all__ = ["Listing", "digest_of_states", "inside", "reason_of", "state"]

MAX_FILES = 200_000
"""Listed files; a tree of more is cut there, and a note says so."""

MAX_DEPTH = 60
"""Folders within folders; deeper ones are not entered, and a note says so."""

MAX_NOTES = 50
"""Notes on links and folders that could not be used; the rest is only counted."""

SKIPPED_FOLDERS = frozenset(
    (
        ".git", ".hg", ".svn", ".bzr", ".jj", "node_modules", "bower_components", "jspm_packages", "vendor",
        "vendored", "third_party", "third-party", "thirdparty", "site-packages", "__pycache__", "__pypackages__",
        ".venv", "virtualenv", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".eggs",
        "dist", "build", ".next", ".nuxt", ".output", ".svelte-kit", ".angular", ".parcel-cache", ".turbo", ".yarn",
        ".pnpm-store", ".terraform", ".gradle", ".cache", ".idea", "htmlcov", "coverage", "DerivedData", "Pods",
        ".pythonlibs", ".upm",
    )
)  # fmt: skip
"""Folders of tools, of others' code and of what was built."""

_ENVIRONMENT_NAMES = frozenset(("venv", "env", "virtualenv", ".env", "ENV"))
_BINARY = frozenset(
    (
        "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "bmp", "tif", "tiff", "psd", "svgz", "woff", "woff2",
        "ttf", "otf", "eot", "pdf", "zip", "gz", "tgz", "bz2", "xz", "zst", "7z", "rar", "jar", "war", "whl", "egg",
        "tar", "so", "dylib", "dll", "exe", "o", "a", "lib", "pyc", "pyo", "class", "wasm", "node", "mp3", "mp4",
        "m4a", "ogg", "wav", "flac", "avi", "mov", "webm", "mkv", "sqlite", "sqlite3", "db", "bin", "dat", "pcap",
        "pcapng", "iso", "img", "dmg", "deb", "rpm", "apk", "aab", "ipa", "parquet", "npy", "npz", "pkl", "pickle",
        "onnx", "pt", "pth", "h5", "blend", "glb", "fbx",
    )
)  # fmt: skip
_BUILT = re.compile(
    r"(?:[.\-]min|\.bundle|\.chunk|-bundle)\.(?:js|mjs|cjs|css|html)$|\.(?:[cm]?js|css|ts)\.map$", re.IGNORECASE
).search
_BUILT_SUFFIXES = frozenset(("js", "mjs", "cjs", "css", "html", "map"))
_LOCKS = frozenset(
    (
        "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb",
        "poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "Cargo.lock", "go.sum", "composer.lock", "Gemfile.lock",
        "flake.lock", ".terraform.lock.hcl",
    )
)  # fmt: skip

MAX_ENTRIES = 2_000_000
"""Files and folders that are seen at all, listed or not."""

_TAG = "CACHEDIR.TAG"
"""Marks a folder that a program fills for itself; https://bford.info/cachedir/."""


class Listing:
    """The files under a folder that are looked at; they are found when it is made.

    Args:
        prefix: the folder, absolute, links resolved, with a slash at its end.
        alone: name of the one file in it that is listed, None to look for all.

    Attributes:
        states: of the files, by their paths relative to the folder with forward slashes, sorted; links are not among
            them, and a file that is gone has none.
        digest: of the paths and states.
        began: seconds of the clock before the first file was found.
        skipped: how many files and folders were left out, by reason.
        notes: paths of links that loop or lead out and of what could not be read, as the system gives them, each with
            what is wrong with it.

    """

    def __init__(self, prefix: str, alone: str | None = None) -> None:
        self.began = time.time()
        self._prefix = prefix
        self.skipped: Counter[str] = Counter()
        self.notes: list[tuple[str, str]] = []
        self.states: dict[str, State | None] = (
            {alone: state(prefix + alone)} if alone is not None else dict(sorted(self._walk()))
        )
        self.digest = digest_of_states(self.states)

    def _walk(self) -> Iterator[tuple[str, State]]:
        pending = [("", 0)]
        listed = seen = 0
        while pending:
            folder, depth = pending.pop()
            try:
                with os.scandir(self._prefix + folder) as entries:
                    found = list(entries)
            except OSError as error:
                self._leave("unreadable folder", folder, f"the folder cannot be read: {reason_of(error)}")
                continue
            if folder and _TAG in [entry.name for entry in found]:
                self.skipped["vendored or built folder"] += 1
                continue
            seen += len(found)
            if seen > MAX_ENTRIES:
                self._leave("too many files", folder, f"only the first {MAX_ENTRIES} files and folders are looked at")
                return
            for entry in found:
                path = folder + entry.name
                try:
                    if entry.is_file(follow_symlinks=False):
                        if (reason := _unwanted(entry.name)) is not None:
                            self.skipped[reason] += 1
                            continue
                        listed += 1
                        if listed > MAX_FILES:
                            self._leave("too many files", path, f"only the first {MAX_FILES} files are read")
                            return
                        yield path, state_of(entry.stat(follow_symlinks=False))
                    elif entry.is_symlink():
                        self._link(path)
                    elif not entry.is_dir(follow_symlinks=False):
                        self.skipped["not a regular file"] += 1
                    elif self._entered(entry.name, path, depth):
                        pending.append((path + "/", depth + 1))
                except OSError as error:
                    self._leave("unreadable file", path, reason_of(error))

    def _entered(self, name: str, path: str, depth: int) -> bool:
        full = self._prefix + path
        if name in SKIPPED_FOLDERS or (name in _ENVIRONMENT_NAMES and os.path.exists(f"{full}/pyvenv.cfg")):
            self.skipped["vendored or built folder"] += 1
            return False
        if name == "target" and any(os.path.exists(f"{full}/../{mark}") for mark in ("Cargo.toml", "pom.xml")):
            self.skipped["vendored or built folder"] += 1
            return False
        if depth >= MAX_DEPTH:
            self._leave("too deep", path, f"folders more than {MAX_DEPTH} deep are not read")
            return False
        return True

    def _link(self, path: str) -> None:
        full = self._prefix + path
        try:
            target = os.path.realpath(full, strict=True)
        except (OSError, ValueError):
            loops = not os.path.exists(full) and _loops(full)
            problem = "the link leads back to itself" if loops else "the link leads nowhere"
            self._leave("link", path, problem)
            return
        if not inside(self._prefix, target):
            self._leave("link out of the root", path, "the link leads out of the repository and is not followed")
        elif os.path.isdir(target) and (full + "/").startswith(target.rstrip("/") + "/"):
            self._leave("link", path, "the link leads back to a folder that it is in")
        else:
            self.skipped["link"] += 1

    def _leave(self, reason: str, path: str, text: str) -> None:
        self.skipped[reason] += 1
        if len(self.notes) < MAX_NOTES:
            self.notes.append((path.rstrip("/") or ".", text))


def _unwanted(name: str) -> str | None:
    """Return why a file is left out by its name alone, None if it is not."""
    suffix = name.rpartition(".")[2].lower()
    if suffix in _BINARY:
        return "binary"
    if name in _LOCKS or (suffix in _BUILT_SUFFIXES and _BUILT(name)):
        return "generated"
    return None if name.isascii() or _is_text(name) else "name that is not UTF-8"


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def state(full: str) -> State | None:
    """Return the state of a file, None if there is none."""
    try:
        found = os.lstat(full)
    except (OSError, ValueError):
        return None
    return state_of(found)


def digest_of_states(states: Mapping[str, State | None]) -> bytes:
    """Return a digest of paths and states in their order; one version of Python always gives the same."""
    numbers = list(chain.from_iterable(found or (None,) for found in states.values()))
    return hashlib.sha256("\0".join(states).encode("utf-8", "surrogateescape") + pickle.dumps(numbers)).digest()


def inside(prefix: str, real: str) -> bool:
    """Say whether a path without links is the folder of a prefix or under it."""
    return (real.rstrip("/") + "/").startswith(prefix)


def _loops(full: str) -> bool:
    try:
        os.stat(full)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def reason_of(error: BaseException) -> str:
    """Return why something could not be read, to be shown in a sentence."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    return str(error) or type(error).__name__
