from __future__ import annotations

import json
import logging
import os
import resource
import signal
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from wsdoctor.model.attempt import Attempt
from wsdoctor.model.finding import Diagnosis, Finding
from wsdoctor.readers.evidence import read
from wsdoctor.recording import CHECK_EVERY, LONGEST_REMEMBERED, PENDING, REMEMBERED, Recording
from wsdoctor.wire.attempt import evidence

START = 1_790_000_000.25
HEAD = b"GET /chat?token=abcdef HTTP/1.1\r\nHost: a\r\nCookie: session=secret\r\n\r\n"
FINDING = Finding(
    "some-rule", "unknown", "note", 0.5, "title", "asked GET /chat?token=abcdef", "remedy", ("https://a",)
)
DIAGNOSIS = Diagnosis((FINDING,))


def attempt(head: bytes = HEAD, diagnosis: Diagnosis = DIAGNOSIS, **facts: object) -> Attempt:
    known = {"at": START, "peer": "45.33.32.156", "peer_port": 4711, "listener": "0.0.0.0", "listener_port": 8080}
    return Attempt(evidence(head, **{**known, **facts}), diagnosis)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "strays.jsonl"


@pytest.fixture
def errors(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[str]]]:
    with caplog.at_level(logging.ERROR, "wsdoctor.recording"):
        yield lambda: [record.getMessage() for record in caplog.records]


def test_a_line_holds_evidence_and_findings_redacted(file: Path) -> None:
    recording = Recording(file)
    recording.write(attempt(outcome="rejected", status=426))
    (line,) = lines(file)
    assert list(line) == ["at", "peer", "listener", "outcome", "status", "head", "findings"]
    assert line["at"] == "2026-09-21T14:13:20.250000Z"
    assert line["peer"] == "45.33.32.156:4711"
    assert line["listener"] == "0.0.0.0:8080"
    assert "abcdef" not in file.read_text()
    assert "session=secret" not in file.read_text()
    assert line["findings"][0]["rule"] == "some-rule"  # type: ignore[index]
    assert recording.written == 1


@pytest.mark.parametrize("peer", ["45.33.32.156", "2001:db8::7", None])
@pytest.mark.parametrize("ports", [(1, 2, 65535), (None, None)])
def test_an_attempt_from_several_ports_has_a_line_for_each(
    file: Path, tmp_path: Path, peer: str | None, ports: tuple[int | None, ...]
) -> None:
    together, single = Recording(file), Recording(tmp_path / "single.jsonl")
    made = attempt(peer=peer, peer_port=ports[0])
    together.write(made, ports)
    for each in made.from_ports(ports):
        single.write(each)
    assert together.written == single.written == len(ports)
    assert file.read_bytes() == (tmp_path / "single.jsonl").read_bytes()


def test_a_repeated_attempt_with_another_answer_has_a_line_of_its_own(file: Path) -> None:
    recording = Recording(file)
    for outcome, status in (("rejected", 426), ("rejected", 426), ("rejected", 403), ("upgraded", 403)):
        recording.write(attempt(outcome=outcome, status=status))
    assert [(line["outcome"], line["status"]) for line in lines(file)] == [
        ("rejected", 426), ("rejected", 426), ("rejected", 403), ("upgraded", 403)
    ]  # fmt: skip


def test_diagnose_reads_back_what_was_recorded(file: Path) -> None:
    recording = Recording(file)
    recording.write(attempt())
    recording.write(attempt(b"", peer="2001:db8::7", outcome="closed-by-client"))
    recording.write(attempt(b"\x16\x03\x01\x02\x00\x01", peer="::1", peer_port=None))
    recording.close()
    with file.open("rb") as source:
        found = [each for _, each in read(source, "strays.jsonl")]
    assert [each.peer for each in found] == ["45.33.32.156", "2001:db8::7", "::1"]
    assert [each.peer_port for each in found] == [4711, 4711, None]
    assert [each.first_bytes for each in found][1:] == [b"", b"\x16\x03\x01\x02\x00\x01"]
    assert found[0].at == START
    assert (found[1].outcome, found[1].status) == ("closed-by-client", None)


