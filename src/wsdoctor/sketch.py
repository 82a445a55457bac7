"""Counting in bounded memory: how often, how many different, which most often.

None of these grows with what it is fed. They hold no meaning; `grouping` gives it.
"""

from __future__ import annotations

import math
from hashlib import blake2b

__all__ = ["Distinct", "Frequency", "count_top"]


def count_top(counts: dict[str, int], item: str, limit: int, times: int = 1) -> None:
    """Count an item among the most frequent ones (space saving, Metwally and others 2005).

    When there is no room, the item takes the place and the count of the rarest, so that one that is frequent
    stays from then on; a count is never too low and too high by no more than the rarest count.
    """
    if item in counts:
        counts[item] += times
    elif len(counts) < limit:
        counts[item] = times
    else:
        rarest = min(counts, key=counts.__getitem__)
        counts[item] = counts.pop(rarest) + times


class Frequency:
    """About how often something came lately (count-min with conservative update and ageing).

    Four rows of 65,536 saturating bytes, 256 KiB. All counts are halved after every 65,536 additions, which
    keeps the error of a count near one and lets what came long ago fade.
    """

    ROWS = 4
    WIDTH = 1 << 16
    LARGEST = 255
    HALVES = bytes(value // 2 for value in range(256))

    __slots__ = ("_additions", "_table", "ages")

    def __init__(self) -> None:
        self._table = bytearray(self.ROWS * self.WIDTH)
        self._additions = 0
        self.ages = 0
        """How many times the counts were halved."""

    def add(self, hashed: int) -> int:
        """Count something by a hash of 64 bits and return its count."""
        if self._additions == self.WIDTH:
            self._additions = 0
            self._table = self._table.translate(self.HALVES)
            self.ages += 1
        self._additions += 1
        table, mask, width = self._table, self.WIDTH - 1, self.WIDTH
        places = (
            hashed & mask,
            width + (hashed >> 16 & mask),
            2 * width + (hashed >> 32 & mask),
            3 * width + (hashed >> 48 & mask),
        )
        least = min(map(table.__getitem__, places))
        if least < self.LARGEST:
            for place in places:
                if table[place] == least:
                    table[place] = least + 1
            least += 1
        return least


class Distinct:
    """About how many different texts came (HyperLogLog, 1,024 registers, 1 KiB, standard error 3 percent)."""

    BITS = 10
    REGISTERS = 1 << BITS
    BIAS = 0.7213 / (1 + 1.079 / REGISTERS)

    __slots__ = ("_registers",)

    def __init__(self) -> None:
        self._registers = bytearray(self.REGISTERS)

    def add(self, text: str) -> None:
        """Take notice of a text."""
        hashed = int.from_bytes(blake2b(text.encode(errors="replace"), digest_size=8).digest(), "big")
        rank = 64 - self.BITS + 1 - (hashed >> self.BITS).bit_length()
        index = hashed & (self.REGISTERS - 1)
        if rank > self._registers[index]:
            self._registers[index] = rank

    def merge(self, other: Distinct) -> None:
        """Take notice of all that another one noticed."""
        self._registers = bytearray(map(max, self._registers, other._registers))

    def __len__(self) -> int:
        estimate = self.BIAS * self.REGISTERS**2 / sum(math.ldexp(1.0, -rank) for rank in self._registers)
        empty = self._registers.count(0)
        if empty and estimate <= 2.5 * self.REGISTERS:
            estimate = self.REGISTERS * math.log(self.REGISTERS / empty)
        return round(estimate)
