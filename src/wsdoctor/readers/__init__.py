"""Readers: bytes of a file to evidence, one format a module; the folder is the registry.

A reader module has `NAME`, `recognises(sample, name) -> bool` and `read(source, name)`, which yields pairs
of a 1-based record number and the evidence, and raises `InvalidInput` with file and line at what it cannot
read, after everything readable before it was yielded.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import BinaryIO, Protocol, cast

from wsdoctor.errors import InvalidInput
from wsdoctor.model.evidence import Evidence

__all__ = ["Reader", "load", "names", "read"]

SAMPLE = 65_536
"""Bytes that a reader may look at to recognise its format; a first log record or request fits well."""


class Reader(Protocol):
    """What every reader module of this folder offers."""

    NAME: str

    def recognises(self, sample: bytes, name: str) -> bool:
        """Say whether the bytes at the start of a file are of this format."""

    def read(self, source: BinaryIO, name: str) -> Iterator[tuple[int, Evidence]]:
        """Yield record number and evidence of each record."""


@cache
def names() -> tuple[str, ...]:
    """Return the names of the readers in alphabetical order."""
    found = (module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    return tuple(sorted(load(name).NAME for name in found))


def load(name: str) -> Reader:
    """Return the reader module of that name."""
    return cast(Reader, importlib.import_module(f"{__name__}.{name.replace('-', '_')}"))


def read(source: BinaryIO, name: str) -> Iterator[tuple[int, Evidence]]:
    """Yield what the first reader that recognises the source reads from it.

    Args:
        source: a buffered binary file that can peek, such as ``open(path, "rb")``.
        name: the name of the file for messages.

    Raises:
        InvalidInput: if no reader recognises the source.

    """
    sample = source.peek(SAMPLE)[:SAMPLE] if hasattr(source, "peek") else b""
    if not sample.strip():
        raise InvalidInput("the input is empty", name)
    for reader in map(load, names()):
        if reader.recognises(sample, name):
            yield from reader.read(source, name)
            return
    raise InvalidInput(f"no reader knows this format; there are {', '.join(names())}", name, 1)
