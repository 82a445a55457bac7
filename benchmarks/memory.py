"""Memory growth of a gated server under a flood of strays, with everything on.

The resident set is read after the first strays (rules loaded, buffers grown) and after each of two floods.
The first is what a port sees in weeks: twelve senders in turn. In the second no two requests have the same
path, which is what a scanner's word list looks like; its growth is counted on top of the first.
"""

from __future__ import annotations

import sys

from benchmarks import load
from benchmarks.strays import IN_FLIGHT, PLAIN, SENDERS, check_recorded, different
from benchmarks.subjects import home, running, websockets
from benchmarks.table import Effort, Row, run_alone

__all__ = ["measure"]

WARM = 2_000
SLICE = 10_000
"""Strays per run of the client, so that no payload file is large."""
GOAL = 8.0
"""MiB of growth over the first flood."""
GOAL_DIFFERENT = 64.0
"""MiB of growth over both."""


def measure(effort: Effort) -> list[Row]:
    """Return the rows of this benchmark."""
    with home() as folder:
        subject = websockets("uvloop", folder, guarded=True)
        with running(subject):
            load.run("strays", subject.port, WARM, IN_FLIGHT, [PLAIN, *SENDERS])
            check_recorded(subject)
            first = subject.resident()
            load.run("strays", subject.port, effort.flood, IN_FLIGHT, SENDERS)
            grown = subject.resident() - first
            slices = max(1, effort.flood // 3 // SLICE)
            for number in range(slices):
                load.run("strays", subject.port, SLICE, IN_FLIGHT, different(SLICE, number))
            grown_more = subject.resident() - first
    return [
        Row("resident set of a gated server after its first strays", first, "MiB"),
        Row(
            f"memory growth over {effort.flood:,} strays of {len(SENDERS)} senders",
            grown, "MiB", goal=f"at most {GOAL:.0f}", met=grown <= GOAL,
        ),
        Row(
            f"memory growth over {slices * SLICE:,} more, all different",
            grown_more, "MiB", goal=f"at most {GOAL_DIFFERENT:.0f}", met=grown_more <= GOAL_DIFFERENT,
        ),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, measure))
