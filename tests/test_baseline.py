from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.declared_factories import location, repository_finding, sample_inspection
from wsdoctor.baseline import known_findings, with_baseline, write_baseline
from wsdoctor.errors import InvalidInput
from wsdoctor.model.finding import RepositoryFinding, fingerprints


def at(line: int, text: str = "httpGet:", **fields: object) -> RepositoryFinding:
    return repository_finding(location=location("deploy/k8s.yaml", line, text=text), **fields)


def test_a_name_stays_when_lines_and_spaces_move() -> None:
    assert fingerprints([at(41, "port:  8080")]) == fingerprints([at(52, "port: 8080 ", level="error", message="m")])


@pytest.mark.parametrize(
    "other",
    [
        at(41, "tcpSocket:"),
        at(41, rule="container-health-check"),
        repository_finding(location=location("other.yaml", 41, text="httpGet:")),
    ],
)
def test_a_name_changes_with_the_words_the_rule_and_the_file(other: RepositoryFinding) -> None:
    assert fingerprints([at(41)]) != fingerprints([other])


def test_equal_lines_are_told_apart_by_their_order() -> None:
    first, second, third = fingerprints([at(41), at(47), at(60)])
    assert (second, third) == (f"{first}:2", f"{first}:3")


def test_known_findings_are_set_aside_and_new_ones_stay(tmp_path: Path) -> None:
    path = str(tmp_path / "baseline.json")
    inspection = sample_inspection()
    write_baseline(path, inspection.findings)
    assert with_baseline(inspection, known_findings(path)).findings == ()
    assert with_baseline(inspection, known_findings(path)).known == inspection.findings
    moved = tuple(
        replace(each, location=replace(each.location, line=each.location.line + 9)) for each in inspection.findings
    )
    new = at(99, "new line")
    narrowed = with_baseline(replace(inspection, findings=(*moved, new)), known_findings(path))
    assert (narrowed.findings, narrowed.known) == ((new,), moved)


def test_one_more_of_the_same_is_new(tmp_path: Path) -> None:
    path = str(tmp_path / "baseline.json")
    write_baseline(path, [at(41)])
    narrowed = with_baseline(sample_inspection(findings=(at(41), at(47))), known_findings(path))
    assert narrowed.findings == (at(47),)


def test_the_file_is_in_an_order_of_its_own_and_can_be_read(tmp_path: Path) -> None:
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    findings = sample_inspection().findings
    write_baseline(str(one), findings)
    write_baseline(str(other), findings[::-1])
    assert one.read_text() == other.read_text()
    document = json.loads(one.read_text())
    assert document["schema"] == "wsdoctor/baseline/1"
    assert [(each["file"], each["rule"], each["text"]) for each in document["findings"]] == [
        (".replit", "public-port-ends-at-websocket-port", "externalPort = 80"),
        ("deploy/k8s.yaml", "kubernetes-probe", "httpGet:"),
        ("deploy/nginx.conf", "nginx-drops-upgrade", "proxy_pass http://localhost:8080;"),
    ]
    assert "line" not in document["findings"][0]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\xff", "not UTF-8"),
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "--write-baseline makes one"),
        (b'{"schema": "wsdoctor/findings/1", "findings": []}', "--write-baseline makes one"),
        (b'{"schema": "wsdoctor/baseline/1"}', "--write-baseline makes one"),
        (b'{"schema": "wsdoctor/baseline/1", "findings": [1]}', "--write-baseline makes one"),
        (b'{"schema": "wsdoctor/baseline/1", "findings": [{"fingerprint": []}]}', "--write-baseline makes one"),
    ],
)
def test_what_is_no_baseline_is_refused(content: bytes, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=problem):
        known_findings(str(path))


def test_a_file_that_is_not_there_or_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot read: No such file"):
        known_findings(str(tmp_path / "none.json"))
    with pytest.raises(InvalidInput, match="cannot write: No such file"):
        write_baseline(str(tmp_path / "none" / "baseline.json"), [])
