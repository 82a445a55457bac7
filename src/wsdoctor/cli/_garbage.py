"""How often garbage is looked for while a command works: rules and syntax trees are many objects that hold no circles.

Python looks for circles among what was made lately whenever a few hundred objects more were made than freed. Reading
a file makes ten thousand that are all still in use, so that looking costs more than reading.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["not_at_exit", "seldom_collected"]

_OBJECTS = 300_000
"""Objects, a few ten megabytes of them, that are made between two looks."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage less often meanwhile, if it is looked for at all; the embedding program's choice comes back."""
    first, *rest = before = gc.get_threshold()
    if 0 < first < _OBJECTS:
        gc.set_threshold(_OBJECTS, *rest)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def not_at_exit() -> None:
    """Leave all that is there at the end of the program to the system, which takes the memory back at once."""
    atexit.register(gc.freeze)
