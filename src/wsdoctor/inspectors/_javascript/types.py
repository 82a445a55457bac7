"""What an expression of a script may be: a text, code of the repository, something external, an instance, a client."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from wsdoctor.inspectors._javascript.modules import Module
from wsdoctor.inspectors._javascript.urls import Text

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["MAX_DEPTH", "MAX_VALUES", "Client", "Code", "External", "Frame", "Instance", "Space", "Value"]

MAX_DEPTH = 40
"""Steps from an expression to what it is made of."""
MAX_VALUES = 6
"""Values that one expression may have."""

Frame: TypeAlias = "tuple[tuple[int, tuple[tuple[Value, ...], ...]], ...]"
"""Functions that are being called, by the id of their node, with the values of their arguments."""


@dataclass(frozen=True, slots=True)
class Code:
    """An object, array, function, class or enum, read when something of it is asked for."""

    node: Node
    module: Module
    frame: Frame = ()


@dataclass(frozen=True, slots=True)
class External:
    """Something that the repository does not define: a global, or what a package exports, as ``axios.create``."""

    name: str


@dataclass(frozen=True, slots=True)
class Instance:
    """What ``new`` or a call made of a class or of something external.

    Attributes:
        of: the class or what was called.
        arguments: values of each argument.
        node: the expression that made it.
        module: that it stands in.

    """

    of: Code | External
    arguments: tuple[tuple[Value, ...], ...]
    node: Node = field(compare=False)
    module: Module = field(compare=False)


@dataclass(frozen=True, slots=True)
class Space:
    """All that a module exports."""

    path: str


@dataclass(frozen=True, slots=True)
class Client:
    """A client of an HTTP library with a base of its own, empty if the base is unknown."""

    library: str
    bases: tuple[Text, ...]


Value: TypeAlias = Text | Code | External | Instance | Space | Client
