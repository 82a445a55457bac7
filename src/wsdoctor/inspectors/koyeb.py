"""koyeb.yaml: the health checks of each service on Koyeb, by HTTP or TCP."""

from __future__ import annotations

from collections.abc import Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import LOCAL, documents, http_caller, place, port_number, seconds
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Caller, Declared
from wsdoctor.syntax._tree import Mapping, Node, find, items, text

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "koyeb"
PATTERNS = ("koyeb.yaml", "koyeb.yml", "*.koyeb/*.yaml", "*.koyeb/*.yml")
NEEDLES = ("health_checks",)


def inspect(path: str, repository: Repository) -> Declared:
    """Return the checks that the platform makes."""
    found = Declared()
    for document in documents(path, repository, found.notes):
        for service in [*items(document, "services"), document]:
            for holder in (service, find(service, "definition")):
                found.callers += _checks(holder, path, repository)
    return found


def _checks(service: Node | None, path: str, repository: Repository) -> Iterator[Caller]:
    for check in items(service, "health_checks"):
        for kind in ("http", "tcp"):
            pair = check.pair(kind) if isinstance(check, Mapping) else None
            port = port_number(text(pair.value, "port")) if pair is not None else None
            if pair is not None and port is not None:
                yield http_caller(
                    NAME, Address(LOCAL, port, unit_of(path, repository)), place(path, repository, check),
                    path=text(pair.value, "path") or "/", protocol=kind,
                    method=(text(pair.value, "method") or "GET").upper(), period=seconds(text(check, "interval")),
                )  # fmt: skip
