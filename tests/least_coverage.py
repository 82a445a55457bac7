"""Fails if any module is covered less than it must be, and names those: ``least_coverage.py 95 'pattern,pattern'``.

A total hides a module that nothing tests behind those that are tested well; so each counts by itself, with its
branches, and there is no list of exceptions. ``make test`` runs this on the measurement that it has just made.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import coverage


def below(least: float, omit: list[str]) -> Iterator[tuple[str, float]]:
    """Yield the modules that are covered less, with their percentage.

    Args:
        least: percentage of statements and branches.
        omit: patterns of files that other words of the Makefile look at.

    """
    measured = coverage.Coverage()
    measured.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        measured.json_report(omit=omit, outfile=str(report))
        files = json.loads(report.read_text())["files"]
    for name, found in sorted(files.items()):
        percent = found["summary"]["percent_covered"]
        if percent < least:
            yield name, percent


def main(arguments: list[str]) -> int:
    """Print the modules that are covered too little and return the exit code."""
    least = float(arguments[0])
    found = list(below(least, arguments[1].split(",") if arguments[1:] else []))
    for name, percent in found:
        print(f"{name}: {percent:.1f} %, less than {least:g} %")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
