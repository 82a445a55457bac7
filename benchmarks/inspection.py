r"""How long `wsdoctor inspect` takes over twenty thousand files, beside ripgrep listing and reading the same files.

The tree is that of `source_tree`. Each round runs, one after the other and on the same processors:

- ripgrep: ``rg --files`` and ``rg --count 'WebSocket|Upgrade: \w+'``, both with
  ``--no-config --no-ignore --hidden --threads N``, N the processors that wsdoctor uses too;
- a first run of wsdoctor, with a cache that holds nothing;
- a second run, nothing changed;
- a run over a copy of the tree elsewhere, whose files were just written, as a clone in continuous integration has them;
- plain Python that walks the tree and reads every file, in one process.

Times are from start to end of the whole command, start of the interpreter and all imports included; wsdoctor runs as it
is installed, with its bytecode in place. Memory is the most that the command and its workers held at one time together,
pages that they share counted for each of them. Where ripgrep is not installed there is nothing to measure against, and
the benchmark says so.
"""

from __future__ import annotations

import compileall
import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence

from benchmarks.source_tree import FILES, write_tree
from benchmarks.table import Effort, Row, Skipped, median, ratio, run_alone

__all__ = ["measure"]

FIRST, SECOND, MEMORY = 8.0, 2.0, 400.0
"""Goals: times that of ripgrep, and MiB."""

SETTLED = 3.0
"""Seconds after which wsdoctor takes a file that was just written for settled."""

LIMIT = 300
"""Seconds that one command may take."""

WALK = """
import os, sys
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            file.read()
"""


def ripgrep() -> str:
    """Return where ripgrep is.

    Raises:
        Skipped: if it is not installed.

    """
    found = shutil.which("rg")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout if found else ""
    if found is None or not said.startswith("ripgrep "):
        raise Skipped("ripgrep is not installed (rg), and nothing else is measured against")
    return found


def took(*commands: Sequence[str], environment: dict[str, str], codes: tuple[int, ...] = (0,)) -> tuple[float, float]:
    """Return the seconds that commands take one after the other, and those of processors that they use.

    Raises:
        RuntimeError: if one of them fails.

    """
    began, before = time.perf_counter(), os.times()
    for command in commands:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, env=environment, timeout=LIMIT, check=False)
        if done.returncode not in codes:
            raise RuntimeError(f"{command[0]} ended with {done.returncode}")
    seconds, after = time.perf_counter() - began, os.times()
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return seconds, used


def peak(command: Sequence[str], environment: dict[str, str]) -> float:
    """Return the MiB that a command and the processes that it started held at most, together."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    ended = threading.Event()
    most = 0
    watch = threading.Thread(target=lambda: (process.wait(LIMIT), ended.set()))
    watch.start()
    while not ended.wait(0.01):
        most = max(most, sum(map(_resident, [process.pid, *_children(process.pid)])))
    watch.join()
    return most * os.sysconf("SC_PAGE_SIZE") / 2**20


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        own = [int(child) for child in file.read().split()]
        return [*own, *(further for child in own for further in _children(child))]
    return []


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1])
    return 0


def findings(command: Sequence[str], environment: dict[str, str]) -> object:
    """Return what a run of wsdoctor finds."""
    done = subprocess.run(
        [*command, "--format", "json"], capture_output=True, env=environment, timeout=LIMIT, check=False
    )
    return json.loads(done.stdout)["findings"]


def measure(effort: Effort) -> list[Row]:
    """Return the rows of this benchmark."""
    rg = ripgrep()
    spec = importlib.util.find_spec("wsdoctor")
    assert spec is not None
    assert spec.origin is not None
    compileall.compile_dir(os.path.dirname(spec.origin), quiet=2)
    cores = str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    with tempfile.TemporaryDirectory(prefix="wsdoctor-bench-") as folder:
        tree, clone, cache = (os.path.join(folder, name) for name in ("tree", "clone", "cache"))
        os.mkdir(tree)
        size = write_tree(tree)
        time.sleep(SETTLED)
        environment = {**os.environ, "WSDOCTOR_CACHE": cache}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        options = ["--no-config", "--no-ignore", "--hidden", "--threads", cores]
        search = ([rg, *options, "--files", tree], [rg, *options, "--count", r"WebSocket|Upgrade: \w+", tree])
        inspect = [sys.executable, "-m", "wsdoctor", "inspect"]
        times: dict[str, list[float]] = {}
        work: dict[str, list[float]] = {}

        def round_of(name: str, run: Callable[[], tuple[float, float]]) -> None:
            seconds, used = run()
            times.setdefault(name, []).append(seconds)
            work.setdefault(name, []).append(used)

        took(*search, environment=environment)
        for _ in range(effort.rounds):
            shutil.rmtree(cache, ignore_errors=True)
            shutil.rmtree(clone, ignore_errors=True)
            shutil.copytree(tree, clone, copy_function=shutil.copyfile)
            round_of("ripgrep", lambda: took(*search, environment=environment))
            for name, root in (("first", tree), ("second", tree), ("clone", clone)):
                round_of(name, lambda root=root: took([*inspect, root], environment=environment, codes=(0, 1)))
            round_of("plain", lambda: took([sys.executable, "-c", WALK, tree], environment=environment))
        kept = findings([*inspect, tree], environment)
        if not kept or kept != findings([*inspect, tree, "--no-cache"], environment):
            raise RuntimeError("the cache changes what is found")
        most = peak([*inspect, "--no-cache", tree], environment)
    base = times["ripgrep"]
    note = f"{FILES:,} files of {size / 2**20:.0f} MiB, {cores} processors"
    return [
        Row("inspect: ripgrep, listing and reading", median(base), "s", (min(base), max(base)), note=note),
        ratio("inspect: first run / ripgrep", times["first"], base, at_most=FIRST),
        ratio("inspect: second run, nothing changed / ripgrep", times["second"], base, at_most=SECOND),
        ratio("inspect: first run / ripgrep, processor time", work["first"], work["ripgrep"]),
        ratio("inspect: second run / ripgrep, processor time", work["second"], work["ripgrep"]),
        ratio("inspect: a fresh clone of a known tree / ripgrep", times["clone"], base),
        ratio("inspect: first run / walk and read in Python", times["first"], times["plain"]),
        Row("inspect: most memory, with workers", most, "MiB", goal=f"at most {MEMORY:.0f}", met=most <= MEMORY),
    ]


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, measure))
