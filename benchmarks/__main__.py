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

from benchmarks import handshakes, imports, memory, messages, strays
from benchmarks.table import FULL, QUICK, Effort, Row, show

GROUPING = "benchmarks.grouping_memory"
GROUPING_GOAL = 64.0
"""MiB of growth over 1,000,000 distinct fingerprints."""
GROUPING_LIMIT = 180


def grouping(effort: Effort) -> list[Row]:
    """Return the growth of the grouping over distinct fingerprints, as its own script measures it."""
    if importlib.util.find_spec(GROUPING) is None:
        return []
    count = 1_000_000 if effort is FULL else 200_000
    done = subprocess.run(
        [sys.executable, "-m", GROUPING, str(count)],
        capture_output=True,
        text=True,
        timeout=GROUPING_LIMIT,
        check=False,
    )
    found = re.findall(r"([\d.]+)\s*MiB", done.stdout)
    if not found:
        raise RuntimeError(f"{GROUPING} said {done.stdout[-300:]!r} {done.stderr[-300:]!r}")
    grown = float(found[-1])
    name = f"memory growth of the grouping over {count:,} distinct fingerprints"
    return [Row(name, grown, "MiB", goal=f"at most {GROUPING_GOAL:.0f}", met=grown <= GROUPING_GOAL)]


BENCHMARKS: dict[str, Callable[[Effort], list[Row]]] = {
    "imports": imports.measure,
    "strays": strays.measure,
    "handshakes": handshakes.measure,
    "messages": messages.measure,
    "memory": memory.measure,
    "grouping": grouping,
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
        except (OSError, RuntimeError, subprocess.TimeoutExpired) as error:
            whole = False
            print(f" failed: {error}", flush=True)
        else:
            print(f" {time.monotonic() - began:.0f} s", flush=True)
    met = show(rows)
    return int(arguments.strict and not (met and whole))


if __name__ == "__main__":
    sys.exit(main())