def test_repetitions_share_their_unchanging_part_and_nothing_else(file: Path) -> None:
    recording = Recording(file)
    other = Diagnosis((replace(FINDING, rule="other-rule"),))
    for each in (
        attempt(),
        attempt(at=START + 1.5, peer="10.0.0.1", status=426),
        attempt(listener_port=9090),
        attempt(listener="::"),
        attempt(platform="render"),
        attempt(diagnosis=other),
        attempt(log="a line"),
        attempt(),
    ):
        recording.write(each)
    found = lines(file)
    assert [line["at"] for line in found[:3]] == [
        "2026-09-21T14:13:20.250000Z",
        "2026-09-21T14:13:21.750000Z",
        "2026-09-21T14:13:20.250000Z",
    ]
    assert [line["peer"] for line in found[:2]] == ["45.33.32.156:4711", "10.0.0.1:4711"]
    assert [line.get("status") for line in found[:3]] == [None, 426, None]
    assert [line["listener"] for line in found[1:4]] == ["0.0.0.0:8080", "0.0.0.0:9090", "[::]:8080"]
    assert found[4]["platform"] == "render"
    assert found[5]["findings"][0]["rule"] == "other-rule"  # type: ignore[index]
    assert found[6]["log"] == "a line"
    assert found[7] == found[0]


def test_what_was_not_observed_is_left_out(file: Path) -> None:
    Recording(file).write(Attempt(evidence(log="a line", at=float("nan")), Diagnosis()))
    assert lines(file) == [{"log": "a line", "findings": []}]


def test_remembered_parts_are_bounded(file: Path) -> None:
    recording = Recording(file)
    for number in range(REMEMBERED + 10):
        recording.write(attempt(b"GET /%d HTTP/1.1\r\n\r\n" % number))
    recording.write(attempt(b"GET / HTTP/1.1\r\nA: " + b"a" * LONGEST_REMEMBERED + b"\r\n\r\n"))
    assert len(recording._parts) == 10
    assert len(lines(file)) == REMEMBERED + 11


def test_hostile_text_stays_in_its_line(file: Path) -> None:
    Recording(file).write(attempt(b'GET /\x1b[31m"\n{"at": 1} HTTP/1.1\r\n\r\n', peer='a"\n\u202e'))
    assert file.read_bytes().count(b"\n") == 1
    assert file.read_bytes().isascii()
    assert len(lines(file)) == 1


def test_full_file_is_turned_over_and_the_oldest_goes(file: Path) -> None:
    recording = Recording(file, limit=2_000, keep=2)
    for _ in range(60):
        recording.write(attempt())
    names = sorted(path.name for path in file.parent.iterdir())
    assert names == ["strays.jsonl", "strays.jsonl.1", "strays.jsonl.2"]
    for name in names:
        assert (file.parent / name).stat().st_size <= 2_000
        assert lines(file.parent / name)
    assert recording.written == 60


def test_nothing_kept_beside_the_file(file: Path) -> None:
    recording = Recording(file, limit=1_000, keep=0)
    for _ in range(10):
        recording.write(attempt())
    assert [path.name for path in file.parent.iterdir()] == ["strays.jsonl"]


def test_a_file_that_was_there_is_continued(file: Path) -> None:
    for _ in range(2):
        recording = Recording(file)
        recording.write(attempt())
        recording.close()
    assert len(lines(file)) == 2


def test_lines_of_one_turn_go_out_together(file: Path) -> None:
    turns: list[Callable[[], None]] = []
    recording = Recording(file, later=turns.append)
    for _ in range(5):
        recording.write(attempt())
    assert not file.exists()
    assert len(turns) == 1
    turns[0]()
    assert len(lines(file)) == 5
    recording.write(attempt())
    recording.close()
    assert len(lines(file)) == 6
    turns[1]()
    assert len(lines(file)) == 6


