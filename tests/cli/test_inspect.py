import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_main import run
from tests.test_investigate import DOCKERFILE, SERVER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "project"
    place.mkdir()
    (place / "server.py").write_text(SERVER)
    (place / "Dockerfile").write_text(DOCKERFILE)
    return place


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def commit(folder: Path) -> None:
    for arguments in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "all"],
    ):
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, timeout=30)


def test_a_person_reads_what_is_wrong_with_file_and_line(folder: Path) -> None:
    done = run("inspect", cwd=folder)
    assert "Dockerfile:4:1  warning: container-health-check (health-check)" in done.stdout
    assert done.stdout.splitlines()[-1] == "2 files, 1 WebSocket-only listener: 1 finding, 1 to act on."
    assert (done.returncode, done.stderr) == (1, "")
    assert "hunter2" not in done.stdout


def test_a_clean_folder_ends_with_zero(folder: Path) -> None:
    (folder / "Dockerfile").unlink()
    done = run("inspect", str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing here sends strays to a WebSocket port." in done.stdout


def test_a_single_file(folder: Path) -> None:
    done = run("inspect", str(folder / "server.py"), "--format", "json")
    document = json.loads(done.stdout)
    assert (document["files"], [each["port"] for each in document["listeners"]]) == (1, [8765])


def test_json_is_the_document_of_the_contract(folder: Path) -> None:
    document = json.loads(run("inspect", str(folder), "--format", "json", "--no-cache").stdout)
    assert document["schema"] == "wsdoctor/findings/1"
    (found,) = document["findings"]
    assert (found["file"], found["line"], found["class"], found["level"]) == (
        "Dockerfile",
        4,
        "health-check",
        "warning",
    )


def test_several_formats_each_with_its_file(folder: Path, tmp_path: Path) -> None:
    sarif, page, words = (str(tmp_path / name) for name in ("out.sarif", "out.html", "out.md"))
    done = run("inspect", str(folder), "--output", sarif, "--output", page, "--output", words, "--format", "terminal")
    assert done.returncode == 1
    assert json.loads(Path(sarif).read_text())["version"] == "2.1.0"
    assert Path(page).read_text().startswith("<!doctype html>")
    assert "```mermaid" in Path(words).read_text()
    assert done.stdout.startswith("Dockerfile:4")


def test_the_baseline_knows_what_it_was_written_with(folder: Path, tmp_path: Path) -> None:
    baseline = str(tmp_path / "baseline.json")
    written = run("inspect", str(folder), "--write-baseline", baseline)
    assert (written.returncode, written.stderr) == (0, "")
    assert "1 finding known to the baseline: nothing new." in written.stdout
    (folder / "Dockerfile").write_text("# moved\n\n" + DOCKERFILE)
    again = run("inspect", str(folder), "--baseline", baseline, "--format", "json")
    assert again.returncode == 0
    document = json.loads(again.stdout)
    assert (document["findings"], [each["line"] for each in document["known"]]) == ([], [6])
    (folder / "Dockerfile").write_text(DOCKERFILE.replace("/health", "/other"))
    assert run("inspect", str(folder), "--baseline", baseline).returncode == 1


def test_only_what_changed_since_a_revision(folder: Path) -> None:
    commit(folder)
    unchanged = run("inspect", "--changed-since", "HEAD", cwd=folder)
    assert unchanged.returncode == 0
    assert "1 finding in files that did not change: nothing new." in unchanged.stdout
    (folder / "Dockerfile").write_text(f"# touched\n{DOCKERFILE}")
    assert run("inspect", "--changed-since", "HEAD", cwd=folder).returncode == 1


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["nowhere"], "nowhere: "),
        (["--baseline", "none.json"], "none.json: cannot read: No such file or directory"),
        (["--baseline", "server.py"], "server.py: no baseline: not JSON"),
        (["--write-baseline", "none/b.json"], "none/b.json: cannot write: No such file or directory"),
        (["--write-baseline", "b.json", "--changed-since", "HEAD"], "--write-baseline: a baseline is of all files"),
        (["--changed-since", "HEAD"], ".: this is no checkout of git"),
        (["--format", "poem"], "--format poem: no such format; there are html, json, markdown, sarif, terminal"),
    ],
)
def test_wrong_usage_is_one_line_and_two(arguments: list[str], problem: str, folder: Path) -> None:
    done = run("inspect", *arguments, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"wsdoctor inspect: {problem}")
    assert done.stderr.count("\n") == 1


def test_an_unknown_revision_is_said(folder: Path) -> None:
    commit(folder)
    done = run("inspect", "--changed-since", "nowhere", cwd=folder)
    assert (done.returncode, done.stderr) == (
        2,
        "wsdoctor inspect: --changed-since nowhere: git knows no such revision\n",
    )


def test_a_comment_with_a_reason_is_counted(folder: Path) -> None:
    comment = "# wsdoctor: ignore container-health-check -- the proxy answers it\nHEALTHCHECK"
    (folder / "Dockerfile").write_text(DOCKERFILE.replace("HEALTHCHECK", comment))
    done = run("inspect", cwd=folder)
    assert done.returncode == 0
    assert "1 finding suppressed by comments: nothing here sends strays" in done.stdout


def test_without_changes_to_make_diff_and_fix_change_nothing(folder: Path) -> None:
    (folder / "Dockerfile").unlink()
    shown = run("inspect", "--diff", cwd=folder)
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, "", "")
    assert run("inspect", "--fix", cwd=folder).returncode == 0
    assert (folder / "server.py").read_text() == SERVER


def test_fix_says_what_it_fixed(tmp_path: Path) -> None:
    (tmp_path / "server.py").write_text(SERVER)
    conf = tmp_path / "nginx.conf"
    conf.write_text(
        "events {}\nhttp {\n  server {\n    listen 80;\n    location /ws/ {\n"
        "      proxy_pass http://127.0.0.1:8765;\n    }\n  }\n}\n"
    )
    shown = run("inspect", "--diff", cwd=tmp_path)
    assert shown.returncode == 1
    assert "+      proxy_http_version 1.1;" in shown.stdout or "proxy_set_header Upgrade" in shown.stdout
    fixed = run("inspect", "--fix", cwd=tmp_path)
    assert fixed.returncode == 0
    assert fixed.stderr.startswith("fixed nginx.conf:")
    assert "proxy_set_header Upgrade" in conf.read_text()
    assert run("inspect", "--fix", "--quiet", cwd=tmp_path).stderr == ""


def test_progress_is_shown_on_a_terminal_and_cleared(folder: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "wsdoctor", "inspect", str(folder), "--no-cache"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, timeout=60, check=False)
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert "2 of 2 files read" in shown
    assert shown.endswith("\r")
    assert shown.split("\r")[-2].strip() == ""
    assert done.returncode == 1
    assert b"files read" not in done.stdout
