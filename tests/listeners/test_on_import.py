from __future__ import annotations

import importlib
import importlib.resources
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from wsdoctor.listeners.on_import import _FINDER, forget, when_imported


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    name = "zz_imported_later"
    (tmp_path / f"{name}.py").write_text("VALUE = 1\n")
    monkeypatch.setattr(sys, "meta_path", [each for each in sys.meta_path if "pytest" not in type(each).__module__])
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    sys.modules.pop(name, None)
    forget(name)


def test_an_imported_module_is_handed_over_at_once() -> None:
    seen: list[object] = []
    when_imported("sys", seen.append)
    assert seen == [sys]
    assert "sys" not in _FINDER.actions


def test_another_module_is_handed_over_when_it_is_imported(module: str) -> None:
    seen: list[object] = []
    when_imported(module, lambda each: seen.append(each.VALUE))
    assert _FINDER in sys.meta_path
    assert seen == []
    imported = importlib.import_module(module)
    assert seen == [1]
    assert type(imported.__loader__).__name__ == "SourceFileLoader"
    assert imported.__spec__ is not None
    assert imported.__spec__.loader is imported.__loader__
    assert module not in _FINDER.actions
    importlib.reload(imported)
    assert seen == [1]


def test_the_loader_is_as_able_as_the_one_that_it_stands_for(module: str) -> None:
    when_imported(module, lambda each: None)
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.loader is not None
    assert spec.loader.get_source(module) == "VALUE = 1\n"  # type: ignore[attr-defined]


def test_a_module_that_does_not_exist_stays_unknown() -> None:
    when_imported("no_such_module_anywhere", lambda each: None)
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_module_anywhere")
    forget("no_such_module_anywhere")


def test_the_finder_is_gone_when_nothing_is_waited_for(module: str) -> None:
    waiting = dict(_FINDER.actions)
    _FINDER.actions.clear()
    try:
        when_imported(module, lambda each: None)
        forget(module)
        assert _FINDER not in sys.meta_path
        forget(module)
    finally:
        for name, action in waiting.items():
            when_imported(name, action)
