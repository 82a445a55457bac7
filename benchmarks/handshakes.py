"""Good handshakes, bare and gated: how many per second, and the server's CPU time for each.

A handshake is: connect, send the request, read 101, send a close frame, read until the server closes. The
rate is what one server process does with 32 of them at a time; the client has a core of its own. Bare and
gated take turns in each round, and the figure is the median over the rounds of the ratio within a round.
"""

from __future__ import annotations

import sys

from benchmarks import load
from benchmarks.subjects import home, running, websockets
from benchmarks.table import Effort, Row, ratio, run_alone

__all__ = ["measure"]

IN_FLIGHT = 32
WARM = 300


def measure(effort: Effort) -> list[Row]:
    """Return the rows of this benchmark."""
    rows: list[Row] = []
    with home() as folder:
        for loop in ("uvloop", "asyncio"):
            subjects = [websockets(loop, folder, guarded=False), websockets(loop, folder, guarded=True)]
            rates: list[list[float]] = [[], []]
            costs: list[list[float]] = [[], []]
            with running(*subjects):
                for subject in subjects:
                    load.run("handshakes", subject.port, WARM, IN_FLIGHT, [load.HANDSHAKE])
                for number in range(2 * effort.rounds + 1):
                    for index in (0, 1) if number % 2 else (1, 0):
                        before = subjects[index].cpu()
                        done = load.run(
                            "handshakes", subjects[index].port, effort.handshakes, IN_FLIGHT, [load.HANDSHAKE]
                        )
                        if done.errors:
                            raise RuntimeError(f"{subjects[index].name}: {done.errors} good handshakes failed")
                        rates[index].append(done.rate)
                        costs[index].append(subjects[index].cpu() - before)
            rows.append(ratio(f"good handshakes per second, {loop}: gated / bare", rates[1], rates[0], at_least=0.97))
            rows.append(ratio(f"CPU per good handshake, {loop}: gated / bare", costs[1], costs[0]))
    return rows


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, measure))
