from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tests.factories import nginx_rule

PATH = Path(__file__).parent.parent / "docs" / "generate.py"


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("docs_generate", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RULES = {rule.id: rule for rule in (nginx_rule(), nginx_rule(id="second-rule"))}


def test_pages_are_written_once_and_then_fresh(generate, tmp_path, capsys):
    folder = tmp_path / "rules"
    assert generate.main(["--check"], RULES, folder) == 1
    assert "docs/rules/index.md is stale; run: python docs/generate.py" in capsys.readouterr().err
    assert generate.main([], RULES, folder) == 0
    assert capsys.readouterr().out == "3 pages, 3 of them changed\n"
    assert sorted(path.name for path in folder.iterdir()) == ["index.md", "nginx-drops-upgrade.md", "second-rule.md"]
    assert generate.main(["--check"], RULES, folder) == 0
    assert generate.main([], RULES, folder) == 0
    assert capsys.readouterr().out == "3 pages, 0 of them changed\n"


def test_edited_pages_and_pages_of_no_rule_are_stale(generate, tmp_path, capsys):
    generate.main([], RULES, tmp_path)
    (tmp_path / "second-rule.md").write_text("edited")
    (tmp_path / "gone-rule.md").write_text("left over")
    assert generate.main(["--check"], RULES, tmp_path) == 1
    assert [line.split()[0] for line in capsys.readouterr().err.splitlines()] == [
        "docs/rules/gone-rule.md", "docs/rules/second-rule.md",
    ]  # fmt: skip
    generate.main([], RULES, tmp_path)
    assert not (tmp_path / "gone-rule.md").exists()
    assert generate.stale(generate.pages(RULES), tmp_path) == []
