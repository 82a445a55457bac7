"""How much memory the grouper grows by under floods, and what one attempt costs.

Each measurement runs in a process of its own, so that none profits from memory that another one freed:
300,000 strays of 24 kinds from 64 peers; 1,000,000 attempts with a fingerprint each, all different; and
100,000 of them with a head of 7 KiB each. Prints megabytes of resident memory and microseconds per attempt.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator

from wsdoctor.grouping import Grouper, key_of
from wsdoctor.journal import Journal
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.finding import CLASSES, Diagnosis, Finding
from wsdoctor.wire.attempt import evidence

DIAGNOSES = [Diagnosis((Finding(f"rule-{cls}", cls, "note", 0.9, "title", "reason", "remedy"),)) for cls in CLASSES]
START = 1_790_000_000.0
LIMITS = {"strays": 8.0, "distinct": 64.0, "distinct-large": 64.0}


def resident() -> float:
    """Return megabytes of resident memory."""
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def strays(count: int) -> Iterator[Attempt]:
    heads = [b"GET /path%d HTTP/1.1\r\nHost: a\r\nUser-Agent: curl/8.%d\r\n\r\n" % (kind, kind) for kind in range(24)]
    for number in range(count):
        facts = {"at": START + number / 50, "peer": f"10.0.0.{number % 64}", "peer_port": number & 0xFFFF}
        yield Attempt(evidence(heads[number % 24], **facts), DIAGNOSES[number % len(DIAGNOSES)])


def distinct(count: int, padding: int = 0) -> Iterator[Attempt]:
    pad = b"".join(b"X-%d: %b\r\n" % (line, b"x" * 100) for line in range(padding))
    for number in range(count):
        head = b"GET /p HTTP/1.1\r\nHost: a\r\nX-N%d: 1\r\nUser-Agent: agent%d/1\r\n%b\r\n" % (number, number, pad)
        peer = f"45.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        yield Attempt(evidence(head, at=START + number / 500, peer=peer), DIAGNOSES[number % len(DIAGNOSES)])


def measure(name: str, attempts: Iterator[Attempt], keyed: bool) -> None:
    """Feed a grouper and a journal, and print what it took."""
    grouper, journal = Grouper(), Journal(style="off")
    keys: dict[tuple[bytes | None, int], object] = {}
    first = next(attempts)
    journal.seen(first, grouper.add(first))
    before, spent, count = resident(), 0.0, 1
    for attempt in attempts:
        key = None
        if keyed:
            slot = (attempt.evidence.first_bytes, id(attempt.diagnosis))
            key = keys.get(slot)
            if key is None:
                key = keys[slot] = key_of(attempt.evidence, attempt.diagnosis)
        begin = time.perf_counter()
        journal.seen(attempt, grouper.add(attempt, None, key))  # type: ignore[arg-type]
        spent += time.perf_counter() - begin
        count += 1
    grown = resident() - before
    report = grouper.report()
    assert report.attempts == count
    ok = "ok" if grown <= LIMITS[name] else "TOO MUCH"
    print(
        f"{name:15} {count:>9,} attempts {len(report.groups):>5} groups  grew {grown:6.1f} MiB of {LIMITS[name]:.0f}  "
        f"{spent / count * 1e6:5.2f} us each  {ok}"
    )


def main() -> None:
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    runs = [
        ("strays", lambda: strays(int(300_000 * scale)), True),
        ("distinct", lambda: distinct(int(1_000_000 * scale)), False),
        ("distinct-large", lambda: distinct(int(100_000 * scale), 60), False),
    ]
    for name, make, keyed in runs:
        process = multiprocessing.get_context("fork").Process(target=lambda: measure(name, make(), keyed))  # noqa: B023
        process.start()
        process.join()
        if process.exitcode:
            sys.exit(process.exitcode)


if __name__ == "__main__":
    main()
