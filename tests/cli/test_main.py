import os
import subprocess
import sys

import pytest

from wsdoctor import cli


def run(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "wsdoctor", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


def test_every_module_of_the_folder_is_a_command() -> None:
    names = [command.NAME for command in cli.commands()]
    assert {"demo", "diagnose", "explain", "run"} <= set(names)
    assert names == sorted(names)


@pytest.mark.parametrize("command", [command.NAME for command in cli.commands()])
def test_every_command_has_help_with_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert "examples:" in said.lower()
    assert f"wsdoctor {command}" in said


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert "commands" in capsys.readouterr().out


def test_an_unknown_command_is_wrong_usage() -> None:
    done = run("nonsense")
    assert done.returncode == 2
    assert "nonsense" in done.stderr
    assert "Traceback" not in done.stderr


def test_version() -> None:
    assert run("--version").stdout.startswith("wsdoctor ")


def test_a_failure_is_one_line_on_standard_error() -> None:
    done = run("diagnose", "/nowhere/strays.jsonl")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "wsdoctor diagnose: /nowhere/strays.jsonl: cannot read: No such file or directory\n"


def test_a_reader_that_goes_away_does_no_harm() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "wsdoctor", "explain"], stdout=write, stderr=subprocess.PIPE, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def test_one_command_is_loaded_alone() -> None:
    assert [command.NAME for command in cli.commands("run")] == ["run"]
    assert cli.commands("nonsense") == cli.commands()
    code = "import sys; from wsdoctor import cli; cli.build_parser('inspect'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout
    assert "wsdoctor.cli.inspect" in loaded.split()
    assert {"wsdoctor.cli.demo", "wsdoctor.diagnosis", "importlib.metadata"}.isdisjoint(loaded.split())
