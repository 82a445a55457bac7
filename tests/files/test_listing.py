import os
from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.errors import InvalidInput
from wsdoctor.files import listing as _listing
from wsdoctor.inspectors._base import Repository


def test_files_of_others_and_of_tools_are_left_out(tmp_path: Path) -> None:
    found = repository(
        tmp_path,
        {
            "app.py": "",
            ".github/workflows/ci.yml": "",
            ".env": "",
            ".git/config": "",
            "node_modules/ws/index.js": "",
            "vendor/a.go": "",
            "third_party/b.c": "",
            ".venv/lib/a.py": "",
            "env/pyvenv.cfg": "",
            "env/a.py": "",
            "environment/env/keep.py": "",
            "dist/app.js": "",
            "build/app.js": "",
            "static/app.min.js": "",
            "logo.png": "",
            "package-lock.json": "",
            "rust/Cargo.toml": "",
            "rust/target/a.json": "",
            "target/keep.yaml": "",
            "nginx/websocket.map": "",
        },
    )
    assert list(found.files) == [
        ".env", ".github/workflows/ci.yml", "app.py", "environment/env/keep.py", "nginx/websocket.map",
        "rust/Cargo.toml", "target/keep.yaml",
    ]  # fmt: skip
    assert found.skipped["vendored or built folder"] == 9
    assert found.skipped["generated"] == 2
    assert found.skipped["binary"] == 1
    assert found.notes == []


def test_links_that_loop_are_said(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "back").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "gone").symlink_to("nothing")
    found = Repository(tmp_path)
    said = {note.location.file: note.text for note in found.notes}
    assert said == {
        "a/back": "the link leads back to a folder that it is in",
        "self": "the link leads back to itself",
        "gone": "the link leads nowhere",
    }


def test_unreadable_folders_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "open.py").write_text("")
    scandir = os.scandir

    def refuse(path: object) -> object:
        if str(path).rstrip("/").endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)  # type: ignore[call-overload]

    monkeypatch.setattr(_listing.os, "scandir", refuse)
    found = Repository(tmp_path)
    assert list(found.files) == ["open.py"]
    assert found.notes[0].text == "the folder cannot be read: permission denied"
    with pytest.raises(InvalidInput, match="permission denied"):
        Repository(tmp_path / "closed")


def test_deep_and_large_trees_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_listing, "MAX_DEPTH", 2)
    monkeypatch.setattr(_listing, "MAX_FILES", 3)
    found = repository(tmp_path, {"a/b/c/d.py": "", "1.py": "", "2.py": "", "3.py": "", "4.py": ""})
    assert len(found.files) == 3
    assert found.skipped["too many files"] == 1
    monkeypatch.setattr(_listing, "MAX_FILES", 30)
    assert Repository(tmp_path).skipped["too deep"] == 1


def test_names_that_are_not_text(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"bad\xff.py")).write_text("")
    found = Repository(tmp_path)
    assert list(found.files) == []
    assert found.skipped["name that is not UTF-8"] == 1


def test_folders_with_too_many_entries_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_listing, "MAX_ENTRIES", 2)
    found = repository(tmp_path, {"1.png": "", "2.png": "", "3.png": ""})
    assert list(found.files) == []
    assert found.notes[0].text == "only the first 2 files and folders are looked at"


def test_only_so_many_notes_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_listing, "MAX_NOTES", 2)
    for name in "abc":
        (tmp_path / name).symlink_to("nothing")
    found = Repository(tmp_path)
    assert len(found.notes) == 2
    assert found.skipped["link"] == 3


def test_an_entry_that_cannot_be_looked_at_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("")

    def refuse(*_: object) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(_listing.Listing, "_link", refuse)
    (tmp_path / "link").symlink_to("a.py")
    found = Repository(tmp_path)
    assert list(found.files) == ["a.py"]
    assert [(note.location.file, note.text) for note in found.notes] == [("link", "permission denied")]


@pytest.mark.parametrize(
    ("error", "reason"),
    [(OSError(2, "No such file"), "no such file"), (ValueError("bad"), "bad"), (OSError(), "OSError")],
)
def test_a_reason_reads_well_in_a_sentence(error: Exception, reason: str) -> None:
    assert _listing.reason_of(error) == reason
