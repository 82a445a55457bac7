"""Fixes: a finding and the text of its file in, edits out. The folder is the registry: one product a module.

A module has ``PRODUCTS`` and ``fix(finding, traffic, listener, text, declared)``, which returns edits of the text of
the file that the finding is in, or None wherever there is the least doubt. ``SAFE`` is False where an edit is right
but changes more than the finding, so that a person should look at it first. Fixes read no file, judge nothing and do
not know each other; `mending` drives them.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeAlias

from wsdoctor.fixes._edits import Edit, applied, together, unified
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap

__all__ = ["Edit", "Fix", "Fixer", "Traffic", "applied", "fix_of", "fixers", "together", "unified"]

Traffic: TypeAlias = Caller | Hop | PortMap


class Fixer(Protocol):
    """A module of this folder.

    Attributes:
        PRODUCTS: products, as declared traffic names them, that it mends.

    """

    PRODUCTS: tuple[str, ...]

    def fix(
        self, finding: RepositoryFinding, traffic: Traffic, listener: Listener, text: str, declared: Declared
    ) -> list[Edit] | None:
        """Return edits of the text that take the cause of the finding away, None where there is doubt."""
        ...


@dataclass(frozen=True, slots=True)
class Fix:
    """What takes the cause of one finding away.

    Attributes:
        edits: of the file that the finding is in.
        safe: whether it changes nothing but the finding.

    """

    edits: tuple[Edit, ...]
    safe: bool = True


@lru_cache(1)
def fixers() -> Mapping[str, tuple[Fixer, ...]]:
    """Return the modules of this folder by product."""
    found: dict[str, tuple[Fixer, ...]] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        if not module.startswith("_"):
            fixer: Fixer = importlib.import_module(f"{__name__}.{module}")
            for product in fixer.PRODUCTS:
                found[product] = (*found.get(product, ()), fixer)
    return found


def fix_of(
    finding: RepositoryFinding, traffic: Traffic, listener: Listener, text: str, declared: Declared
) -> Fix | None:
    r"""Return the fix of a finding, None where none can be made without doubt.

    Args:
        finding: what a rule found.
        traffic: the caller, hop or port map that it found it in.
        listener: what that reaches.
        text: of the file that the finding is in, with ``\n`` as line end and without a byte order mark.
        declared: all declared traffic, for what else uses the same place.

    """
    if finding.cls == "tcp-probe":
        return None  # a check that says nothing is the remedy of others
    for fixer in fixers().get(traffic.product, ()):
        try:
            edits = fixer.fix(finding, traffic, listener, text, declared)
        except Exception:  # noqa: BLE001, S112 - a file may be anything; the finding stands without a fix
            continue
        if edits and applied(text, edits) != text:
            return Fix(tuple(edits), getattr(fixer, "SAFE", True))
    return None
