"""Declared traffic as plain data, for the way between processes and for the cache, and back.

Only what this module wrote is read back; anything else is refused with `ValueError`, and nothing of it is executed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from wsdoctor.model.traffic import Address, Caller, Declared, Hop, Listener, Location, Note, Page, PortMap, Unit

__all__ = ["decode", "encode"]

_KINDS: dict[str, Callable[..., Any]] = {
    "listeners": Listener,
    "maps": PortMap,
    "hops": Hop,
    "callers": Caller,
    "pages": Page,
    "units": Unit,
    "notes": Note,
}
_LOCATIONS = frozenset(("location",))
_MAPPINGS = frozenset(("details", "headers"))
_NAMES = {kind: tuple(field.name for field in fields(record)) for kind, record in _KINDS.items()}  # type: ignore[arg-type]


def encode(declared: Declared) -> dict[str, list[list[Any]]]:
    """Return declared traffic as lists, numbers and text."""
    return {
        kind: [[_plain(getattr(record, name)) for name in names] for record in getattr(declared, kind)]
        for kind, names in _NAMES.items()
    }


def decode(data: object) -> Declared:
    """Return what `encode` made of declared traffic as declared traffic again.

    Raises:
        ValueError: if it is something else.

    """
    try:
        return Declared(**{kind: [_record(kind, row) for row in data[kind]] for kind in _KINDS})  # type: ignore[index]
    except (TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError("not declared traffic") from error


def _plain(value: Any) -> Any:
    if isinstance(value, Location):
        return [value.file, value.line, value.column, value.text, value.end_line]
    if isinstance(value, Address):
        return [value.host, value.port, value.unit, value.variable, list(value.files)]
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _record(kind: str, row: list[Any]) -> Any:
    names = _NAMES[kind]
    if len(row) != len(names):
        raise ValueError("not declared traffic")
    return _KINDS[kind](**{name: _value(name, value) for name, value in zip(names, row, strict=True)})


def _value(name: str, value: Any) -> Any:
    if name in _LOCATIONS:
        return Location(*value)
    if name == "to":
        host, port, unit, variable, files = value
        return Address(host, port, unit, variable, tuple(files))
    if name == "also":
        return tuple(Location(*item) for item in value)
    if name in _MAPPINGS:
        return MappingProxyType(dict(value))
    return tuple(value) if isinstance(value, list) else value
