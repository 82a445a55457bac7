"""The files of a repository by their names, so that a pattern is tried on the few names that it may match.

Nearly every pattern says how a name begins, or what follows its last dot; only one that says neither is tried on all.
"""

from __future__ import annotations

import fnmatch
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Names"]

MAX_KEPT = 500
"""Answers that are kept."""

_BEFORE = re.compile(r"[^*?\[]*")
_ENDING = re.compile(r"\.([^*?\[\].]+)\Z")


class Names:
    """Names of files, and where there are files of each.

    Args:
        paths: of all files.

    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths: dict[str, list[str]] = {}
        for path in paths:
            self._paths.setdefault(path.rpartition("/")[2], []).append(path)
        self._sorted: list[str] | None = None
        self._endings: dict[str, list[str]] | None = None
        self._kept: dict[tuple[str, ...], list[str]] = {}

    def find(self, patterns: tuple[str, ...]) -> list[str]:
        """Return the paths of files whose name is one of these, or matches one that `fnmatch` takes for a pattern."""
        if (kept := self._kept.get(patterns)) is None:
            names = {name for pattern in patterns for name in self._matching(pattern)}
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            kept = self._kept[patterns] = sorted(path for name in names for path in self._paths[name])
        return list(kept)

    def _matching(self, pattern: str) -> Iterator[str]:
        before = _BEFORE.match(pattern)
        start = before.group() if before else ""
        if start == pattern:
            yield from (pattern,) if pattern in self._paths else ()
        elif ending := _ENDING.search(pattern):
            candidates = self._ending(ending[1])
            yield from candidates if pattern == f"*.{ending[1]}" else _tried(pattern, candidates)
        else:
            yield from _tried(pattern, self._beginning(start))

    def _ending(self, ending: str) -> Sequence[str]:
        """Return the names whose last dot is followed by a text."""
        if self._endings is None:
            self._endings = {}
            for name in self._paths:
                _, dot, last = name.rpartition(".")
                if dot:
                    self._endings.setdefault(last, []).append(name)
        return self._endings.get(ending, ())

    def _beginning(self, start: str) -> Sequence[str]:
        """Return the names that begin with a text."""
        if self._sorted is None:
            self._sorted = sorted(self._paths)
        first = bisect_left(self._sorted, start)
        return self._sorted[first : bisect_left(self._sorted, start + "\U0010ffff", first)]


def _tried(pattern: str, names: Iterable[str]) -> Iterator[str]:
    return filter(re.compile(fnmatch.translate(pattern)).match, names)
