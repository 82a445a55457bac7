"""Variables that are set somewhere, and which setting counts for whom.

It reads no file: `_values` hands the settings in. Where several settings disagree and nothing decides between them,
it says so by giving no value and all candidates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from wsdoctor.inspectors._units import runs
from wsdoctor.model.traffic import Location

__all__ = ["Environment", "Variable"]


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that is set somewhere.

    Attributes:
        name: of the variable.
        text: value, references to other variables followed.
        location: of the setting.
        unit: unit that it is set for, None = not for one alone.
        folder: it counts for files in this folder.
        source: ``compose``, ``dotenv``, ``dockerfile``, ``kubernetes``, ``shell``, ``platform``.
        command: command line, or lines of the script, that it is set for; empty = for none alone.
        alone: whether it is set for that command line alone.
        rank: the lower the stronger among those that apply equally.

    """

    name: str
    text: str
    location: Location
    unit: str | None = None
    folder: str = ""
    source: str = "dotenv"
    command: tuple[str, ...] = ()
    rank: int = 50
    alone: bool = False


class Environment:
    """The variables of a repository.

    Args:
        variables: all that is set.
        containers: units that get nothing but what is set for them.

    """

    def __init__(self, variables: Iterable[Variable], containers: Iterable[str] = ()) -> None:
        self._by_name: dict[str, list[Variable]] = {}
        self._containers = frozenset(containers)
        self._asking: str | None = None
        for variable in variables:
            self._by_name.setdefault(variable.name, []).append(variable)

    @contextmanager
    def seen_from(self, unit: str) -> Iterator[None]:
        """Answer as if one unit asked, whatever unit is said to ask, as long as this lasts."""
        self._asking = unit
        try:
            yield
        finally:
            self._asking = None

    def names(self) -> list[str]:
        """Return the names of all variables that are set somewhere, sorted."""
        return sorted(self._by_name)

    def candidates(self, name: str, unit: str | None = None, near: str | None = None) -> list[Variable]:
        """Return the settings that may apply, those that apply most closely first; one for each value.

        Args:
            name: of the variable.
            unit: unit that asks.
            near: file that asks, relative to the root.

        """
        unit = self._asking or unit
        ranked = sorted(
            (
                (closeness, variable.rank, number, variable)
                for number, variable in enumerate(self._by_name.get(name, ()))
                if (closeness := self._closeness(variable, unit, near)) is not None
            ),
            key=lambda item: item[:3],
        )
        found: dict[str, Variable] = {}
        for _, _, _, variable in ranked:
            found.setdefault(variable.text, variable)
        return list(found.values())

    def value(self, name: str, unit: str | None = None, near: str | None = None) -> tuple[str, Location] | None:
        """Return the value that applies and where it is set; None if there is none or several apply equally.

        Args:
            name: of the variable.
            unit: unit that asks.
            near: file that asks, relative to the root.

        """
        unit = self._asking or unit
        found = self.candidates(name, unit, near)
        if not found:
            return None
        best = found[0]
        if len(found) > 1:
            other = found[1]
            same = self._closeness(best, unit, near) == self._closeness(other, unit, near) and best.rank == other.rank
            if same:
                return None
        return best.text, best.location

    def _closeness(self, variable: Variable, unit: str | None, near: str | None) -> int | None:
        """Return how far a setting is from who asks, 0 = it is for nobody else; None where it does not apply."""
        named = bool(variable.command) and near is not None and runs(variable.command, near)
        if named or (unit is not None and variable.unit == unit):
            return 0
        if variable.alone:
            return None
        if variable.unit is not None:
            return (
                None
                if unit is not None and (unit in self._containers or variable.unit not in self._containers)
                else 400
            )
        if variable.command and near is not None and near != variable.location.file:
            return 300
        if near is None or not variable.folder:
            return 200
        if near.startswith(variable.folder + "/"):
            return 200 - 2 * len(variable.folder.split("/"))
        return 350 if unit is None and variable.source != "dotenv" else None
