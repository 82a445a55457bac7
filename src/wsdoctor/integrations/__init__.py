"""What wsdoctor knows of server libraries: one module a library, found in this folder.

A module has `MODULES`, prefixes of the names of the modules that its servers' protocol factories come from,
and `policy(factory)`, what such a server takes. It may have `status_of(protocol)`, the status code with
which a protocol object has answered its handshake, where the object knows. Nothing here touches sockets.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Any, Protocol, cast

from wsdoctor.guard import Policy

__all__ = ["Integration", "recognise"]

DEPTH = 4
"""So many wrappings of a factory are looked into: a partial of a method of an object in a closure is four."""
BREADTH = 64
"""So many objects are looked at in all."""


class Integration(Protocol):
    """What every module of this folder offers."""

    MODULES: tuple[str, ...]

    def policy(self, factory: Any) -> Policy:
        """Return what the server behind the factory takes."""


@cache
def integrations() -> tuple[Integration, ...]:
    """Return the modules of this folder in alphabetical order."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    return tuple(cast(Integration, importlib.import_module(f"{__name__}.{name}")) for name in names)


def recognise(factory: Any) -> Integration | None:
    """Return the integration of the library that a protocol factory belongs to, None if it is not known."""
    for name in _modules_of(factory):
        for integration in integrations():
            if name.startswith(integration.MODULES):
                return integration
    return None


def _modules_of(factory: Any) -> Iterator[str]:
    """Yield the names of the modules that a factory comes from, nearest first."""
    row: list[Any] = [factory]
    seen: set[int] = set()
    for _ in range(DEPTH):
        following: list[Any] = []
        for each in row:
            if id(each) in seen or len(seen) >= BREADTH:
                continue
            seen.add(id(each))
            yield from _own_modules(each)
            following += _within(each)
        row = following


def _own_modules(each: Any) -> Iterator[str]:
    classes = each.__mro__ if isinstance(each, type) else type(each).__mro__
    names = [getattr(each, "__module__", None), *(one.__module__ for one in classes)]
    yield from (name for name in names if isinstance(name, str))


def _within(each: Any) -> list[Any]:
    """Return what a factory wraps: of a partial, a method, a closure or a lambda."""
    if isinstance(each, functools.partial):
        return [each.func, *each.args]
    if inspect.ismethod(each):
        return [each.__self__]
    if not inspect.isfunction(each):
        return []
    closure = inspect.getclosurevars(each)
    called = [value for value in closure.globals.values() if isinstance(value, type)]
    kept = [value for value in closure.nonlocals.values() if callable(value)]
    return [*called, *kept]
