"""Small projects, each in another idiom of Python: the lines with «class» send strays, and no other line does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.diagnosis import knowledge_base
from wsdoctor.investigate import inspect

PROJECTS = sorted((Path(__file__).parent / "python_idioms").glob("*.txt"))
MARK = re.compile(r"[ ]*«(?P<cls>[\w-]+)»$")
NEAR = 2
"""Lines that a finding may stand beside its mark."""


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.stem)
def test_what_sends_strays(tmp_path: Path, project: Path) -> None:
    files: dict[str, str] = {}
    expected: list[tuple[str, int, str]] = []
    for part in project.read_text("utf-8").split("=== ")[1:]:
        name, _, text = part.partition("\n")
        lines = text.splitlines()
        for number, line in enumerate(lines, 1):
            if (mark := MARK.search(line)) is not None:
                expected.append((name, number, mark["cls"]))
                lines[number - 1] = line[: mark.start()]
        files[name] = "\n".join(lines) + "\n"
    found = [
        (one.location.file, one.location.line, one.cls)
        for one in inspect(str(repository(tmp_path, files).root), knowledge_base().rules, cached=False).findings
        if one.level != "note"
    ]
    missed = [one for one in expected if not any(_same(one, other) for other in found)]
    others = [one for one in found if not any(_same(other, one) for other in expected)]
    assert (missed, others) == ([], [])


def _same(mark: tuple[str, int, str], finding: tuple[str, int, str]) -> bool:
    return mark[0] == finding[0] and mark[2] == finding[2] and abs(mark[1] - finding[1]) <= NEAR
