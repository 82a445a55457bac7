from pathlib import Path

import pytest

from wsdoctor.config import Config, load_config
from wsdoctor.errors import InvalidInput


def test_without_a_file_everything_is_as_it_comes(tmp_path: Path) -> None:
    assert load_config(None, tmp_path) == Config()


def test_its_own_file_comes_before_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.wsdoctor]\nrules = "there"\n')
    assert load_config(None, tmp_path).rules == tmp_path / "there"
    (tmp_path / "wsdoctor.toml").write_text('rules = "here"\n')
    assert load_config(None, tmp_path).rules == tmp_path / "here"


@pytest.mark.parametrize("text", ["", "tool = 1", "[tool]\nwsdoctor = 1", "[tool.ruff]\nline-length = 1"])
def test_a_pyproject_of_somebody_else_is_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert load_config(None, tmp_path) == Config()


def test_a_named_pyproject_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.wsdoctor]\nrules = "mine"\n')
    assert load_config(str(path)).rules == tmp_path / "mine"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("ruels = 1", "unknown key 'ruels'"),
        ("rules = 1", "rules must be the name of a folder"),
        ("rules =", "not TOML"),
    ],
)
def test_a_wrong_file_is_an_error_that_names_it(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "wsdoctor.toml"
    path.write_text(text)
    with pytest.raises(InvalidInput) as caught:
        load_config(None, tmp_path)
    assert str(caught.value).startswith(f"{path}: {problem}")


def test_a_named_file_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot read"):
        load_config(str(tmp_path / "none.toml"))
