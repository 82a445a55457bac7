from __future__ import annotations

from pathlib import Path

import pytest

from wsdoctor.model.report import Report
from wsdoctor.renderers import load, names


def test_the_folder_is_the_registry() -> None:
    assert {"json", "jsonl"} <= set(names())
    assert list(names()) == sorted(names())
    assert "rule_page" not in names()


def test_names_are_told_without_loading_the_renderers(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = (None, "inspection", "investigation")
    told = [names(kind) for kind in kinds]
    for kind, known in zip(kinds, told, strict=True):
        assert all(name == load(name, kind).NAME for name in known)

    def unreadable(path: Path, **options: object) -> str:
        raise OSError(path)

    monkeypatch.setattr(Path, "read_text", unreadable)
    assert [names.__wrapped__(kind) for kind in kinds] == told


@pytest.mark.parametrize("name", names())
def test_every_renderer_takes_the_shared_options(name: str) -> None:
    pieces: list[str] = []
    renderer = load(name)
    assert name == renderer.NAME
    renderer.render(Report(0, 0, ()), pieces.append, color=False, verbose=False)
    assert all(isinstance(piece, str) for piece in pieces)
