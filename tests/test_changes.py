from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.declared_factories import sample_inspection
from wsdoctor import changes
from wsdoctor.changes import changed_files, changed_since
from wsdoctor.errors import InvalidInput


def git(folder: Path, *arguments: str) -> None:
    settings = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *settings, *arguments], check=True, capture_output=True, timeout=30)


def write(folder: Path, *files: str, text: str = "new\n") -> None:
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path, "deploy/nginx.conf", "deploy/k8s.yaml", ".replit", "server.py", "ä b.py", text="old\n")
    write(tmp_path, ".gitignore", text="*.log\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


def test_changed_staged_committed_and_untracked_files(checkout: Path) -> None:
    assert changed_files(str(checkout), "HEAD") == set()
    write(checkout, "deploy/nginx.conf")
    git(checkout, "commit", "-q", "-a", "-m", "second")
    write(checkout, "server.py", "new file.py", "noise.log", "ä b.py")
    git(checkout, "add", "server.py")
    assert changed_files(str(checkout), "HEAD~1") == {"deploy/nginx.conf", "server.py", "new file.py", "ä b.py"}
    assert changed_files(str(checkout), "HEAD") == {"server.py", "new file.py", "ä b.py"}


def test_names_are_relative_to_the_folder_that_is_inspected(checkout: Path) -> None:
    write(checkout, "deploy/nginx.conf", "server.py", "deploy/new.yaml")
    assert changed_files(str(checkout / "deploy"), "HEAD") == {"nginx.conf", "new.yaml"}
    assert changed_files(str(checkout / "deploy" / "nginx.conf"), "HEAD") == {"nginx.conf", "new.yaml"}


def test_work_that_went_on_elsewhere_does_not_count(checkout: Path) -> None:
    git(checkout, "checkout", "-q", "-b", "topic")
    write(checkout, "server.py")
    git(checkout, "commit", "-q", "-a", "-m", "here")
    git(checkout, "checkout", "-q", "main")
    write(checkout, ".replit")
    git(checkout, "commit", "-q", "-a", "-m", "there")
    git(checkout, "checkout", "-q", "topic")
    assert changed_files(str(checkout), "main") == {"server.py"}


def test_without_a_common_commit_the_revision_itself_counts(checkout: Path) -> None:
    git(checkout, "checkout", "-q", "--orphan", "other")
    write(checkout, "server.py")
    git(checkout, "commit", "-q", "-a", "-m", "other")
    assert changed_files(str(checkout), "main") == {"server.py"}


def test_findings_that_have_a_part_in_a_change_stay(checkout: Path) -> None:
    inspection = sample_inspection(root=str(checkout))
    write(checkout, "deploy/nginx.conf")
    narrowed = changed_since(inspection, "HEAD")
    assert [each.location.file for each in narrowed.findings] == ["deploy/nginx.conf"]
    assert narrowed.elsewhere == 2
    write(checkout, "server.py")
    assert len(changed_since(inspection, "HEAD").findings) == 3


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "-h", "", "HEAD\0", "HEAD:server.py"])
def test_a_revision_that_git_does_not_know_is_said(revision: str, checkout: Path) -> None:
    with pytest.raises(InvalidInput, match="git knows no such revision"):
        changed_files(str(checkout), revision)
    assert not (checkout / "x").exists()


def test_no_checkout_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no checkout of git"):
        changed_files(str(tmp_path), "HEAD")


def test_a_checkout_that_cannot_be_compared_is_said(checkout: Path) -> None:
    (checkout / ".git" / "index").write_bytes(b"no index")
    with pytest.raises(InvalidInput, match="git could not compare"):
        changed_files(str(checkout), "HEAD")


def test_without_git_and_when_git_hangs_that_is_said(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path_factory.mktemp("programs")
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(InvalidInput, match="git is not installed"):
        changed_files(str(checkout), "HEAD")
    (programs / "git").write_text("#!/bin/sh\nexec /bin/sleep 20\n")
    (programs / "git").chmod(0o755)
    monkeypatch.setattr(changes, "TIMEOUT", 0.1)
    with pytest.raises(InvalidInput, match="git took more than"):
        changed_files(str(checkout), "HEAD")


def test_what_the_repository_asks_git_to_run_is_not_run(checkout: Path) -> None:
    trap = checkout / "trap.sh"
    trap.write_text("#!/bin/sh\ntouch sprung\n")
    trap.chmod(0o755)
    git(checkout, "config", "core.fsmonitor", str(trap))
    git(checkout, "config", "diff.external", str(trap))
    write(checkout, "server.py")
    assert "server.py" in changed_files(str(checkout), "HEAD")
    assert not (checkout / "sprung").exists()
