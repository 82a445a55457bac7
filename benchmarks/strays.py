"""CPU time per stray: nginx ``return 426``, bare `websockets`, and `websockets` behind the gate.

A stray is one connection with one HTTP request that is no handshake. CPU is that of the server's process
alone. In each round every server gets the same strays, one server after the other; the figure is the median
over the rounds of the ratio within a round, so that what else the machine does weighs on both sides alike.
The gate has everything on: full diagnosis, grouping, log lines, record file.

Three kinds of traffic: ``one kind`` (a plain request, always the same bytes: a health check), ``mixed``
(twelve senders in turn), ``all different`` (no two requests have the same path). The goals are for the
first, which is what the prototypes were measured with; the others show what remembering saves. A gated
server is compared with the bare one on the same event loop.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from benchmarks import load
from benchmarks.subjects import Subject, home, nginx, running, websockets
from benchmarks.table import Effort, Row, median, ratio, run_alone

__all__ = ["SENDERS", "measure"]

LOOPS = ("uvloop", "asyncio")
IN_FLIGHT = 64
WARM = 500
SETTLE = 0.1
"""Seconds between the last stray and the reading, so that what is written afterwards counts too."""
RECORD_LIMIT = 5.0
"""Seconds until what was settled must be in the record file."""
PLAIN = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n"
    b"X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n\r\n"
)
SENDERS = tuple(
    f"{line} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n{fields}\r\n\r\n".encode()
    for line, fields in (
        ("GET /healthz", "User-Agent: kube-probe/1.31\r\nAccept: */*\r\nConnection: close"),
        ("GET /", "User-Agent: ELB-HealthChecker/2.0\r\nConnection: close"),
        ("GET /", "User-Agent: curl/8.5.0\r\nAccept: */*"),
        ("HEAD /", "User-Agent: Wget/1.21.4\r\nAccept: */*\r\nAccept-Encoding: identity\r\nConnection: Keep-Alive"),
        ("GET /", "User-Agent: GoogleHC/1.0\r\nConnection: Keep-alive"),
        ("GET /favicon.ico", "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0.0.0\r\nSec-Fetch-Dest: image"),
        ("GET /", "User-Agent: python-requests/2.32.3\r\nAccept-Encoding: gzip, deflate\r\nAccept: */*"),
        ("GET /socket.io/?EIO=4&transport=polling", "User-Agent: node-XMLHttpRequest\r\nAccept: */*"),
        ("GET /.env", "User-Agent: Mozilla/5.0 zgrab/0.x\r\nAccept: */*"),
        ("GET /metrics", "User-Agent: Prometheus/3.1.0\r\nX-Prometheus-Scrape-Timeout-Seconds: 10"),
        ("GET /", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13"),
        ("OPTIONS /", "Origin: http://localhost:5000\r\nAccess-Control-Request-Method: POST"),
    )
)


def different(count: int, seed: int) -> list[bytes]:
    """Return requests of which no two have the same path."""
    paths = (f"/{seed:x}/{number * 2654435761 % 2**32:x}" for number in range(count))
    return [PLAIN.replace(b"GET /", b"GET " + path.encode(), 1) for path in paths]


def cost(subject: Subject, count: int, payloads: list[bytes]) -> float:
    """Return the CPU seconds of the server for so many strays."""
    before = subject.cpu()
    done = load.run("strays", subject.port, count, IN_FLIGHT, payloads)
    time.sleep(SETTLE)
    if done.errors > count // 100:
        raise RuntimeError(f"{subject.name}: {done.errors} of {count} strays were not answered and closed")
    return subject.cpu() - before


def check_recorded(subject: Subject) -> None:
    """Raise unless the gate of the server is in its place and records; else a bare server would be praised."""
    record = Path(subject.command[-1])
    limit = time.monotonic() + RECORD_LIMIT
    while not (record.exists() and record.stat().st_size):
        if time.monotonic() > limit:
            raise RuntimeError(f"{subject.name} records nothing: the guard is not in it")
        time.sleep(0.1)


def measure(effort: Effort) -> list[Row]:
    """Return the rows of this benchmark."""
    with home() as folder:
        gated = {loop: websockets(loop, folder, guarded=True) for loop in LOOPS}
        bare = [websockets(loop, folder, guarded=False) for loop in LOOPS]
        reference = nginx(folder)
        subjects = [*gated.values(), *bare, *([reference] if reference else [])]
        rows: list[Row] = []
        with running(*subjects):
            for subject in subjects:
                cost(subject, WARM, [PLAIN, *SENDERS])
            for subject in gated.values():
                check_recorded(subject)
            for traffic in ("one kind", "mixed", "all different"):
                rows += _compare(traffic, subjects, effort)
        return rows


def _compare(traffic: str, subjects: list[Subject], effort: Effort) -> list[Row]:
    spent: dict[str, list[float]] = {subject.name: [] for subject in subjects}
    for number in range(effort.rounds if traffic == "one kind" else max(2, effort.rounds // 2)):
        payloads = {"one kind": [PLAIN], "mixed": list(SENDERS)}.get(traffic) or different(effort.strays, number)
        for subject in subjects if number % 2 else subjects[::-1]:
            spent[subject.name].append(cost(subject, effort.strays, payloads))
    strict = traffic == "one kind"
    rows = [
        Row(f"CPU s per 10k strays, {traffic}: {name}", median(each) * 10_000 / effort.strays, "s")
        for name, each in spent.items()
    ]
    for loop in LOOPS:
        mine = spent[f"gated {loop}"]
        if "nginx" in spent:
            goal = 1.5 if strict and loop == "uvloop" else None
            rows.append(ratio(f"strays, {traffic}: gated {loop} / nginx", mine, spent["nginx"], at_most=goal))
        goal = 1 / 6 if strict else None
        rows.append(ratio(f"strays, {traffic}: gated {loop} / bare {loop}", mine, spent[f"bare {loop}"], at_most=goal))
    return rows


if __name__ == "__main__":
    sys.exit(run_alone(__doc__, measure))
