"""When attempts came: the rhythm of one peer, and a timeline of few spans.

Both work on seconds since the epoch that are handed in; nothing here reads a clock. Times may come in any
order and with any gaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from wsdoctor.model.report import Timeline

__all__ = ["Rhythm", "Spans", "rhythm_of"]

FEWEST_INTERVALS = 4
"""Three equal intervals may be chance, or a person who presses reload."""
FEWEST_INTERLEAVED = 8
"""Sums of random intervals look steadier than the intervals, so interleaved senders need more proof."""
INTERLEAVED = 3
"""Senders behind one address that are told apart, such as a liveness, a readiness and a start-up probe."""
NEAR = 0.15
"""Share of the period within which an interval counts as on time: probes add their own run time."""
STEADY = 0.05
"""Largest median deviation, as a share of the period; chance arrivals have 0.7."""
FASTEST = 0.1
"""Seconds; what comes faster than ten times a second is a loop or a load test, not a timer."""
DOUBTFUL, CERTAIN = 0.75, 0.9
"""Shares of intervals on time: two senders that alternate look like one with many gaps until they are told apart."""
GAP = 1.5
"""An interval of more than so many periods is a pause or a lost attempt, not a late one."""


class Rhythm(NamedTuple):
    """A steady interval.

    Attributes:
        period: median seconds between attempts.
        jitter: median absolute deviation of the intervals in seconds.

    """

    period: float
    jitter: float


def rhythm_of(times: Sequence[float]) -> Rhythm | None:
    """Return the rhythm of one peer, None if it has none.

    Pauses and lost attempts do not disturb it as long as half of the intervals are whole. Up to three
    senders of the same period that interleave at one address are told apart.

    Args:
        times: seconds since the epoch, in any order.

    """
    ordered = sorted(times)
    best: Rhythm | None = None
    proven = 0.0
    for lag in range(1, INTERLEAVED + 1):
        intervals = [later - sooner for sooner, later in zip(ordered, ordered[lag:], strict=False)]
        if len(intervals) < (FEWEST_INTERVALS if lag == 1 else FEWEST_INTERLEAVED):
            break
        rhythm, share = _steady(intervals)
        if rhythm is not None and (best is None or proven < DOUBTFUL <= CERTAIN <= share):
            best, proven = rhythm, share
    return best


def _steady(intervals: list[float]) -> tuple[Rhythm | None, float]:
    """Return the rhythm of the intervals, None if they have none, and the share of them that is on time."""
    period = _median(intervals)
    if not period >= FASTEST:
        return None, 0.0
    jitter = _median([abs(interval - period) for interval in intervals])
    near = sum(abs(interval - period) <= NEAR * period for interval in intervals)
    gaps = sum(interval > GAP * period for interval in intervals)
    share = near / len(intervals)
    steady = jitter <= STEADY * period and share >= 0.5 and 4 * near >= 3 * (len(intervals) - gaps)
    return (Rhythm(period, jitter) if steady and near >= FEWEST_INTERVALS - 1 else None), share


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


class Spans:
    """Counts attempts in at most `SIZE` equal spans of time; the width doubles whenever they would not fit.

    Attributes:
        width: seconds per span.

    """

    SIZE = 60
    NARROWEST = 1.0

    __slots__ = ("_base", "_counts", "width")

    def __init__(self) -> None:
        self.width = self.NARROWEST
        self._base = 0
        self._counts: list[int] = []

    def add(self, at: float, attempts: int = 1) -> None:
        """Count attempts at a time.

        Raises:
            ValueError: if the time is not a number.
            OverflowError: if it is infinite.

        """
        index = int(at // self.width) - self._base
        if 0 <= index < len(self._counts):
            self._counts[index] += attempts
        else:
            self._stretch(at)
            self._counts[int(at // self.width) - self._base] += attempts

    def _stretch(self, at: float) -> None:
        """Make room for a time: extend to the left or right, and double the width until all fits."""
        place = int(at // self.width)
        if not self._counts:
            self._base, self._counts = place, [0]
            return
        low, high = min(place, self._base), max(place, self._base + len(self._counts) - 1)
        while high - low >= self.SIZE:
            self._double()
            low, high = low // 2, high // 2
        self._counts = [0] * (self._base - low) + self._counts
        self._base = low
        self._counts.extend([0] * (high - low + 1 - len(self._counts)))

    def _double(self) -> None:
        base = self._base // 2
        counts = [0] * ((self._base + len(self._counts) - 1) // 2 - base + 1)
        for index, count in enumerate(self._counts, self._base):
            counts[index // 2 - base] += count
        self.width *= 2
        self._base, self._counts = base, counts

    def merge(self, other: Spans) -> None:
        """Count all that another one counted, each of its spans at its left end."""
        while self.width < other.width and self._counts:
            self._double()
        for index, count in enumerate(other._counts, other._base):
            if count:
                self.add(index * other.width, count)

    def timeline(self) -> Timeline | None:
        """Return the counts, None if there are none."""
        if not self._counts:
            return None
        return Timeline(start=self._base * self.width, width=self.width, counts=tuple(self._counts))
