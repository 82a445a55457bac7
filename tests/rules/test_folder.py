import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from wsdoctor import rules
from wsdoctor.errors import InvalidRule
from wsdoctor.rules import load_declared_rules, load_folder, load_rules

RULE = """
from wsdoctor.model.rule import Remedy, Rule

RULE = Rule(
    id={id!r}, title="T", cls={cls!r}, level={level!r}, confidence={confidence}, match=lambda path: None, why="W.",
    remedy=Remedy("R."), references=(), cases=(), near_misses=(),
)
"""


def write(folder: Path, name: str, **changes: object) -> Path:
    told = {"id": name.replace("_", "-"), "cls": "scanner", "level": "note", "confidence": 0.5, **changes}
    path = folder / f"{name}.py"
    path.write_text(RULE.format(**told))
    return path


def test_every_module_of_the_folder_is_a_rule() -> None:
    assert load_rules() is load_rules()
    assert len(load_rules()) >= 80


def test_rules_of_a_users_folder(tmp_path: Path) -> None:
    write(tmp_path, "our_smoke_test")
    (tmp_path / "_helper.py").write_text("raise RuntimeError")
    (tmp_path / "notes.txt").write_text("no module")
    found, broken = load_folder(tmp_path)
    assert (list(found), broken) == (["our-smoke-test"], [])


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"id": "Our Rule"}, "is not kebab-case"),
        ({"id": "other-name"}, "does not fit the name of the module"),
        ({"cls": "nonsense"}, "the class 'nonsense' is none of the contract"),
        ({"level": "fatal"}, "the level 'fatal' is none of note, warning, error"),
        ({"confidence": 0.0}, "the confidence 0.0 is not between 0 and 1"),
        ({"confidence": 1.5}, "the confidence 1.5 is not between 0 and 1"),
    ],
)
def test_a_broken_rule_is_named_and_the_others_work(tmp_path: Path, changes: dict[str, object], problem: str) -> None:
    write(tmp_path, "good_one")
    path = write(tmp_path, "bad_one", **changes)
    found, [error] = load_folder(tmp_path)
    assert list(found) == ["good-one"]
    assert str(error).startswith(f"{path}: ")
    assert problem in str(error)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("RULE = 1\n", "the module has no RULE"),
        ("x =\n", "the module cannot be imported: SyntaxError"),
        ("import nowhere_to_be_found\n", "the module cannot be imported: ModuleNotFoundError"),
    ],
)
def test_a_module_that_is_no_rule(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "no_rule.py").write_text(text)
    found, [error] = load_folder(tmp_path)
    assert found == {}
    assert problem in str(error)


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(InvalidRule, match="no such folder of rules"):
        load_folder(tmp_path / "none")


def test_what_cannot_be_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "good_one")
    monkeypatch.setattr(rules.importlib.util, "spec_from_file_location", lambda name, path: None)
    assert "not a Python module" in str(load_folder(tmp_path)[1][0])


def test_a_rule_can_be_changed_by_replacing_it() -> None:
    rule = next(iter(load_rules().values()))
    assert replace(rule, title="Other").title == "Other"


def test_the_rules_of_declared_traffic_are_found_without_loading_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {id_: rule for id_, rule in load_rules().items() if rule.declared is not None}
    assert load_declared_rules() == wanted
    code = "import sys; from wsdoctor.rules import load_declared_rules as load; load(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout
    assert sum(name.startswith("wsdoctor.rules.") for name in loaded.split()) < len(load_rules()) / 2

    def unreadable(path: Path) -> bytes:
        raise OSError(path)

    monkeypatch.setattr(Path, "read_bytes", unreadable)
    assert load_declared_rules.__wrapped__() == wanted
