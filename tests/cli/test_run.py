from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from wsdoctor.cli import main
from wsdoctor.cli.run import configure, environment_of
from wsdoctor.errors import InvalidInput

SERVER = """
import asyncio, logging, sys
from websockets.asyncio.server import serve

async def echo(connection):
    async for message in connection:
        await connection.send(message)

async def main():
    async with serve(echo, "127.0.0.1", 0) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

asyncio.run(main())
"""
STRAY = b"GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: kube-probe/1.31\r\n\r\n"


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    configure(parser)
    return parser.parse_args(arguments)


def started(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `wsdoctor run` with arguments and return what became of it."""
    return subprocess.run(
        [sys.executable, "-m", "wsdoctor", "run", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        env={**os.environ, **environment},
        check=False,
    )


def python(code: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return started(*options, "--", sys.executable, "-c", textwrap.dedent(code), **environment)


def test_the_options_become_variables(tmp_path: Path) -> None:
    arguments = parsed(
        "--record", str(tmp_path / "r"), "--ports", "8080,8081", "--health-path", "/a", "--health-path", "/b",
        "--websocket-path", "/ws", "--watch-only", "--log", "json", "--quiet", "--", "true",
    )  # fmt: skip
    changed = environment_of(arguments, {"PYTHONPATH": os.pathsep.join(["", "/elsewhere"]), "HOME": "/home"})
    folder, other = changed.pop("PYTHONPATH").split(os.pathsep)
    assert (Path(folder) / "sitecustomize.py").is_file()
    assert other == "/elsewhere"
    assert changed == {
        "HOME": "/home",
        "WSDOCTOR_RECORD": str(tmp_path / "r"),
        "WSDOCTOR_PORTS": "8080,8081",
        "WSDOCTOR_HEALTH_PATHS": "/a,/b",
        "WSDOCTOR_WEBSOCKET_PATHS": "/ws",
        "WSDOCTOR_ANSWER": "no",
        "WSDOCTOR_LOG": "json",
        "WSDOCTOR_QUIET": "yes",
    }
    again = environment_of(parsed("--", "true"), {"PYTHONPATH": folder})
    assert again == {"PYTHONPATH": folder}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--ports", "http"), "--ports: 'http' is no port"),
        (("--health-path", "up"), "--health-path: 'up' is no path"),
        (("--websocket-path", "ws"), "--websocket-path: 'ws' is no path"),
        (("--record", "/no/such/folder/r"), "/no/such/folder: there is no such folder"),
        (("--record", "/"), "/: is a folder"),
    ],
)
def test_a_bad_option_is_named(options: tuple[str, ...], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        environment_of(parsed(*options, "--", "true"), {})


def test_a_bad_variable_is_named() -> None:
    with pytest.raises(InvalidInput, match="WSDOCTOR_LOG: 'loud'"):
        environment_of(parsed("--", "true"), {"WSDOCTOR_LOG": "loud"})


def test_a_record_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(InvalidInput, match="cannot write there"):
        environment_of(parsed("--record", str(tmp_path / "r"), "--", "true"), {})


@pytest.mark.parametrize("arguments", [["run"], ["run", "--"], ["run", "--quiet", "--"]])
def test_without_a_command_there_is_one_clear_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "nothing to start; for example: wsdoctor run -- python server.py" in error


def test_a_command_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--", "no-such-command-anywhere"]) == 127
    assert capsys.readouterr().err == "wsdoctor run: no-such-command-anywhere: command not found\n"


def test_a_command_that_cannot_be_executed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "script"
    script.write_text("text")
    assert main(["run", str(script)]) == 126
    assert "Permission denied" in capsys.readouterr().err


def test_the_exit_code_and_the_output_are_those_of_the_command() -> None:
    done = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)")
    assert (done.returncode, done.stdout, done.stderr) == (7, "out\n", "err\n")


def test_a_server_is_guarded_without_a_change_and_ends_by_a_signal(tmp_path: Path) -> None:
    script, record = tmp_path / "server.py", tmp_path / "strays.jsonl"
    script.write_text(SERVER)
    command = [sys.executable, "-m", "wsdoctor", "run", "--record", str(record), "--", sys.executable, str(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        with socket.create_connection(("127.0.0.1", port), 5) as peer:
            peer.sendall(STRAY)
            assert peer.recv(100).startswith(b"HTTP/1.1 200 OK")
        for _ in range(200):
            if record.exists() and record.stat().st_size:
                break
            time.sleep(0.01)
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == -signal.SIGTERM
    found = json.loads(record.read_text())
    assert (found["listener"], found["status"]) == (f"127.0.0.1:{port}", 200)
    assert found["findings"][0]["class"] == "health-check"


def test_children_are_guarded_too() -> None:
    code = """
    import subprocess, sys
    inner = "import asyncio; print(hasattr(asyncio.base_events.BaseEventLoop.create_server, '__wrapped__'))"
    subprocess.run([sys.executable, "-c", inner], check=True)
    """
    assert python(code).stdout == "True\n"


def test_spawned_workers_are_guarded_too(tmp_path: Path) -> None:
    script = tmp_path / "spawns.py"
    script.write_text(
        textwrap.dedent("""
        import multiprocessing

        def work():
            import asyncio
            print(hasattr(asyncio.base_events.BaseEventLoop.create_server, "__wrapped__"), flush=True)

        if __name__ == "__main__":
            process = multiprocessing.get_context("spawn").Process(target=work)
            process.start()
            process.join()
        """)
    )
    assert started("--", sys.executable, str(script)).stdout == "True\n"


def test_a_process_that_needs_no_guard_loads_none() -> None:
    done = python("import sys; print([name for name in sys.modules if name.startswith('wsdoctor')])")
    assert "wsdoctor.installation" not in done.stdout


def test_an_existing_sitecustomize_is_run_and_the_folder_is_off_the_path(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.was_here = __file__\n")
    code = """
    import sys, sitecustomize
    print(sys.was_here == sitecustomize.__file__, any("startup" in entry for entry in sys.path))
    """
    assert python(code, PYTHONPATH=str(tmp_path)).stdout == "True False\n"


def test_an_existing_sitecustomize_fails_as_it_does_without_us(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import no_such_thing_at_all\n")
    bare = subprocess.run(
        [sys.executable, "-c", "print(1)"], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    environment = environment_of(parsed("--", "x"), {**os.environ, "PYTHONPATH": str(tmp_path)})
    done = subprocess.run(
        [sys.executable, "-c", "print(1)"], capture_output=True, text=True, check=False, env=environment
    )
    assert (done.stdout, done.stderr) == (bare.stdout, bare.stderr)
    assert "no_such_thing_at_all" in done.stderr


def test_where_wsdoctor_cannot_be_imported_nothing_is_to_be_seen(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "other")], check=True)
    other = str(tmp_path / "other" / "bin" / "python")
    code = "import sys, asyncio; print([name for name in sys.modules if 'wsdoctor' in name])"
    done = started("--", other, "-c", code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


def test_a_failing_installation_is_quiet() -> None:
    done = python("import asyncio; print('fine')", WSDOCTOR_HEAD_TIMEOUT="1")
    assert done.stdout == "fine\n"
    folder = environment_of(parsed("--", "x"), {})["PYTHONPATH"]
    done = subprocess.run(
        [sys.executable, "-c", "import asyncio; print('fine')"], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": folder, "WSDOCTOR_PORTS": "broken"},
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("fine\n", "")
