from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from fuzzing.run import changed
from fuzzing.targets import SEEDS, TARGETS

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_keeps_its_promise_on_every_seed(name: str) -> None:
    for seed in SEEDS:
        for data in (seed, seed[: len(seed) // 2]):
            try:
                TARGETS[name](data)
            except Exception as broken:  # noqa: BLE001
                pytest.fail(f"{name} of {data!r}: {broken!r}")


def test_changes_are_the_same_in_every_run() -> None:
    one, other = (changed(SEEDS[0], list(SEEDS), random.Random(5)) for _ in range(2))
    assert one == other != SEEDS[0]


def test_an_input_can_be_tried_again(tmp_path: Path) -> None:
    file = tmp_path / "crash"
    file.write_bytes(SEEDS[0])
    command = [sys.executable, "fuzzing/run.py", "read", str(file)]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    command[-1] = "nowhere"
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert ended.returncode == 2
    assert b"nowhere: neither a file nor one of recognise" in ended.stderr
