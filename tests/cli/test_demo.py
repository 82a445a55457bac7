import importlib.util
from pathlib import Path

import pytest

from wsdoctor.cli import main
from wsdoctor.demo import play


def test_without_the_extra_it_says_which_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "websockets" else find(name))
    assert main(["demo"]) == 2
    assert "demo" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "strict"), [([], False), (["--ws-port", "8765"], True), (["--web-port", "5001"], True)]
)
def test_ports_that_are_named_must_not_be_exchanged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str], strict: bool
) -> None:
    seen = []
    monkeypatch.setattr(play, "play", lambda options, console: seen.append(options) or 0)
    assert main(["demo", *words, "--report", str(tmp_path / "r.html"), "--seconds", "5"]) == 0
    (options,) = seen
    assert (options.strict_ports, options.after) == (strict, 5.0)
