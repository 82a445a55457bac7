"""What the inspectors of Go have in common: one file of a package, its values, and places in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._go.files import File, package_files
from wsdoctor.inspectors._go.values import Values
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Location

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["Reading", "is_aside", "opened"]

_ASIDE = re.compile(r"(?:^|/)(?:testdata|examples?)/")


def is_aside(path: str) -> bool:
    """Say whether a file is a test or an example."""
    return path.endswith("_test.go") or _ASIDE.search(path) is not None


def opened(path: str, repository: Repository) -> File | None:
    """Return a file with its package, None where it cannot be read."""
    folder = path.rpartition("/")[0]
    return next((one for one in package_files(folder, repository) if one.path == path), None)


class Reading:
    """A file that is gone through.

    Args:
        file: of a package.
        repository: that it is in.

    """

    def __init__(self, file: File, repository: Repository) -> None:
        self.file = file
        self.source = file.source
        self.repository = repository
        self.values = Values(repository)
        self.unit = unit_of(file.path, repository)

    def location(self, node: Node) -> Location:
        """Return the place of a node of the file."""
        line, column, end = self.source.place(node)
        return self.repository.location(self.file.path, line, column, end)
