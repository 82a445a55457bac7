"""Whether a file holds one of many words, and which, in one pass by an automaton (Aho and Corasick 1975)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, Implementation

__all__ = ["held", "sieve"]

PIECE = 16 * 1024
"""Bytes or characters looked through at a time: all matches in it are listed, and nobody shall choose our memory."""


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
        return any(map(matches, _pieces(memoryview(raw), overlap)))

    return holds


def held(words: Iterable[str]) -> Callable[[str], set[str]]:
    """Return what says which of some words a text holds."""
    wanted = sorted(set(words))
    matches = AhoCorasick(wanted, implementation=Implementation.DFA).find_matches_as_indexes
    overlap = max(map(len, wanted)) - 1

    def found(text: str) -> set[str]:
        return {wanted[number] for piece in _pieces(text, overlap) for number, _, _ in matches(piece, overlapping=True)}

    return found


def _pieces(whole: Any, overlap: int) -> Iterator[Any]:
    return (whole[at : at + PIECE + overlap] for at in range(0, len(whole), PIECE))
