"""A folder is listed by another process while this one loads the modules that it needs for all the rest."""

from __future__ import annotations

import os
import pickle
import sys
import threading
from contextlib import suppress
from typing import BinaryIO, NoReturn

from wsdoctor.files.listing import Listing

__all__ = ["Ahead", "forks", "received", "send"]


class Ahead:
    """The listing of a folder, begun when this is made and waited for when it is called.

    Where no process can be started at little cost, or it is lost, the folder is listed when this is called.

    Args:
        root: folder, as the user named it; one that is none is no error here.

    """

    def __init__(self, root: str) -> None:
        self._prefix = os.path.realpath(root).rstrip("/") + "/"
        self._process = 0
        if not (forks() and os.path.isdir(root)):
            return
        self._result, writing = os.pipe()
        self._process = os.fork() or _other(self._prefix, writing)
        os.close(writing)

    def __call__(self, prefix: str) -> Listing:
        """Return the listing of a folder, which takes a prefix as `Listing` does."""
        found = None
        if self._process:
            with open(self._result, "rb") as file:
                found = received(file)
            os.waitpid(self._process, 0)
            self._process = 0
        return found if found is not None and prefix == self._prefix else Listing(prefix)


def _other(prefix: str, writing: int) -> NoReturn:
    """Do what the other process is for, and end it without what this one would do at its end."""
    try:
        send(prefix, writing)
    finally:
        os._exit(0)


def send(prefix: str, writing: int) -> None:
    """List a folder and write the listing into a pipe, which is then closed."""
    with open(writing, "wb") as file:
        file.write(pickle.dumps(Listing(prefix), pickle.HIGHEST_PROTOCOL))


def received(file: BinaryIO) -> Listing | None:
    """Return the listing that another process wrote, None if it did not come to its end."""
    with suppress(pickle.UnpicklingError, EOFError):
        return pickle.load(file)  # type: ignore[no-any-return]  # noqa: S301 - written by a copy of this process
    return None


def forks() -> bool:
    """Say whether a copy of this process is quickly made and safe: it has one thread, whatever locks others held."""
    return sys.platform == "linux" and threading.active_count() == 1