def test_a_turn_that_is_too_long_does_not_wait(file: Path) -> None:
    recording = Recording(file, limit=100_000, keep=20, later=lambda flush: None)
    while not file.exists():
        recording.write(attempt())
    recording.close()
    kept = list(file.parent.iterdir())
    assert sum(path.stat().st_size for path in kept) > PENDING
    assert all(path.stat().st_size <= 100_000 for path in kept)
    assert sum(len(lines(path)) for path in kept) == recording.written


def test_the_file_is_for_its_owner(file: Path) -> None:
    assert Recording(file).open() is None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_file_that_cannot_be_opened(tmp_path: Path, errors: Callable[[], list[str]]) -> None:
    recording = Recording(tmp_path / "missing" / "strays.jsonl")
    assert recording.open() == "No such file or directory"
    recording.write(attempt())
    recording.flush()
    recording.close()
    assert recording.open() == "No such file or directory"
    assert len(errors()) == 1
    assert "No such file or directory" in errors()[0]
    assert "the server goes on" in errors()[0]


def test_unopened_file_is_noticed_at_the_first_attempt(tmp_path: Path, errors: Callable[[], list[str]]) -> None:
    recording = Recording(tmp_path)
    recording.write(attempt())
    recording.write(attempt())
    assert recording.problem == "Is a directory"
    assert len(errors()) == 1


def test_full_disk_leaves_whole_lines(file: Path, errors: Callable[[], list[str]]) -> None:
    recording = Recording(file)
    recording.write(attempt())
    length = file.stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (length + 100, hard))
        recording.write(attempt())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    recording.write(attempt())
    assert len(lines(file)) == 1
    assert recording.problem == "No space left on device"
    assert len(errors()) == 1
    assert "1 attempts were recorded" in errors()[0]


def test_device_that_is_full(errors: Callable[[], list[str]]) -> None:
    recording = Recording("/dev/full", limit=10)
    recording.write(attempt())
    assert recording.problem == "No space left on device"
    assert len(errors()) == 1


def test_what_is_no_file_is_never_turned_over(tmp_path: Path) -> None:
    recording = Recording("/dev/null", limit=10)
    for _ in range(200):
        recording.write(attempt(head=HEAD + b"x" * 4_000))
    assert recording.problem is None
    assert recording.written == 200


def test_what_cannot_be_recorded_ends_recording_and_not_the_host(file: Path, errors: Callable[[], list[str]]) -> None:
    recording = Recording(file)
    recording.write(None)  # type: ignore[arg-type]
    assert recording.problem is not None
    assert "AttributeError" in errors()[0]


def test_processes_share_a_file(file: Path) -> None:
    one, other = Recording(file, limit=100_000, keep=50), Recording(file, limit=100_000, keep=50)
    for _ in range(600):
        one.write(attempt())
        other.write(attempt())
    kept = list(file.parent.iterdir())
    assert len(kept) > 2
    assert sum(len(lines(path)) for path in kept) == 1_200
    assert all(path.stat().st_size <= 100_000 + CHECK_EVERY + 1_000 for path in kept)


def test_file_that_somebody_moved_away_is_begun_anew(file: Path) -> None:
    recording = Recording(file)
    recording.write(attempt())
    file.rename(file.with_suffix(".old"))
    while not file.exists():
        recording.write(attempt())
    assert lines(file)


def test_another_file_in_its_place_is_followed(file: Path) -> None:
    recording = Recording(file)
    recording.write(attempt())
    file.rename(file.with_suffix(".old"))
    file.touch()
    while not file.stat().st_size:
        recording.write(attempt())
    assert lines(file)


def test_a_worker_opens_the_file_for_itself(file: Path) -> None:
    recording = Recording(file)
    recording.write(attempt())
    recording._process = os.getpid() + 1
    recording.write(attempt())
    assert recording._process == os.getpid()
    assert len(lines(file)) == 2
