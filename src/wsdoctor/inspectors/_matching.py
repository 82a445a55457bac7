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
        self._made: dict[tuple[int, ...], _Sieve] = {}

    def want(self, path: str, raw: bytes, numbers: tuple[int, ...]) -> bool:
        """Say whether one of some inspectors has a reason to read a file.

        Args:
            path: of the file.
            raw: its bytes.
            numbers: of the inspectors.

        """
        if numbers not in self._made:
            self._made[numbers] = self._make(numbers)
        holds, surely, closer = self._made[numbers]
        if holds is None:
            return True
        if not holds(raw):
            return False
        return not closer or bool(surely(raw)) or any(look(path, raw) for look in closer)

    def _make(self, numbers: tuple[int, ...]) -> _Sieve:
        asked = [self.inspectors[number] for number in numbers]
        closer = [one.worth for one in asked if hasattr(one, "worth")]
        others = self._sieve([one for one in asked if not hasattr(one, "worth")])
        return self._sieve(asked), others or _never, closer

    def _sieve(self, inspectors: Sequence[Inspector]) -> Callable[[bytes], object] | None:
        """Return what tells it by the words of some inspectors, None where one of them looks at every file."""
        needles = [getattr(one, "NEEDLES", ()) for one in inspectors]
        return sieve(needle for each in needles for needle in each) if all(needles) else None


_Sieve = tuple[Callable[[bytes], object] | None, Callable[[bytes], object], Sequence[Callable[[str, bytes], bool]]]


def _never(_: bytes) -> bool:
    return False
