"""Renderers: a report to text, one format a module; the folder is the registry.

A renderer module has `NAME` and `render(report, write, **options)`, which hands text to `write` piece by
piece and ignores options that it has no use for. Modules of this folder without `render` show something
other than reports. A renderer opens no file and asks nobody anything; commands drive it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, cast

__all__ = ["Renderer", "load", "names"]


class Renderer(Protocol):
    """What every renderer module of this folder offers."""

    NAME: str

    def render(self, report: Any, write: Callable[[str], object], **options: Any) -> None:
        """Write the report, inspection or investigation as text."""


@cache
def names(kind: str | None = None) -> tuple[str, ...]:
    """Return the names of the renderers in alphabetical order.

    Args:
        kind: ``inspection`` or ``investigation`` for those of a folder within this one, None for reports.

    """
    package = _package(kind)
    found = (module.name for module in pkgutil.iter_modules(package.__path__) if not module.ispkg)
    renderers = (name for name in found if not name.startswith("_") and _renders(package, name))
    return tuple(sorted(name.replace("_", "-") for name in renderers))


def _renders(package: ModuleType, name: str) -> bool:
    """Say whether a module has `render`: by its text, for loading all of them takes long, else by loading it."""
    try:
        return "\ndef render(" in Path(package.__path__[0], f"{name}.py").read_text(encoding="utf-8")
    except OSError:
        return hasattr(importlib.import_module(f"{package.__name__}.{name}"), "render")


def load(name: str, kind: str | None = None) -> Renderer:
    """Return the renderer module of that name."""
    return cast(Renderer, importlib.import_module(f"{_package(kind).__name__}.{name.replace('-', '_')}"))


def _package(kind: str | None) -> ModuleType:
    return importlib.import_module(__name__ if kind is None else f"{__name__}.{kind}")
