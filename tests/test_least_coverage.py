from __future__ import annotations

from pathlib import Path

import coverage
import pytest

from tests import least_coverage

CODE = "def half(x):\n    if x:\n        return 1\n    return 2\n"


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which one module was measured whole and another in part."""
    monkeypatch.chdir(tmp_path)
    data = coverage.CoverageData(basename=str(tmp_path / ".coverage"))
    for name, lines in (("whole.py", {1, 2, 3, 4}), ("part.py", {1, 2, 3})):
        (tmp_path / name).write_text(CODE)
        data.add_lines({str(tmp_path / name): lines})
    data.write()
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["95"], "part.py: 75.0 %, less than 95 %\n"),
        (["75"], ""),
        (["95", "*/part.py"], ""),
        (["95", "*/whole.py,*/other.py"], "part.py: 75.0 %, less than 95 %\n"),
    ],
)
def test_each_module_counts_by_itself(
    measured: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert least_coverage.main(arguments) == int(bool(said))
    assert capsys.readouterr().out.replace(f"{measured}/", "") == said
