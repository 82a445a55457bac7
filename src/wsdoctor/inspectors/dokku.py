"""app.json: the health checks by HTTP that Dokku makes of each process. A check for listening connects to nothing."""

from __future__ import annotations

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import (
    LOCAL,
    documents,
    folder,
    http_caller,
    note,
    place,
    port_number,
    seconds,
)
from wsdoctor.inspectors._platforms.ports import service_port
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Declared
from wsdoctor.syntax._tree import Mapping, find, items, text

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "dokku"
PATTERNS = ("app.json",)
NEEDLES = ("healthchecks",)

DEFAULT_WAIT = 5.0


def inspect(path: str, repository: Repository) -> Declared:
    """Return the checks that the platform makes."""
    found = Declared()
    unit = unit_of(path, repository) or folder(path) or None
    for document in documents(path, repository, found.notes):
        checks = find(document, "healthchecks")
        for process in checks.all_pairs() if isinstance(checks, Mapping) else ():
            for check in items(process.value):
                asked = text(check, "path")
                if asked is None:
                    continue
                port = port_number(text(check, "port")) or service_port(path, repository)
                if port is None:
                    found.notes.append(note(path, repository, check, "the port of the service could not be followed"))
                    continue
                found.callers.append(
                    http_caller(
                        NAME, Address(LOCAL, port, unit), place(path, repository, check), path=asked,
                        protocol=text(check, "scheme") or "http", period=seconds(text(check, "wait")) or DEFAULT_WAIT,
                    )
                )  # fmt: skip
    return found
