"""The pre-commit hook and the GitHub Action do what they say: their commands are run here."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.test_investigate import DOCKERFILE, SERVER

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "project"
    place.mkdir()
    (place / "server.py").write_text(SERVER)
    (place / "Dockerfile").write_text(DOCKERFILE)
    return place


def environment(folder: Path, **variables: str) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "XDG_CACHE_HOME": str(folder.parent / "cache"), **variables}


def test_the_hook_inspects_the_repository(folder: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert (hook["id"], hook["language"], hook["pass_filenames"]) == ("wsdoctor-inspect", "python", False)
    done = subprocess.run(
        shlex.split(hook["entry"]), cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout.startswith("Dockerfile:4:1")


def action() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "action.yml").read_text())


def inspect(folder: Path, **inputs: str) -> tuple[int, str, str]:
    """Run the script of the action with its inputs; return exit code, outputs and summary."""
    defined = action()
    (step,) = [step for step in defined["runs"]["steps"] if step.get("id") == "inspect"]
    values = {name: each["default"] for name, each in defined["inputs"].items()} | inputs
    given = {name: values[each.split("inputs.")[1].removesuffix(" }}")] for name, each in step["env"].items()}
    output, summary = folder.parent / "output", folder.parent / "summary"
    output.write_text("")
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]], cwd=folder, capture_output=True, text=True, timeout=60,
        check=False, env=environment(folder, GITHUB_OUTPUT=str(output), GITHUB_STEP_SUMMARY=str(summary), **given),
    )  # fmt: skip
    return done.returncode, output.read_text(), summary.read_text() if summary.exists() else ""


def test_the_action_writes_sarif_and_a_summary(folder: Path) -> None:
    code, output, summary = inspect(folder)
    assert (code, output) == (0, "found=true\n")
    assert summary.startswith("**2 files, 1 WebSocket-only listener: 1 finding, 1 to act on.**")
    (result,) = json.loads((folder / "wsdoctor.sarif").read_text())["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "Dockerfile"


def test_addresses_are_relative_to_the_checkout(folder: Path) -> None:
    assert inspect(folder.parent, path="project")[0] == 0
    (result,) = json.loads((folder.parent / "wsdoctor.sarif").read_text())["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "project/Dockerfile"


def test_the_action_with_nothing_found_and_with_wrong_inputs(folder: Path) -> None:
    assert inspect(folder, **{"changed-since": "nowhere"})[:2] == (2, "")
    assert inspect(folder, baseline="none.json")[:2] == (2, "")
    assert inspect(folder, path="--help; touch sprung")[:2] == (2, "")
    assert not (folder / "sprung").exists()
    (folder / "Dockerfile").unlink()
    assert inspect(folder, **{"sarif-file": "a b.sarif"})[:2] == (0, "found=false\n")
    assert (folder / "a b.sarif").exists()


def test_no_input_is_pasted_into_a_script() -> None:
    for step in action()["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
