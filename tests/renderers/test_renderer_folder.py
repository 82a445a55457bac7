from __future__ import annotations

import pytest

from wsdoctor.model.report import Report
from wsdoctor.renderers import load, names


def test_the_folder_is_the_registry() -> None:
    assert {"json", "jsonl"} <= set(names())
    assert list(names()) == sorted(names())
    assert "rule_page" not in names()


@pytest.mark.parametrize("name", names())
def test_every_renderer_takes_the_shared_options(name: str) -> None:
    pieces: list[str] = []
    renderer = load(name)
    assert name == renderer.NAME
    renderer.render(Report(0, 0, ()), pieces.append, color=False, verbose=False)
    assert all(isinstance(piece, str) for piece in pieces)
