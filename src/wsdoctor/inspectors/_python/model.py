"""What a Python expression may come to: values with the places that they came through, and what stands for objects."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import Any

from wsdoctor.model.traffic import Location
from wsdoctor.syntax.python import Function, Module

__all__ = [
    "HOLE",
    "ClassOf",
    "External",
    "File",
    "Frame",
    "FunctionOf",
    "InstanceOf",
    "Spread",
    "Value",
    "is_number",
    "is_plain",
    "merge",
]

HOLE = "\x00"
"""Stands in a text for a piece that could not be followed."""


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression may come to.

    Attributes:
        data: literal, list or dict of values, `External`, `ClassOf`, `InstanceOf`, `FunctionOf` or `File`.
        places: places that it came through, the closest first.
        environment: variable that it was, or would be, read from.

    """

    data: Any
    places: tuple[Location, ...] = ()
    environment: str | None = None

    def via(self, *places: Location) -> Value:
        """Return the same value, come through more places."""
        fresh = tuple(place for place in places if place not in self.places)
        return replace(self, places=(fresh + self.places)[:8]) if fresh else self


@dataclass(eq=False)
class File:
    """A module of the repository.

    Attributes:
        path: of it.
        module: that it is.
        flow: where values of libraries get to in it, as far as somebody asked.

    """

    path: str
    module: Module
    flow: object = None


@dataclass(frozen=True, slots=True)
class Frame:
    """Where an expression is looked at: its file, and what parameters are bound to there."""

    file: File
    bound: dict[tuple[int, str], list[Value]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class External:
    """Something of another package: its dotted name, with ``()`` where it was called, and the last such call."""

    name: str
    call: ast.Call | None = None
    frame: Frame | None = None


@dataclass(frozen=True, slots=True)
class ClassOf:
    """A class of the repository."""

    node: ast.ClassDef
    frame: Frame


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """An instance of a class of the repository, and the call that made it where it is known.

    Attributes:
        node: class.
        frame: that the class stands in.
        call: that made it.
        caller: frame of the call.
        prefix: of the environment variables that set its fields, where it is a part of settings.

    """

    node: ast.ClassDef
    frame: Frame
    call: ast.Call | None = None
    caller: Frame | None = None
    prefix: str | None = None


@dataclass(frozen=True, slots=True)
class FunctionOf:
    """A function of the repository, and the instance that it is a method of."""

    node: Function | ast.Lambda
    frame: Frame


class Spread(ast.Subscript):
    """An item of what a call spreads over parameters by ``*`` or ``**``, which may have none for one of them."""

    @classmethod
    def item(cls, of: ast.expr, key: str | int) -> Spread:
        """Return the item under a key, where the whole stands."""
        return ast.copy_location(cls(of, ast.copy_location(ast.Constant(key), of), ast.Load()), of)


def is_plain(data: object) -> bool:
    """Say whether data is a text or a number."""
    return isinstance(data, (str, int, float))


def is_number(data: object) -> bool:
    """Say whether data is a number that one may count with."""
    return isinstance(data, (int, float)) and not isinstance(data, bool)


def merge(one: tuple[Location, ...], other: tuple[Location, ...]) -> tuple[Location, ...]:
    """Return places of two values, each once, bounded."""
    return (one + tuple(place for place in other if place not in one))[:8]
