import importlib
import sys

import pytest

import wsdoctor.__main__


def test_importing_it_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["wsdoctor", "--no-such-option"])
    assert importlib.reload(wsdoctor.__main__).main is wsdoctor.__main__.main
