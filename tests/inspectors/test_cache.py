import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import Repository, _cache, declared
from wsdoctor.inspectors._cache import Cache
from wsdoctor.inspectors._work import Worker
from wsdoctor.model.traffic import Declared

SERVER = "import websockets\nwebsockets.serve(None, '', {port})\n"
CALLER = "fetch('http://localhost:9000/a');\n"
QUIET = "export const location = (items) => items.get('one');\n"
FILES = {
    "a.py": SERVER.format(port=9000),
    "plain.py": "import os\n",
    "web/b.js": CALLER,
    "web/quiet.js": QUIET,
    "web/made.js": "// @generated\nfetch('http://localhost:9000')\n",
    "Dockerfile": "FROM x\nHEALTHCHECK CMD curl http://localhost:9000/health\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    repository(tmp_path / "repo", FILES)
    return tmp_path / "repo"


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take files that were just written for files that were written long ago."""
    monkeypatch.setattr(_cache, "FRESH", -3600.0)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of files that are looked through from now on."""
    return _recorded(monkeypatch, "look")


@pytest.fixture
def inspected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of files that are inspected from now on."""
    return _recorded(monkeypatch, "inspect")


def _recorded(monkeypatch: pytest.MonkeyPatch, name: str) -> list[str]:
    seen: list[str] = []
    task: Callable[[Worker, list[int]], object] = getattr(Worker, name)

    def record(self: Worker, places: list[int]) -> object:
        seen.extend(self.jobs[place][0] for place in places)
        return task(self, places)

    monkeypatch.setattr(Worker, name, record)
    return seen


def outcome(root: Path, cache: Cache | None) -> tuple[Declared, dict[str, int]]:
    found = Repository(root)
    return declared(found, cache=cache), dict(found.skipped)


@pytest.mark.usefixtures("settled")
def test_what_nobody_touched_is_not_read_again(root: Path, cache: Cache, read: list[str], inspected: list[str]) -> None:
    first = outcome(root, cache)
    assert first == outcome(root, None)
    assert first[1] == {"generated": 1}
    read.clear()
    inspected.clear()
    assert outcome(root, cache) == first
    assert (read, inspected) == ([], [])


@pytest.mark.usefixtures("settled")
def test_only_what_changed_is_read_again(root: Path, cache: Cache, read: list[str]) -> None:
    outcome(root, cache)
    (root / "a.py").write_text(SERVER.format(port=9001))
    read.clear()
    found = outcome(root, cache)
    assert read == ["a.py"]
    assert found == outcome(root, None)
    assert [listener.port for listener in found[0].listeners] == [9001]
    (root / "a.py").unlink()
    assert outcome(root, cache)[0].listeners == []
    repository(root, FILES)
    assert [listener.port for listener in outcome(root, cache)[0].listeners] == [9000]


@pytest.mark.usefixtures("settled")
def test_an_edit_that_keeps_size_and_time_is_seen(root: Path, cache: Cache) -> None:
    outcome(root, cache)
    path = root / "a.py"
    before = path.stat()
    path.write_text(SERVER.format(port=9009))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert [listener.port for listener in outcome(root, cache)[0].listeners] == [9009]


def test_files_that_were_just_written_are_read_by_content(root: Path, cache: Cache, read: list[str]) -> None:
    first = outcome(root, cache)
    assert not list(cache.folder.glob("state-*"))
    read.clear()
    assert outcome(root, cache) == first
    assert sorted(read) == sorted(FILES)


def test_a_fresh_clone_elsewhere_is_known_by_its_content(
    root: Path, cache: Cache, tmp_path: Path, inspected: list[str]
) -> None:
    first = outcome(root, cache)
    inspected.clear()
    shutil.copytree(root, tmp_path / "clone", copy_function=shutil.copyfile)
    assert outcome(tmp_path / "clone", cache) == first
    assert inspected == []


@pytest.mark.usefixtures("settled")
def test_a_moved_file_that_gives_no_reason_is_not_inspected(root: Path, cache: Cache, inspected: list[str]) -> None:
    outcome(root, cache)
    inspected.clear()
    (root / "plain.py").rename(root / "moved.py")
    (root / "web" / "b.js").rename(root / "web" / "c.js")
    found = outcome(root, cache)
    assert found == outcome(root, None)
    assert "web/c.js" in inspected
    assert "moved.py" not in inspected[: inspected.index("web/c.js") + 1]
    assert "web/quiet.js" not in inspected[: inspected.index("web/c.js") + 1]


@pytest.mark.usefixtures("settled")
def test_files_that_are_not_listed_are_watched_too(root: Path, cache: Cache) -> None:
    (root / "build").mkdir()
    (root / "build" / "env").write_text("A=1")
    session = cache.session(Repository(root))
    assert session._witness("build") == "folder"
    before = session._witness("build/env")
    (root / "build" / "env").write_text("A=2")
    assert session._witness("build/env") != before
    assert session._witness("../x") == session._witness("absent")


@pytest.mark.parametrize("damage", [b"", b"{}", b"x" * 100, b"0" * 64 + b"\n{}", None])
@pytest.mark.usefixtures("settled")
def test_a_damaged_cache_is_no_harm(root: Path, cache: Cache, damage: bytes | None) -> None:
    first = outcome(root, cache)
    kept = [path for path in cache.folder.iterdir() if path.name != "CACHEDIR.TAG"]
    assert {path.name.partition("-")[0] for path in kept} == {"state", "files", "tree", "silent"}
    for path in kept:
        content = path.read_bytes()
        path.write_bytes(
            content[: len(content) // 2] + b"\1" + content[len(content) // 2 :] if damage is None else damage
        )
    assert outcome(root, cache) == first
    assert outcome(root, cache) == first


@pytest.mark.usefixtures("settled")
def test_what_has_the_right_check_and_the_wrong_shape_is_not_used(root: Path, cache: Cache) -> None:
    first = outcome(root, cache)
    for path in cache.folder.iterdir():
        kind = path.name.partition("-")[0]
        if kind in {"state", "tree"}:
            cache.write(path.name, ["other"])
        elif kind == "files":
            cache.write(path.name, {"version": _cache.version(), "files": [[1]]})
    assert outcome(root, cache) == first


@pytest.mark.usefixtures("settled")
def test_another_version_knows_nothing_of_it(
    root: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch, inspected: list[str]
) -> None:
    first = outcome(root, cache)
    monkeypatch.setattr(_cache, "version", lambda: "other")
    inspected.clear()
    assert outcome(root, cache) == first
    assert inspected


def test_a_folder_that_cannot_be_written_is_no_harm(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert outcome(root, Cache(tmp_path / "file" / "cache")) == outcome(root, None)
    assert outcome(root, Cache(Path("/proc/no/such"))) == outcome(root, None)


def test_a_full_disk_leaves_nothing_half_written(root: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_cache.os, "replace", full)
    assert outcome(root, cache) == outcome(root, None)
    assert [path.name for path in cache.folder.iterdir()] == ["CACHEDIR.TAG"]


def test_what_is_touched_during_the_run_is_not_kept(root: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    task = Worker.inspect

    def touch(self: Worker, places: list[int]) -> object:
        (root / "a.py").write_text(SERVER.format(port=9002))
        return task(self, places)

    monkeypatch.setattr(Worker, "inspect", touch)
    outcome(root, cache)
    assert not list(cache.folder.glob("tree-*"))


def test_what_was_cut_short_is_not_kept(root: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    task = Worker.inspect

    def cut(self: Worker, places: list[int]) -> object:
        found = task(self, places)
        found.whole = False
        return found

    monkeypatch.setattr(Worker, "inspect", cut)
    outcome(root, cache)
    assert not cache.folder.exists()


def test_the_cache_is_bounded(root: Path, cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cache, "MAX_ENTRIES", 2)
    for port in range(9100, 9105):
        (root / "a.py").write_text(SERVER.format(port=port))
        outcome(root, cache)
    assert len(list(cache.folder.glob("tree-*"))) == 2
    monkeypatch.setattr(_cache, "MAX_ALL_BYTES", 0)
    (root / "a.py").write_text(SERVER.format(port=9200))
    outcome(root, cache)
    assert [path.name for path in cache.folder.iterdir()] == ["CACHEDIR.TAG"]
    monkeypatch.setattr(_cache, "MAX_BYTES", 10)
    (root / "a.py").write_text(SERVER.format(port=9201))
    outcome(root, cache)
    assert [path.name for path in cache.folder.iterdir()] == ["CACHEDIR.TAG"]


def test_marks_are_bounded(root: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome(root, cache)
    (mark,) = cache.folder.glob("silent-*")
    before = mark.stat().st_size
    monkeypatch.setattr(_cache, "MAX_MARKS", 1)
    (root / "plain.py").write_text("import sys\n")
    outcome(root, cache)
    assert mark.stat().st_size <= before


def test_a_cache_in_the_repository_is_not_part_of_it(root: Path) -> None:
    inside = Cache(root / "made" / "cache")
    first = outcome(root, inside)
    files = Repository(root).files
    assert not any(path.startswith("made/") for path in files)
    assert outcome(root, inside)[0] == first[0]


def test_runs_at_a_time_do_each_other_no_harm(root: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "WSDOCTOR_CACHE": str(tmp_path / "shared")}
    command = [sys.executable, "-m", "wsdoctor", "inspect", str(root), "--format", "json"]
    for _ in range(2):
        runs = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(4)]
        outputs = {run.communicate(timeout=120)[0] for run in runs}
        assert len(outputs) == 1
        assert {run.returncode for run in runs} == {1}


def test_all_code_that_decides_is_part_of_the_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("inspectors/_family", "syntax", "model"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setattr(_cache, "__file__", str(tmp_path / "inspectors" / "_cache.py"))
    deep = tmp_path / "inspectors" / "_family" / "names.py"
    deep.write_text("A = 1\n")
    before = _cache.version.__wrapped__()
    assert _cache.version.__wrapped__() == before
    deep.write_text("A = 2\n")
    assert _cache.version.__wrapped__() != before
