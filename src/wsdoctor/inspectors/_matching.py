"""Which inspectors read which file of a repository: patterns, looked up by name and ending where that is enough."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from wsdoctor.inspectors._base import Inspector
from wsdoctor.inspectors._sieve import sieve

__all__ = ["Job", "Sieves", "jobs"]

Job = tuple[str, tuple[int, ...]]
"""A file, and the numbers of the inspectors that read it."""

_LITERALS = re.compile(r"[^*?\[\]]+")
_CHOICES = re.compile(r"\[[^\]]*\]")
"""Of which a name holds one character."""


def jobs(files: Sequence[str], inspectors: Sequence[Inspector]) -> Iterator[Job]:
    """Yield each file that somebody reads, with the numbers of those who do."""
    names: dict[str, tuple[int, ...]] = {}
    suffixes: dict[str, tuple[int, ...]] = {}
    shapes: list[tuple[int, str, str]] = []
    for number, inspector in enumerate(inspectors):
        for pattern in dict.fromkeys(inspector.PATTERNS):
            if "/" not in pattern and not any(wild in pattern for wild in "*?["):
                names[pattern] = (*names.get(pattern, ()), number)
            elif re.fullmatch(r"\*\.[\w-]+", pattern):
                suffixes[pattern[2:]] = (*suffixes.get(pattern[2:], ()), number)
            else:
                shapes.append(
                    (number, pattern, max(_LITERALS.findall(_CHOICES.sub("*", pattern)), key=len, default=""))
                )
    shaped = sieve(piece for _, _, piece in shapes) or (lambda path: bool(shapes))
    known: dict[tuple[int, ...], tuple[int, ...]] = {}
    for path in files:
        name = path.rpartition("/")[2]
        _, dot, suffix = name.rpartition(".")
        numbers = suffixes.get(suffix, ()) if dot else ()
        found = [*numbers, *names.get(name, ())] if name in names else list(numbers)
        if shaped(path.encode(errors="replace")):
            found += (number for number, pattern, piece in shapes
                      if piece in path and _matcher(pattern)(path if "/" in pattern else name))  # fmt: skip
        if len(found) > len(numbers):
            numbers = tuple(sorted(set(found)))
            numbers = known.setdefault(numbers, numbers)
        if numbers:
            yield path, numbers


@cache
def _matcher(pattern: str) -> Callable[[str], object]:
    return re.compile(fnmatch.translate(pattern)).match


class Sieves:
    """Whether a file gives any of some inspectors a reason to look at it, by its bytes."""

    def __init__(self, inspectors: Sequence[Inspector]) -> None:
        self.inspectors = inspectors
        self._made: dict[tuple[int, ...], _Sieve] = {}
        self._alone: dict[int, Callable[[bytes], object]] = {}

    def asks(self, number: int, raw: bytes) -> bool:
        """Say whether a text holds a word for which an inspector reads it.

        Args:
            number: of the inspector.
            raw: the text as UTF-8.

        """
        if number not in self._alone:
            self._alone[number] = self._sieve([self.inspectors[number]]) or _always
        return bool(self._alone[number](raw))

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


def _always(_: bytes) -> bool:
    return True
