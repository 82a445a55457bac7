"""Run every benchmark and print one table: figure, goal, verdict.

``--quick`` ends in less than two minutes, without it in less than ten. ``--only NAME`` runs one of them.
A missed goal is shown; with ``--strict`` it also makes the exit code 1. Absolute times are those of this
machine at this moment; only the ratios say something about wsdoctor.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
import time
from collections.abc import Callable

from benchmarks import handshakes, imports, inspection, memory, messages, strays
from benchmarks.table import FULL, QUICK, Effort, Row, Skipped, show

GROUPING = "benchmarks.grouping_memory"
GROUPING_LIMIT = 180
"""Seconds."""
GROUPING_LINE = re.compile(r"(\S+) +([\d,]+) attempts .* grew +(-?[\d.]+) MiB of ([\d.]+)")


def grouping(effort: Effort) -> list[Row]:
    """Return the growth of the grouping over distinct fingerprints, as its own script measures it."""
    if importlib.util.find_spec(GROUPING) is None:
        return []
    scale = "1" if effort is FULL else "0.1"
    done = subprocess.run(
        [sys.executable, "-m", GROUPING, scale],
        capture_output=True,
        text=True,
        timeout=GROUPING_LIMIT,
        check=False,
    )
    found = GROUPING_LINE.findall(done.stdout)
    if not found:
        raise RuntimeError(f"{GROUPING} said {done.stdout[-300:]!r} {done.stderr[-300:]!r}")
    rows = []
    for kind, count, grown, goal in found:
        name = f"memory growth of the grouping alone, {count} attempts, {kind}"
        rows.append(Row(name, float(grown), "MiB", goal=f"at most {goal}", met=float(grown) <= float(goal)))
    return rows


BENCHMARKS: dict[str, Callable[[Effort], list[Row]]] = {
    "imports": imports.measure,
    "strays": strays.measure,
    "handshakes": handshakes.measure,
    "messages": messages.measure,
    "memory": memory.measure,
    "grouping": grouping,
    "inspection": inspection.measure,
}


def main() -> int:
    """Run the benchmarks that were asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds and connections")
    parser.add_argument("--strict", action="store_true", help="exit 1 if a goal is missed or a benchmark fails")
    parser.add_argument("--only", action="append", choices=list(BENCHMARKS), help="run this one; may be repeated")
    arguments = parser.parse_args()
    rows: list[Row] = []
    whole = True
    for name in arguments.only or BENCHMARKS:
        began = time.monotonic()
        print(f"bench: {name} …", end="", flush=True)
        try:
            rows += BENCHMARKS[name](QUICK if arguments.quick else FULL)
        except Skipped as reason:
            print(f" skipped: {reason}", flush=True)
        except (OSError, RuntimeError, subprocess.TimeoutExpired) as error:
            whole = False
            print(f" failed: {error}", flush=True)
        else:
            print(f" {time.monotonic() - began:.0f} s", flush=True)
    met = show(rows)
    return int(arguments.strict and not (met and whole))


if __name__ == "__main__":
    sys.exit(main())
