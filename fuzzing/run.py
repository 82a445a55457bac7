"""Fuzz the parsers, each target for some seconds, guided by coverage where atheris is installed.

    python fuzzing/run.py                         # every target, a minute in all
    python fuzzing/run.py --seconds 600 read      # one of them, ten minutes
    python fuzzing/run.py read .cache/fuzzing/crash-5f3a   # try one input again

``pip install atheris`` brings the fuzzer. Without it the seeds are changed at random, which finds less and says
so. An input that breaks a promise is kept in ``.cache/fuzzing/crash-…``, its traceback is printed, and the exit
code is 1. What was found worth keeping goes to ``.cache/fuzzing/TARGET`` and is where the next run starts.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import random
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / ".cache" / "fuzzing"
LONGEST = 4_096
"""Bytes of an input; nothing that is parsed has a limit between that and the largest head."""
SLICE = 12
"""Seconds per target, so that all of them take a minute."""

sys.path.insert(0, str(ROOT))


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", help="targets, or files to try again")
    parser.add_argument("--seconds", type=int, default=SLICE, help="seconds per target (default: %(default)s)")
    parser.add_argument("--guided", metavar="TARGET", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.guided:
        guided(arguments.guided, arguments.seconds)
    from fuzzing.targets import TARGETS

    files = [Path(each) for each in arguments.what if each not in TARGETS]
    names = [each for each in arguments.what if each in TARGETS] or list(TARGETS)
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        parser.error(f"{', '.join(missing)}: neither a file nor one of {', '.join(TARGETS)}")
    if files:
        return max(attempt(TARGETS[name], file.read_bytes()) for name in names for file in files)
    has_atheris = importlib.util.find_spec("atheris") is not None
    if not has_atheris:
        print("atheris is not installed: changing seeds at random, without a look at what is covered")
    return max((run_guided if has_atheris else run_blind)(name, arguments.seconds) for name in names)


def seeds_of(name: str) -> Path:
    """Return the folder that a run of the target starts from, filled with the seeds."""
    from fuzzing.targets import SEEDS

    folder = CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)
    for seed in SEEDS:
        (folder / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    return folder


def run_guided(name: str, seconds: int) -> int:
    """Run one target under atheris, in a process of its own, for libFuzzer ends the process itself."""
    seeds_of(name)
    print(f"{name}: {seconds} seconds, guided by coverage", flush=True)
    command = [sys.executable, __file__, "--guided", name, "--seconds", str(seconds)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
    if ended.returncode:
        print(ended.stdout, ended.stderr, sep="\n")
        return 1
    print(*(line for line in ended.stderr.splitlines() if line.startswith("Done")), sep="\n")
    return 0


def guided(name: str, seconds: int) -> None:
    """Hand the process to atheris; it does not return."""
    import atheris

    with atheris.instrument_imports(include=["wsdoctor"]):
        from fuzzing.targets import TARGETS

    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=5", f"-artifact_prefix={CORPUS}/crash-"]
    atheris.Setup([sys.argv[0], *options, str(CORPUS / name)], TARGETS[name])
    atheris.Fuzz()


def run_blind(name: str, seconds: int) -> int:
    """Change seeds at random until the time is over; the same inputs in every run."""
    from fuzzing.targets import TARGETS

    chance = random.Random(name)
    seeds = [file.read_bytes() for file in sorted(seeds_of(name).iterdir())]
    end = time.monotonic() + seconds
    tried = 0
    while time.monotonic() < end:
        data = changed(chance.choice(seeds), seeds, chance)
        tried += 1
        if attempt(TARGETS[name], data):
            file = CORPUS / f"crash-{hashlib.sha256(data).hexdigest()[:16]}"
            file.write_bytes(data)
            print(f"{name}: broken by {data[:200]!r}, kept in {file}")
            return 1
    print(f"{name}: {tried:,} inputs in {seconds} seconds")
    return 0


def changed(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Return the input with a few bytes changed, put in, taken out, or with a piece of another one."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(out) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            out[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            out[at:at] = chance.choice(
                (b"\r\n", b"\n", b"\r", b"\0", b":", b" ", b",", b"\xff", b'"', b"=", b"HTTP/1.1", b"://")
            )
        elif kind == 2:
            del out[at : at + chance.randint(1, 8)]
        else:
            other = chance.choice(others)
            start = chance.randrange(len(other))
            out[at:at] = other[start : start + chance.randint(1, 40)]
    return bytes(out[:LONGEST])


def attempt(target: Callable[[bytes], None], data: bytes) -> int:
    """Return 1 and print the traceback if the input breaks a promise."""
    try:
        target(data)
    except Exception:  # noqa: BLE001 - whatever it is, it was not promised
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
