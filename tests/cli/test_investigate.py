import json
from pathlib import Path

import pytest

from tests.cli.test_diagnose import GOOD
from tests.cli.test_main import run
from tests.test_investigate import DOCKERFILE, SERVER

CHECK = "GET /health HTTP/1.1\r\nHost: localhost:8765\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n\r\n"
SCAN = "GET /.env HTTP/1.1\r\nHost: 203.0.113.5:8765\r\n\r\n"


def evidence(path: Path, *heads: str) -> str:
    lines = [
        {"at": f"2026-03-03T09:{n // 2:02}:{n % 2 * 30:02}Z", "peer": "127.0.0.1:4000", "listener": "0.0.0.0:8765",
         "head": head} for n, head in enumerate(heads)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    place = tmp_path / "project"
    place.mkdir()
    (place / "server.py").write_text(SERVER)
    (place / "Dockerfile").write_text(DOCKERFILE)
    return place


def test_each_group_of_strays_with_its_line(folder: Path, tmp_path: Path) -> None:
    seen = evidence(tmp_path / "strays.jsonl", *[CHECK] * 6, SCAN, GOOD)
    done = run("investigate", str(folder), "--evidence", seen)
    assert done.stdout.startswith("Dockerfile:4  sends 6 attempts")
    assert "not from here: 1 attempt, scanner" in done.stdout
    assert done.stdout.splitlines()[-1] == (
        "6 attempts from 1 place of this project, 1 from outside; 0 places wait to send more."
    )
    assert (done.returncode, done.stderr) == (1, "")


def test_json_is_the_document_of_the_contract(folder: Path, tmp_path: Path) -> None:
    seen = evidence(tmp_path / "strays.jsonl", CHECK, GOOD, SCAN, CHECK)
    document = json.loads(run("investigate", str(folder), "--evidence", seen, "--format", "json", "--no-cache").stdout)
    assert document["schema"] == "wsdoctor/investigation/1"
    (one,) = document["explanations"]
    assert (one["evidence"], one["locations"][0]["file"], one["locations"][0]["line"]) == ([1, 4], "Dockerfile", 4)
    assert [each["evidence"] for each in document["unexplained"]] == [[3]]
    assert document["latent"] == []
    assert len(document["chapters"]) == 5


def test_without_evidence_everything_waits(folder: Path) -> None:
    done = run("investigate", cwd=folder)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "No stray was observed, 1 place waits to send some."


def test_nothing_to_do(folder: Path, tmp_path: Path) -> None:
    (folder / "Dockerfile").unlink()
    done = run("investigate", str(folder), "--evidence", evidence(tmp_path / "good.jsonl", GOOD))
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "No stray was observed.")


def test_several_formats_and_several_files_of_evidence(folder: Path, tmp_path: Path) -> None:
    page, words = tmp_path / "out.html", tmp_path / "out.md"
    done = run(
        "investigate", str(folder), "--evidence", evidence(tmp_path / "a.jsonl", CHECK), "--evidence",
        evidence(tmp_path / "b.jsonl", CHECK), "--output", str(page), "--output", str(words),
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert "1 place in this project sends strays." in page.read_text()
    assert words.read_text().startswith("**2 attempts from 1 place of this project")


def test_unreadable_evidence_is_said_and_the_rest_goes_on(folder: Path, tmp_path: Path) -> None:
    done = run("investigate", str(folder), "--evidence", str(tmp_path / "none.jsonl"))
    assert done.returncode == 2
    assert "none.jsonl: cannot read: No such file or directory" in done.stderr
    assert "wait" in done.stdout


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    done = run("investigate", str(tmp_path / "nowhere"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
