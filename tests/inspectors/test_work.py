from __future__ import annotations

import multiprocessing
import threading
from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import _work
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._work import Worker, Workers
from wsdoctor.model.traffic import Declared, Location, Note


class Endless:
    NAME = "endless"
    PATTERNS = ("*.py",)

    def inspect(self, path: str, repository: Repository) -> Declared:
        while True:
            pass


class Quick:
    NAME = "quick"
    PATTERNS = ("*.py",)

    def inspect(self, path: str, repository: Repository) -> Declared:
        return Declared(notes=[Note(Location(path, 1), "read")])


class Failing(Quick):
    NAME = "failing"

    def inspect(self, path: str, repository: Repository) -> Declared:
        raise ValueError("x" * 900)


def worker(tmp_path: Path, inspector: object, *paths: str) -> Worker:
    files = repository(tmp_path, {"a.py": "x", "b.py": "y"})
    return Worker(files, [(path, (0,)) for path in paths], [inspector], digests=False)  # type: ignore[list-item]


def test_a_file_that_takes_too_long_is_cut_short_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_work, "TIME_LIMIT", 0.05)
    found = worker(tmp_path, Endless(), "a.py", "b.py").inspect([0, 1])
    assert not found.whole
    assert [note.location.file for note in found.declared.notes] == ["a.py", "b.py"]
    assert all("more than 0.05 seconds of processor time" in note.text for note in found.declared.notes)


def test_what_an_inspector_raises_is_a_note_of_the_file(tmp_path: Path) -> None:
    (note,) = worker(tmp_path, Failing(), "a.py").inspect([0]).declared.notes
    assert note.text.startswith("failing: the file could not be inspected: ValueError: xxx")
    assert len(note.text) <= 300


def test_a_file_that_is_gone_declares_nothing(tmp_path: Path) -> None:
    found = worker(tmp_path, Quick(), "a.py", "gone.py").inspect([0, 1])
    assert [note.location.file for note in found.declared.notes] == ["a.py"]
    assert found.silent == [1]


def test_in_another_thread_nothing_is_limited(tmp_path: Path) -> None:
    notes: list[Note] = []
    working = worker(tmp_path, Quick(), "a.py")
    thread = threading.Thread(target=lambda: notes.extend(working.inspect([0]).declared.notes))
    thread.start()
    thread.join(20)
    assert [note.text for note in notes] == ["read"]


def test_what_fails_in_preparing_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(files: Repository) -> None:
        files.memory["half"] = True
        raise RecursionError

    monkeypatch.setattr(_work, "environment", fails)
    working = worker(tmp_path, Quick(), "a.py")
    working.prepare()
    assert not working.repository.memory
    assert [note.text for note in working.inspect([0]).declared.notes] == ["read"]


def test_preparing_takes_no_longer_than_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_: Repository) -> None:
        while True:
            pass

    monkeypatch.setattr(_work, "environment", endless)
    monkeypatch.setattr(_work, "TIME_LIMIT", 0.05)
    working = worker(tmp_path, Quick(), "a.py")
    working.prepare()
    assert not working.repository.memory


@pytest.mark.parametrize("processes", [1, 2])
def test_a_last_task_is_done_here_or_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: int) -> None:
    monkeypatch.setattr(_work, "PARALLEL_FROM", 0)
    Workers(worker(tmp_path, Quick(), "a.py"), processes).aside((tmp_path / "done").touch)
    for each in multiprocessing.active_children():
        each.join(20)
    assert (tmp_path / "done").exists()
