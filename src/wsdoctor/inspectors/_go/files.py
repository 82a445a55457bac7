"""Files and packages of Go, kept while they are of use, and which folder an import means."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.syntax import go

__all__ = ["File", "folder_of", "import_path", "imported_files", "package_files"]

_MAX_FILES = 60
_MAX_BYTES = 2_000_000
"""Of the files whose trees are kept; a tree takes twenty times the memory of its text."""
_MAX_FOLDERS = 60
_MAX_PACKAGES = 200


@dataclass(slots=True)
class File:
    """A Go file.

    Attributes:
        path: relative to the root.
        source: its tree.
        memory: of those who look at it.

    """

    path: str
    source: go.Source
    memory: dict[object, object] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The folder that is its package."""
        return self.path.rpartition("/")[0]


def package_files(folder: str, repository: Repository) -> list[File]:
    """Return the files of the package in a folder, without its tests."""
    kept = repository.memory.setdefault("go packages", _Packages())
    assert isinstance(kept, _Packages)
    if folder not in kept.files:
        found: list[File] = []
        for path in repository.glob(f"{folder}/*.go" if folder else "*.go")[:_MAX_FILES]:
            text = repository.text(path)
            if text is not None and not path.endswith("_test.go"):
                try:
                    found.append(File(path, go.parse(text)))
                except SyntaxProblem:
                    continue
        kept.add(folder, found)
    return kept.files[folder]


class _Packages:
    """The files of packages, as many as there is room for."""

    def __init__(self) -> None:
        self.files: dict[str, list[File]] = {}
        self.bytes = 0

    def add(self, folder: str, files: list[File]) -> None:
        if len(self.files) > _MAX_PACKAGES or self.bytes > _MAX_BYTES:
            self.files.clear()
            self.bytes = 0
        self.files[folder] = files
        self.bytes += sum(len(file.source.source) for file in files)


def folder_of(name: str, file: File, repository: Repository) -> str | None:
    """Return the folder of a package of the repository that a file imports under a name."""
    path = file.source.imports.get(name)
    if path is None:
        return None
    for module, root in _modules(repository).items():
        if path == module or path.startswith(module + "/"):
            return "/".join(part for part in (root, path[len(module) + 1 :]) if part)
    return None


def import_path(folder: str, repository: Repository) -> str | None:
    """Return what the package in a folder is imported as, None if that is not known."""
    best: str | None = None
    for module, root in _modules(repository).items():
        if not root or folder == root or folder.startswith(root + "/"):
            rest = folder[len(root) :].strip("/")
            path = f"{module}/{rest}" if rest else module
            best = path if best is None or len(rest) < len(best.rpartition(module)[2]) else best
    return best


def imported_files(files: list[File], repository: Repository) -> list[File]:
    """Return the files of the packages of the repository that some files import, and of those that these import."""
    own = {file.folder for file in files}
    folders: dict[str, None] = {}
    pending = list(files)
    while pending and len(folders) < _MAX_FOLDERS:
        file = pending.pop()
        for name in file.source.imports:
            folder = folder_of(name, file, repository)
            if folder is not None and folder not in own and folder not in folders:
                folders[folder] = None
                pending += package_files(folder, repository)
    return [file for folder in sorted(folders) for file in package_files(folder, repository)]


def _modules(repository: Repository) -> dict[str, str]:
    modules: dict[str, str] | None = repository.memory.get("go modules")  # type: ignore[assignment]
    if modules is None:
        modules = {}
        for found in repository.named("go.mod"):
            match = re.search(r"^module\s+(\S+)", repository.text(found) or "", re.MULTILINE)
            if match:
                modules[match[1]] = found.rpartition("/")[0]
        repository.memory["go modules"] = modules
    return modules
