"""Evidence of the files that a command was given, and its groups; shared by `diagnose` and `investigate`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import BinaryIO

from wsdoctor.cli._progress import Progress
from wsdoctor.diagnosis import KnowledgeBase
from wsdoctor.errors import InvalidInput
from wsdoctor.model.evidence import Evidence
from wsdoctor.model.report import Report

__all__ = ["grouped", "records"]

PROGRESS_EVERY = 10_000
"""Records between two words of progress; more would cost more than they tell."""


def records(files: Iterable[str], unreadable: list[InvalidInput]) -> Iterator[tuple[int, Evidence]]:
    """Yield record number and evidence of all files; a file that turns unreadable ends there and is remembered.

    Args:
        files: paths; ``-`` is standard input. Numbers go on from file to file.
        unreadable: takes what could not be read.

    """
    from wsdoctor.readers import read

    before = 0
    for path in files:
        last = 0
        try:
            with closing(_open(path)) as source:
                for number, evidence in read(source, "standard input" if path == "-" else path):
                    last = number
                    yield before + number, evidence
        except InvalidInput as error:
            unreadable.append(error)
        except OSError as error:
            unreadable.append(InvalidInput(f"cannot read: {error.strerror}", path))
        before += last


def _open(path: str) -> BinaryIO:
    if path != "-":
        return open(path, "rb")
    if sys.stdin.isatty():
        print("reading evidence or a raw request from the terminal; end with Ctrl-D", file=sys.stderr)  # noqa: T201
    return sys.stdin.buffer


def grouped(found: Iterator[tuple[int, Evidence]], base: KnowledgeBase, progress: Progress) -> Report:
    """Diagnose and group all records."""
    from wsdoctor.grouping import Grouper
    from wsdoctor.model.attempt import Attempt

    grouper = Grouper(rediagnose=base.diagnose, keep_records=True)
    for count, (number, evidence) in enumerate(found, 1):
        grouper.add(Attempt(evidence, base.diagnose(evidence)), number)
        if count % PROGRESS_EVERY == 0:
            progress(count)
    progress.end()
    return grouper.report()
