"""Real repositories in a temporary folder."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from wsdoctor.inspectors import Repository, load_inspectors
from wsdoctor.inspectors._matching import Sieves, jobs
from wsdoctor.model.traffic import Declared


def repository(root: Path, files: Mapping[str, str]) -> Repository:
    """Write files, dedented, and return the repository that they make."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return Repository(root)


def inspect(name: str, path: str, files: Repository) -> Declared:
    """Return what one inspector says of one file, which its own words and patterns must have let in."""
    inspector = next(one for one in load_inspectors() if name == one.NAME)
    found = inspector.inspect(path, files)
    if found.listeners or found.hops or found.callers or found.maps:
        assert [*jobs([path], [inspector])], f"{path} fits no pattern of {name}"
        raw = (files.text(path) or "").encode()
        assert Sieves([inspector]).want(path, raw, (0,)), f"{name} finds something, but no word of it lets the file in"
    return found
