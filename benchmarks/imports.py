"""How long ``import wsdoctor`` takes beside ``import websockets.asyncio.server``, in isolated interpreters.

Each is an interpreter of its own (``python -I``) with nothing else imported; its CPU time, less that of one
that imports nothing, is the figure. They take turns, and medians are compared.
"""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.table import Effort, Row, median, run_alone

__all__ = ["measure"]

CODE = {
    "nothing": "pass",
    "wsdoctor": "import wsdoctor",
    "wsdoctor, installed": "import wsdoctor; wsdoctor.install()",
    "websockets": "import websockets.asyncio.server",
}


def cpu_of(code: str) -> float:
    """Return the CPU seconds of an isolated interpreter that runs the code."""
    process = subprocess.Popen([sys.executable, "-I", "-c", code])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"python -I -c {code!r} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def measure(effort: Effort) -> list[Row]:
    """Return the rows of this benchmark."""
    spent: dict[str, list[float]] = {name: [] for name in CODE}
    for _ in range(effort.imports):
        for name, code in CODE.items():
            spent[name].append(cpu_of(code))
    empty = median(spent.pop("nothing"))
    cost = {name: max(median(values) - empty, 0.0) for name, values in spent.items()}
    rows = [Row(f"import of {name}", seconds * 1000, "ms") for name, seconds in cost.items()]
    value = cost["wsdoctor"] / cost["websockets"]
    return [*rows, Row("import: wsdoctor / websockets", value, "x", goal="at most 1", met=value <= 1)]


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, measure))
