"""Echoed messages, bare and gated: per second, and the server's CPU time for each.

32 WebSockets are open; on each, a message of 64 bytes goes out as soon as the last one has come back. The
gate has left the connection by then, so the goal is no difference but noise, which is taken as 3 percent.
"""

from __future__ import annotations

import sys

from benchmarks import load
from benchmarks.subjects import home, running, websockets
from benchmarks.table import Effort, Row, ratio, run_alone

__all__ = ["measure"]

CONNECTIONS = 32
NOISE = 0.03


def measure(effort: Effort) -> list[Row]:
    """Return the rows of this benchmark."""
    rows: list[Row] = []
    payloads = [load.HANDSHAKE, load.FRAME]
    with home() as folder:
        for loop in ("uvloop", "asyncio"):
            subjects = [websockets(loop, folder, guarded=False), websockets(loop, folder, guarded=True)]
            rates: list[list[float]] = [[], []]
            costs: list[list[float]] = [[], []]
            with running(*subjects):
                for subject in subjects:
                    load.run("echo", subject.port, CONNECTIONS * 50, CONNECTIONS, payloads)
                for number in range(effort.rounds):
                    for index in (0, 1) if number % 2 else (1, 0):
                        before = subjects[index].cpu()
                        done = load.run("echo", subjects[index].port, effort.messages, CONNECTIONS, payloads)
                        rates[index].append(done.rate)
                        costs[index].append(subjects[index].cpu() - before)
            name = f"echoed messages per second, {loop}: gated / bare"
            rows.append(ratio(name, rates[1], rates[0], at_least=1 - NOISE))
            rows.append(ratio(f"CPU per echoed message, {loop}: gated / bare", costs[1], costs[0]))
    return rows


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, measure))
