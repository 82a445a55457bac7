"""Whether the bytes of a file hold one of many words, in one pass by an automaton (Aho and Corasick 1975)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ahocorasick_rs import BytesAhoCorasick, Implementation

__all__ = ["sieve"]

PIECE = 16 * 1024
"""Bytes looked through at a time: all matches of a piece are listed, and nobody shall choose our memory."""


def sieve(words: Iterable[str]) -> Callable[[bytes], bool] | None:
    """Return what says whether bytes hold one of some words, None if these cannot be told from bytes alone.

    The answer is that of ``word in text``. Text of UTF-16 is not looked through; whoever calls knows it by its mark.
    """
    wanted = sorted({word.encode() for word in words})
    if not wanted or not all(wanted):
        return None
    matches = BytesAhoCorasick(wanted, implementation=Implementation.DFA).find_matches_as_indexes
    overlap = max(map(len, wanted)) - 1

    def holds(raw: bytes) -> bool:
        if len(raw) <= PIECE:
            return bool(matches(raw))
        view = memoryview(raw)
        return any(matches(view[at : at + PIECE + overlap]) for at in range(0, len(raw), PIECE))

    return holds
