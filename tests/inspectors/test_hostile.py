"""Trees that are made to cost: each is gone through within bounds of time and memory, and what was left out is said."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

import wsdoctor.inspectors as inspectors
from tests.inspectors.helpers import repository
from wsdoctor.inspectors import Repository, _work, declared
from wsdoctor.inspectors._cache import Cache
from wsdoctor.model.traffic import Declared, Location, Note

SECONDS = 10.0
"""Of processor time for one tree, on a machine that others use too; each takes a tenth of it."""
MEBIBYTES = 400

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 40)
)
BLOCKS = "a0: &a0 {k: v}\n" + "".join(
    f"a{level}: &a{level}\n  x: *a{level - 1}\n  y: *a{level - 1}\n  <<: [*a{level - 1}, *a{level - 1}]\n"
    for level in range(1, 60)
)
LISTS = "a0: &a0\n- x\n- x\n" + "".join(f"a{level}: &a{level}\n" + f"- *a{level - 1}\n" * 9 for level in range(1, 40))
CYCLE = "services: &a\n  web: *a\n  image: [*a]\n"
SPREADS = "const x0 = {a: 1};\n" + "".join(
    f"const x{level} = {{...x{level - 1}, ...x{level - 1}, ...x{level - 1}}};\n" for level in range(1, 80)
)
DOUBLES = "import requests\nx0 = 'http://a'\n" + "".join(
    f"x{level} = x{level - 1} + x{level - 1}\n" for level in range(1, 60)
)
FILES = {
    "bomb in compose": ("docker-compose.yml", f"{BOMB}services: *a39\n"),
    "blocks in compose": ("docker-compose.yml", f"{BLOCKS}services: *a59\n"),
    "lists in compose": ("docker-compose.yml", f"{LISTS}services:\n  web:\n    command: *a39\n"),
    "cycle in compose": ("docker-compose.yml", CYCLE),
    "bomb in a manifest": ("k8s.yaml", f"apiVersion: v1\nkind: Deployment\ncontainers: 1\n{BOMB}spec: *a39\n"),
    "blocks in a manifest": ("k8s.yaml", f"apiVersion: v1\nkind: Service\n{BLOCKS}spec: *a59\n"),
    "bomb in a workflow": (".github/workflows/ci.yml", f"{BOMB}jobs: *a39\n"),
    "blocks in a workflow": (".github/workflows/ci.yml", f"{BLOCKS}jobs: *a59\n"),
    "open flows": ("envoy.yaml", f"virtual_hosts: {'[{' * 50_000}\n"),
    "open templates": ("gateway.yaml", f"kind: HTTPRoute\n{'{{' * 50_000}\n"),
    "deep YAML": ("k8s.yaml", "apiVersion: v1\n" + "".join(f"{' ' * depth}a:\n" for depth in range(600))),
    "deep JSON": ("task.json", f'{{"healthCheck": {"[" * 50_000}'),
    "spreads": ("a.js", f"{SPREADS}fetch(x79.url); new WebSocket(x79.b.c);\n"),
    "one name given many values": ("a.js", "let u = '';\n" + "u = 'http://a';\n" * 1000 + "fetch(u);\n" * 1000),
    "sums": ("a.py", f"{DOUBLES}requests.get(x59)\n"),
    "brackets in Python": ("a.py", f"import requests\nrequests.get({'(' * 20_000}\n"),
    "brackets in JavaScript": ("a.js", f"fetch({'(' * 50_000}\n"),
    "one long line": ("nginx.conf", f"proxy_pass {'a' * 15_000};\n" * 3),
    "open heredocs": ("Caddyfile", "reverse_proxy\n" + "<<EOF\n" * 20_000),
    "tables without an end": ("fly.toml", "a = {\n" * 20_000),
    "indents of no table": (
        "traefik.toml",
        "loadBalancer = 1\n" + "".join(f"{' ' * depth}- \n" for depth in range(400)),
    ),
    "many settings of a command": ("Makefile", "uvicorn\n" + "u='http://a'\n" * 6000),
    "a million lines": ("server.py", "import websockets" + "\n" * 1_000_000),
    "a million lines of a proxy": ("nginx.conf", "proxy_pass x;" + "\n" * 1_000_000),
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_bounded(name: str, tmp_path: Path) -> None:
    path, text = FILES[name]
    repository(tmp_path, {path: text, "good.py": "import websockets\nwebsockets.serve(None, '', 9000)\n"})
    began = time.process_time()
    found = declared(Repository(tmp_path), processes=1)
    assert time.process_time() - began < SECONDS
    assert [listener.port for listener in found.listeners if listener.location.file == "good.py"] == [9000]
    assert not any("could not be inspected" in note.text or "cut short and" in note.text for note in found.notes)


def test_what_is_huge_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.json").open("wb") as file:
        file.write(b'{"healthCheck": [')
        file.truncate(100 << 20)
    (tmp_path / "lines.yaml").write_bytes(b"services:\n" * 200_000)
    found = Repository(tmp_path)
    assert declared(found) == Declared()
    assert found.skipped == {"larger than 1 MiB": 2}


def test_the_whole_command_stays_within_its_memory(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    for number in range(2):
        repository(root / f"d{number}", dict(FILES.values()))
    with (root / "huge.json").open("wb") as file:
        file.truncate(100 << 20)
    deep = root
    for _ in range(80):
        deep /= "d"
    deep.mkdir(parents=True)
    (root / "loop").symlink_to(root)
    (root / "self").symlink_to("self")
    os.mkfifo(root / "pipe.py")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    command = [sys.executable, "-m", "wsdoctor", "inspect", str(root), "--no-cache", "--format", "json"]
    done = subprocess.run(command, capture_output=True, timeout=300, check=False)
    assert done.returncode in {0, 1}
    assert done.stderr == b""
    assert b"folders more than 60 deep are not read" in done.stdout
    assert b"the link leads back to itself" in done.stdout
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert most == before or most / 1024 < MEBIBYTES


def test_a_file_that_takes_too_long_is_cut_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(path: str, repository: Repository) -> Declared:
        while path == "slow.x":
            try:
                repository.text(path)
            except Exception:  # noqa: BLE001 - an inspector that takes everything for a fault of the file
                continue
        return Declared(notes=[Note(Location(path, 1), "read")])

    monkeypatch.setattr(_work, "TIME_LIMIT", 0.3)
    monkeypatch.setattr(
        inspectors, "load_inspectors", lambda: (SimpleNamespace(NAME="e", PATTERNS=("*.x",), inspect=endless),)
    )
    files = repository(tmp_path / "repo", {"a.x": "", "slow.x": "", "z.x": ""})
    cache = Cache(tmp_path / "cache")
    assert [(note.location.file, note.text) for note in declared(files, cache=cache).notes] == [
        ("a.x", "read"),
        ("slow.x", "inspecting the file took more than 0.3 seconds of processor time and was cut short"),
        ("z.x", "read"),
    ]
    assert not cache.folder.exists()


def test_patience_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(path: str, repository: Repository) -> Declared:
        while True:
            repository.text(path)

    monkeypatch.setattr(_work, "TIME_LIMIT", 0.2)
    monkeypatch.setattr(
        inspectors, "load_inspectors", lambda: (SimpleNamespace(NAME="e", PATTERNS=("*.x",), inspect=endless),)
    )
    notes = declared(repository(tmp_path, {f"{number}.x": "" for number in range(5)})).notes
    assert ["0.2 seconds" in note.text for note in notes] == [True, True, True, False, False]
