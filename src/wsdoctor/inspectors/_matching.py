"""Which inspectors read which file of a repository: patterns, looked up by name and ending where that is enough."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterator, Sequence

from wsdoctor.inspectors._base import Inspector
from wsdoctor.inspectors._sieve import sieve

__all__ = ["Job", "Sieves", "jobs"]

Job = tuple[str, tuple[int, ...]]
"""A file, and the numbers of the inspectors that read it."""

_LITERALS = re.compile(r"[^*?\[\]]+")


def jobs(files: Sequence[str], inspectors: Sequence[Inspector]) -> Iterator[Job]:
    """Yield each file that somebody reads, with the numbers of those who do."""
    names: dict[str, list[int]] = {}
    suffixes: dict[str, list[int]] = {}
    shapes: list[tuple[int, bool, Callable[[str], object]]] = []
    pieces: list[str] = []
    for number, inspector in enumerate(inspectors):
        for pattern in inspector.PATTERNS:
            if "/" not in pattern and not any(wild in pattern for wild in "*?["):
                names.setdefault(pattern, []).append(number)
            elif re.fullmatch(r"\*\.[\w-]+", pattern):
                suffixes.setdefault(pattern[2:], []).append(number)
            else:
                shapes.append((number, "/" in pattern, re.compile(fnmatch.translate(pattern)).match))
                pieces.append(max(_LITERALS.findall(pattern), key=len, default=""))
    shaped = sieve(pieces)
    known: dict[tuple[int, ...], tuple[int, ...]] = {}
    nobody: list[int] = []
    for path in files:
        name = path.rpartition("/")[2]
        _, dot, suffix = name.rpartition(".")
        by_suffix = suffixes.get(suffix, nobody) if dot else nobody
        by_name = names.get(name, nobody)
        if shapes and (shaped is None or shaped(path.encode(errors="replace"))):
            found = {*by_suffix, *by_name}
            found.update(number for number, whole, match in shapes if match(path if whole else name))
            numbers = tuple(sorted(found))
        elif by_name:
            numbers = tuple(sorted({*by_suffix, *by_name}))
        else:
            numbers = tuple(by_suffix)
        if numbers:
            yield path, known.setdefault(numbers, numbers)


class Sieves:
    """Whether a file gives any of some inspectors a reason to look at it, by its bytes."""

    def __init__(self, inspectors: Sequence[Inspector]) -> None:
        self.inspectors = inspectors
        self._made: dict[tuple[int, ...], Callable[[bytes], object] | None] = {}

    def of(self, numbers: tuple[int, ...]) -> Callable[[bytes], object] | None:
        """Return what tells it of some inspectors, None where one of them looks at every file."""
        if numbers not in self._made:
            needles = [getattr(self.inspectors[number], "NEEDLES", ()) for number in numbers]
            words = [needle for each in needles for needle in each]
            self._made[numbers] = sieve(words) if all(needles) else None
        return self._made[numbers]
