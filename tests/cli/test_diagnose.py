import json
from pathlib import Path

import pytest

from tests.cli.test_main import run

PROBE = (
    "GET /healthz HTTP/1.1\r\nHost: 10.0.0.5:8080\r\nUser-Agent: kube-probe/1.31\r\nAccept: */*\r\n"
    "Connection: close\r\n\r\n"
)
GOOD = (
    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def strays(folder: Path, *heads: str, **facts: object) -> Path:
    path = folder / "strays.jsonl"
    lines = [
        json.dumps({"at": f"2026-03-03T09:0{n}:00Z", "peer": "10.244.1.1:4000", "head": head, **facts})
        for n, head in enumerate(heads)
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_person_reads_who_it_was(tmp_path: Path) -> None:
    done = run("diagnose", str(strays(tmp_path, PROBE, PROBE, GOOD)))
    assert "kube-probe/1.31" in done.stdout
    assert "wsdoctor explain kubernetes-probe" in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


def test_json_is_the_document_of_the_contract(tmp_path: Path) -> None:
    done = run("diagnose", str(strays(tmp_path, PROBE, GOOD, PROBE)), "--format", "json")
    document = json.loads(done.stdout)
    assert document["schema"] == "wsdoctor/diagnoses/1"
    assert document["attempts"] == 3
    by_rule = {group["findings"][0]["rule"] if group["findings"] else None: group for group in document["groups"]}
    assert by_rule["kubernetes-probe"]["evidence"] == [1, 3]
    assert by_rule["kubernetes-probe"]["peers"] == ["10.244.1.1"]
    assert by_rule[None]["evidence"] == [2]


def test_each_record_gets_its_line(tmp_path: Path) -> None:
    done = run("diagnose", "--each", "--format", "jsonl", str(strays(tmp_path, GOOD, PROBE)))
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["record"], first["findings"]) == (1, [])
    assert second["findings"][0]["class"] == "health-check"


def test_each_can_go_to_a_file(tmp_path: Path) -> None:
    out = tmp_path / "each.jsonl"
    run("diagnose", "--each", "--format", "jsonl", "--output", str(out), str(strays(tmp_path, PROBE)))
    assert json.loads(out.read_text())["record"] == 1


def test_standard_input_may_be_a_raw_request() -> None:
    done = run("diagnose", "--format", "json", input=PROBE)
    assert json.loads(done.stdout)["groups"][0]["findings"][0]["rule"] == "kubernetes-probe"


def test_several_outputs_in_one_run(tmp_path: Path) -> None:
    page, data = tmp_path / "report.html", tmp_path / "report.json"
    done = run(
        "diagnose", str(strays(tmp_path, PROBE)), "--format", "html", "--output", str(page), "--format", "markdown",
        "--output", str(data),
    )  # fmt: skip
    assert done.stdout == ""
    assert "kube-probe" in page.read_text()
    assert "kube-probe" in data.read_text()


def test_the_ending_of_the_file_decides_without_format(tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    run("diagnose", str(strays(tmp_path, PROBE)), "--output", str(out))
    assert json.loads(out.read_text())["attempts"] == 1


@pytest.mark.parametrize(("head", "code"), [(GOOD, 0), (PROBE, 0), ("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03", 1)])
def test_the_exit_code_says_whether_somebody_should_act(tmp_path: Path, head: str, code: int) -> None:
    assert run("diagnose", str(strays(tmp_path, head))).returncode == code


def test_what_came_before_the_broken_line_is_reported(tmp_path: Path) -> None:
    path = strays(tmp_path, PROBE, PROBE)
    path.write_text(path.read_text() + "Nov 23 10:00:00 server: connection rejected\n")
    done = run("diagnose", str(path), "--format", "json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["attempts"] == 2
    assert done.stderr.startswith(f"wsdoctor diagnose: {path}:3: not JSON")


def test_records_of_several_files_are_numbered_on(tmp_path: Path) -> None:
    first = strays(tmp_path, PROBE, GOOD)
    second = tmp_path / "more.jsonl"
    second.write_text(json.dumps({"head": PROBE}) + "\n")
    done = run("diagnose", "--each", "--format", "jsonl", str(first), str(second))
    assert [json.loads(line)["record"] for line in done.stdout.splitlines()] == [1, 2, 3]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--format", "pdf"], "no such format"),
        (["--each", "--format", "html"], "--each goes with --format jsonl"),
        (["--format", "json", "--format", "jsonl"], "two formats cannot both go to standard output"),
        (["--output", "/nowhere/x.json"], "/nowhere/x.json: cannot write"),
        (["--config", "/nowhere/wsdoctor.toml"], "cannot read"),
        (["--rules", "/nowhere"], "no such folder of rules"),
    ],
)
def test_wrong_usage_is_said_in_one_line(tmp_path: Path, options: list[str], problem: str) -> None:
    done = run("diagnose", str(strays(tmp_path, PROBE)), *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert problem in done.stderr
    assert len(done.stderr.splitlines()) == 1


RULE = """
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request

def match(path):
    return "asks for /smoke" if path == "/smoke" else None

RULE = Rule(
    id="{id}", title="Our smoke test", cls="health-check", level="warning", confidence=0.9, match=match,
    why="It was written for the HTTP server.", remedy=Remedy("Point it elsewhere."),
    references=(Reference("Runbook", "https://example.com"),), cases=(Case("it", request("GET /smoke HTTP/1.1")),),
    near_misses=(), supersedes={supersedes},
)
"""


def test_rules_of_the_user_and_what_is_wrong_with_some(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "our_smoke.py").write_text(RULE.format(id="our-smoke", supersedes="()"))
    (folder / "broken.py").write_text("RULE = 1/0\n")
    (folder / "odd.py").write_text(RULE.format(id="odd-name", supersedes="()"))
    (folder / "lost_rule.py").write_text(RULE.format(id="lost-rule", supersedes="('no-such-rule',)"))
    (folder / "_helper.py").write_text("raise SystemExit\n")
    done = run(
        "diagnose",
        "--rules",
        str(folder),
        "--each",
        "--format",
        "jsonl",
        input="GET /smoke HTTP/1.1\r\nHost: a\r\n\r\n",
    )
    rules = [finding["rule"] for finding in json.loads(done.stdout)["findings"]]
    assert "our-smoke" in rules
    said = done.stderr
    assert f"{folder / 'broken.py'}: the module cannot be imported: ZeroDivisionError" in said
    assert "the id 'odd-name' does not fit the name of the module" in said
    assert "no-such-rule, which is no rule" in said
    assert "Traceback" not in said
