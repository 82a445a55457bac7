"""Rows of the result: a figure, what it must be, and whether it is."""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Effort", "Row", "Skipped", "median", "ratio", "run_alone", "show"]


class Skipped(Exception):
    """What a benchmark measures against is not there; says what."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured.

    Attributes:
        rounds: interleaved rounds; the median over them is stated.
        strays: connections per server and round.
        handshakes: handshakes per server and round.
        messages: messages per server and round.
        flood: strays that memory growth is measured over.
        imports: interpreter starts per module.

    """

    rounds: int
    strays: int
    handshakes: int
    messages: int
    flood: int
    imports: int


FULL = Effort(rounds=7, strays=10_000, handshakes=3_000, messages=40_000, flood=300_000, imports=21)
QUICK = Effort(rounds=3, strays=2_000, handshakes=700, messages=10_000, flood=30_000, imports=5)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    Attributes:
        name: what it is a figure of.
        value: the median.
        unit: behind the value, such as ``x`` for a ratio.
        spread: lowest and highest of the rounds, None if there was one only.
        goal: such as ``at most 1.5``; empty for a figure that is stated without one.
        met: whether the goal is met, None without a goal.
        note: how it came about, for the reader of the table.

    """

    name: str
    value: float
    unit: str
    spread: tuple[float, float] | None = None
    goal: str = ""
    met: bool | None = None
    note: str = ""


def median(values: Iterable[float]) -> float:
    """Return the median; of nothing, NaN, which meets no goal."""
    listed = list(values)
    return statistics.median(listed) if listed else float("nan")


def ratio(
    name: str,
    above: Sequence[float],
    below: Sequence[float],
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    note: str = "",
) -> Row:
    """Return the median over the rounds of `above` divided by `below`, each pair from the same round."""
    pairs = [a / b for a, b in zip(above, below, strict=True) if b]
    value = median(pairs)
    spread = (min(pairs), max(pairs)) if len(pairs) > 1 else None
    if at_most is not None:
        return Row(name, value, "x", spread, f"at most {at_most:.3g}", value <= at_most, note)
    if at_least is not None:
        return Row(name, value, "x", spread, f"at least {at_least:.3g}", value >= at_least, note)
    return Row(name, value, "x", spread, note=note)


def show(rows: Sequence[Row]) -> bool:
    """Print the rows as a table and return whether every goal is met."""
    width = max((len(row.name) for row in rows), default=0)
    print(f"\n{'figure':{width}}  {'median':>10}  {'lowest … highest':>20}  {'goal':>14}  verdict")
    for row in rows:
        spread = f"{row.spread[0]:.3g} … {row.spread[1]:.3g}" if row.spread else ""
        verdict = "" if row.met is None else "met" if row.met else "MISSED"
        note = f"  ({row.note})" if row.note else ""
        print(f"{row.name:{width}}  {f'{row.value:.3g} {row.unit}':>10}  {spread:>20}  {row.goal:>14}  {verdict}{note}")
    return all(row.met is not False for row in rows)


def run_alone(description: str | None, measure: Callable[[Effort], list[Row]]) -> int:
    """Run one benchmark as a script of its own."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and connections")
    parser.add_argument("--strict", action="store_true", help="exit 1 if a goal is missed")
    arguments = parser.parse_args()
    try:
        met = show(measure(QUICK if arguments.quick else FULL))
    except Skipped as reason:
        print(f"skipped: {reason}")
        return 0
    sys.stdout.flush()
    return int(arguments.strict and not met)
