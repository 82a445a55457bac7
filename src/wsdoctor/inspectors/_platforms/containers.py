"""Container definitions of ECS, wherever they are written: JSON, CloudFormation or Terraform.

A definition is plain data here; who holds it says where its health check stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.commands import read, read_words
from wsdoctor.inspectors._platforms.common import place
from wsdoctor.inspectors._platforms.spoken import Found, add
from wsdoctor.inspectors._values import environment
from wsdoctor.model.products import somebody_elses
from wsdoctor.model.traffic import Declared, Location, Unit
from wsdoctor.syntax import _tree as tree

__all__ = ["check_place", "container_check"]

DEFAULT_INTERVAL = 30.0


def check_place(path: str, repository: Repository, check: tree.Pair) -> Location:
    """Return the place of a health check, from its command on where it has one."""
    pairs = check.value.all_pairs() if isinstance(check.value, tree.Mapping) else ()
    shown = next((pair for pair in pairs if pair.key.text.lower() == "command"), check)
    return place(path, repository, shown, check.end_line)


def container_check(
    definition: Mapping[str, Any], location: Location, repository: Repository, path: str, found: Declared
) -> None:
    """Add the health check of a container definition.

    Args:
        definition: with the keys that ECS gives them.
        location: of its health check.
        repository: that the file is in.
        path: of the file.
        found: gets the callers.

    """
    check = definition.get("healthCheck")
    if not isinstance(check, Mapping):
        return
    command = check.get("command")
    words = [str(word) for word in command] if isinstance(command, list) else [str(command)] if command else []
    name = definition.get("name")
    unit = name if isinstance(name, str) else None
    if unit is not None:
        found.units.append(Unit("ecs", unit, location, own=not somebody_elses(str(definition.get("image") or ""))))
    given = definition.get("environment")
    own = {
        str(each.get("name")): str(each.get("value"))
        for each in (given if isinstance(given, list) else [])
        if isinstance(each, Mapping) and each.get("value") is not None
    }
    known = environment(repository)

    def value(variable: str) -> str | None:
        if variable in own:
            return own[variable]
        other = known.value(variable, unit, path)
        return other[0] if other else None

    done: Found
    if words[:1] == ["CMD-SHELL"] or (len(words) == 1 and " " in words[0]):
        done = read(" ".join(words[1:] if len(words) > 1 else words), location.line, value)
    else:
        done = read_words(words[1:] if words[:1] == ["CMD"] else words, location.line, value)
    interval = check.get("interval")
    period = float(interval) if isinstance(interval, int | float) and interval > 0 else DEFAULT_INTERVAL
    if isinstance(interval, str) and interval.isdigit():
        period = float(interval)
    add(found, done, repository, path, "ecs", lambda _: "health-check", unit=unit, location=location, period=period)
