"""Every command that README and docs show is run, every rule that they name exists, and every link leads somewhere."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wsdoctor.demo.ports import free_port
from wsdoctor.fail2ban import FAILREGEX
from wsdoctor.rules import load_rules

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted(page for page in (ROOT / "docs").rglob("*.md") if page.parent.name != "rules")]
ELSEWHERE = {"make demo", "make test", "pip install ."}
"""Commands of README that the checks of a clean clone run themselves."""
SERVER = """
import asyncio, os
from websockets.asyncio.server import serve

async def echo(connection):
    async for message in connection:
        await connection.send(message)

async def main():
    async with serve(echo, "127.0.0.1", int(os.environ["PORT"])) as server:
        await server.serve_forever()

try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
"""


def shown() -> list[tuple[str, str]]:
    commands = []
    for page in PAGES:
        for block in re.findall(r"```console\n(.*?)```", page.read_text(), re.DOTALL):
            commands += [(page.name, line[2:]) for line in block.splitlines() if line.startswith("$ ")]
    return commands


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "server.py").write_text(SERVER)
    probe = {"head": "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: kube-probe/1.31\r\n\r\n", "peer": "10.0.0.1:4000"}
    (tmp_path / "strays.jsonl").write_text(json.dumps(probe) + "\n")
    baseline = {"schema": "wsdoctor/baseline/1", "findings": []}
    (tmp_path / "wsdoctor-baseline.json").write_text(json.dumps(baseline))
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for command in (
        ["init", "-q"],
        ["add", "."],
        [*identity, "commit", "-q", "-m", "first"],
        ["update-ref", "refs/remotes/origin/main", "HEAD"],
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True, capture_output=True, timeout=30)
    return tmp_path


def environment(port: int) -> dict[str, str]:
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PORT": str(port)}


@pytest.mark.parametrize(("page", "command"), [pair for pair in shown() if pair[1] not in ELSEWHERE])
def test_a_command_that_is_shown_works(page: str, command: str, folder: Path) -> None:
    if " run " in command:
        port = free_port()
        process = subprocess.Popen(
            ["bash", "-c", f"exec {command.replace('--ports 8080', f'--ports {port}')}"],
            cwd=folder, env=environment(port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        answered = knock(port)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)
        assert answered.startswith("HTTP/1.1 "), said
        assert "wsdoctor explain" in said
        assert "Traceback" not in said
        return
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment(0), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode in {0, 1}, f"{page}: {done.stderr}"
    assert done.stdout


def knock(port: int) -> str:
    curl = (
        "import sys, socket; s = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 5);"
        "s.sendall(b'GET /healthz HTTP/1.1\\r\\nHost: a\\r\\nUser-Agent: kube-probe/1.31\\r\\n\\r\\n');"
        "print(s.recv(100).decode())"
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        done = subprocess.run(
            [sys.executable, "-c", curl, str(port)], capture_output=True, text=True, timeout=30, check=False
        )
        if done.returncode == 0:
            return done.stdout
        time.sleep(0.1)
    return ""


def test_the_commands_that_run_elsewhere_are_run_there() -> None:
    checks = (ROOT / ".ci" / "run").read_text()
    assert "make test" in checks
    assert "wsdoctor demo" in checks
    assert "pip" in checks
    assert ELSEWHERE.issubset(command for _, command in shown())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_rule_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(r"wsdoctor explain ([a-z][a-z0-9-]+)", page.read_text())
    assert set(named) <= set(load_rules())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_the_pattern_for_fail2ban_is_the_one_that_is_tested() -> None:
    assert FAILREGEX in (ROOT / "docs" / "howto" / "fail2ban.md").read_text()


def test_every_command_of_the_program_is_in_the_readme() -> None:
    from wsdoctor.cli import commands

    readme = (ROOT / "README.md").read_text()
    assert all(f"`wsdoctor {command.NAME}" in readme for command in commands())
