"""Memory growth of a gated server under a flood of strays, with everything on.

The resident set is read after the first strays (rules loaded, buffers grown) and after the flood. Half of
the flood is twelve senders in turn; in the other half no two requests have the same path, which is what a
scanner's word list looks like.
"""

from __future__ import annotations

import sys

from benchmarks import load
from benchmarks.strays import IN_FLIGHT, PLAIN, SENDERS, check_recorded, different
from benchmarks.subjects import home, running, websockets
from benchmarks.table import Effort, Row, run_alone

__all__ = ["measure"]

WARM = 2_000
SLICE = 30_000
"""Strays per run of the client, so that no payload file is large."""
GOAL = 8.0
"""MiB of growth over the whole flood."""


def measure(effort: Effort) -> list[Row]:
    """Return the rows of this benchmark."""
    with home() as folder:
        subject = websockets("uvloop", folder, guarded=True)
        with running(subject):
            load.run("strays", subject.port, WARM, IN_FLIGHT, [PLAIN, *SENDERS])
            check_recorded(subject)
            first = subject.resident()
            for number in range(max(1, effort.flood // SLICE)):
                payloads = different(SLICE, number) if number % 2 else list(SENDERS)
                load.run("strays", subject.port, min(SLICE, effort.flood), IN_FLIGHT, payloads)
            grown = subject.resident() - first
    name = f"memory growth over {effort.flood:,} strays"
    return [
        Row("resident set of a gated server after its first strays", first, "MiB"),
        Row(name, grown, "MiB", goal=f"at most {GOAL:.0f}", met=grown <= GOAL),
    ]


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, measure))
