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
from typing import Any, Protocol, cast

from wsdoctor.model.report import Report

__all__ = ["Renderer", "load", "names"]


class Renderer(Protocol):
    """What every renderer module of this folder offers."""

    NAME: str

    def render(self, report: Report, write: Callable[[str], object], **options: Any) -> None:
        """Write the report as text."""


@cache
def names() -> tuple[str, ...]:
    """Return the names of the renderers in alphabetical order."""
    found = (module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in found)
    return tuple(sorted(module.NAME for module in modules if hasattr(module, "render")))


def load(name: str) -> Renderer:
    """Return the renderer module of that name."""
    return cast(Renderer, importlib.import_module(f"{__name__}.{name.replace('-', '_')}"))
