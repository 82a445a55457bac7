from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from tests.factories import evidence
from wsdoctor.cli._knowledge import add_config_option, declared_rules_of, knowledge_of
from wsdoctor.diagnosis import KnowledgeBase, knowledge_base
from wsdoctor.errors import InvalidInput
from wsdoctor.model.rule import request
from wsdoctor.rules import load_declared_rules

GOOD = '''"""Our own."""
from wsdoctor.model.rule import Case, Remedy, Rule, request


def match(path: str) -> str | None:
    return "It asks for the gauge." if path == "/gauge" else None


RULE = Rule(
    id="our-gauge", title="Our gauge asks", cls="health-check", level="note", confidence=0.9, match=match,
    why="Our gauge asks by HTTP.", remedy=Remedy("Let it connect."), references=(),
    cases=(Case("it", request("GET /gauge HTTP/1.1", "Host: a")),),
    near_misses=(Case("another", request("GET /other HTTP/1.1", "Host: a")),), supersedes=("unrecognised-request",),
)
'''


def options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_config_option(parser)
    return parser.parse_args(words)


def said(base: KnowledgeBase, path: str, agent: str = "x/1") -> str | None:
    head = request(f"GET {path} HTTP/1.1", "Host: a", f"User-Agent: {agent}")
    primary = base.diagnose(evidence(head)).primary
    return primary and primary.rule


def test_without_a_folder_it_is_the_built_in_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert knowledge_of(options()) is knowledge_base()


def test_a_rule_of_ones_own_is_asked_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "our_gauge.py").write_text(GOOD)
    base = knowledge_of(options("--rules", str(tmp_path)))
    assert said(base, "/gauge") == "our-gauge"
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("broken.py", "RULE = ("),
        ("wrong.py", GOOD.replace('("unrecognised-request",)', '("no-such-rule",)')),
        ("senders.toml", "[[sender]]\nid = 1\n"),
    ],
)
def test_what_is_broken_is_named_and_the_rest_works(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    (tmp_path / "our_gauge.py").write_text(GOOD)
    (tmp_path / name).write_text(text.replace("our-gauge", "our-wrong") if name == "wrong.py" else text)
    base = knowledge_of(options("--rules", str(tmp_path)))
    assert said(base, "/gauge") == "our-gauge"
    assert capsys.readouterr().err.startswith("wsdoctor: left out: ")


def test_senders_of_ones_own_are_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from wsdoctor.rules import _senders

    built_in = Path(_senders.__file__).with_name("senders.toml").read_text()
    start = built_in.index("[[sender]]")
    (tmp_path / "senders.toml").write_text(built_in[start : built_in.index("[[sender]]", start + 5)])
    base = knowledge_of(options("--rules", str(tmp_path)))
    assert set(base.rules) == set(knowledge_base().rules)
    assert "Traceback" not in capsys.readouterr().err


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        knowledge_of(options("--rules", str(tmp_path / "absent")))


def test_rules_of_ones_own_judge_declared_traffic_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert declared_rules_of(options()) is load_declared_rules
    (tmp_path / "our_gauge.py").write_text(GOOD)
    assert "our-gauge" in declared_rules_of(options("--rules", str(tmp_path)))()
