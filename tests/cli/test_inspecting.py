from pathlib import Path

import pytest

from tests.test_investigate import DOCKERFILE, SERVER
from wsdoctor.cli._inspecting import inspected
from wsdoctor.files.listing import Listing
from wsdoctor.inspectors import _cache
from wsdoctor.model.inspection import Inspection
from wsdoctor.rules import load_declared_rules


def inspection_of(folder: Path) -> Inspection:
    return inspected(str(folder), load_declared_rules, listed=Listing, progress=lambda done, whole: None, cached=True)


def test_a_second_time_it_finds_the_same_in_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WSDOCTOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(_cache, "FRESH", -1.0)
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "server.py").write_text(SERVER)
    (folder / "Dockerfile").write_text(DOCKERFILE)
    first = inspection_of(folder)
    assert [finding.rule for finding in first.findings] == ["container-health-check"]
    assert any((tmp_path / "cache").glob("state-*"))
    monkeypatch.setattr(_cache.Session, "recall", None)
    assert inspection_of(folder).findings == first.findings
