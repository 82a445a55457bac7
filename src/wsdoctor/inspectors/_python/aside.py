"""Which Python files are beside what runs: tests, documentation, examples."""

from __future__ import annotations

import re

from wsdoctor.inspectors._base import Repository

__all__ = ["is_aside", "is_test"]

_TEST_FOLDERS = frozenset(("tests", "test", "testing", "__tests__", "spec", "e2e", "fixtures", "testdata"))
_TEST_TEXT = re.compile(
    r"^\s*(?:import|from)\s+(?:pytest|unittest)\b|^(?:async\s+)?def\s+test_|^class\s+Test", re.MULTILINE
).search
_ASIDE_FOLDERS = frozenset(
    ("docs", "doc", "documentation", "examples", "example", "samples", "sample", "demos", "benchmarks")
)


def is_test(path: str, repository: Repository) -> bool:
    """Say whether a file is a test, which starts and calls servers of its own."""
    *folders, name = path.split("/")
    if name in {"conftest.py", "noxfile.py", "setup.py"} or not _TEST_FOLDERS.isdisjoint(folders):
        return True
    named = name.startswith("test_") or name.endswith("_test.py") or name == "tests.py"
    return named and _TEST_TEXT(repository.text(path) or "") is not None


def is_aside(path: str) -> bool:
    """Say whether a file is documentation or an example rather than part of what runs."""
    return not _ASIDE_FOLDERS.isdisjoint(path.split("/")[:-1])
