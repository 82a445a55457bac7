"""Kamal's deploy.yml: the check that its proxy makes of each new container, once a second."""

from __future__ import annotations

from collections.abc import Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import LOCAL, documents, http_caller, place, port_number, seconds
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Declared
from wsdoctor.syntax._tree import Mapping, Node, Pair, find, text

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "kamal"
PATTERNS = ("deploy.yml", "deploy.*.yml", "deploy.yaml")
NEEDLES = ("proxy:", "healthcheck:")

DEFAULT_PATH = "/up"
DEFAULT_PORT = 80


def inspect(path: str, repository: Repository) -> Declared:
    """Return what a deployment declares."""
    found = Declared()
    for document in documents(path, repository, found.notes):
        if not isinstance(document, Mapping) or document.get("image") is None or document.get("servers") is None:
            continue
        unit = unit_of(path, repository)
        for pair in _proxies(document):
            port = port_number(text(pair.value, "app_port")) or DEFAULT_PORT
            own = pair.value.pair("healthcheck") if isinstance(pair.value, Mapping) else None
            check = own.value if own is not None else None
            found.callers.append(
                http_caller(
                    NAME, Address(LOCAL, port, unit), place(path, repository, own or pair),
                    path=text(check, "path") or DEFAULT_PATH, user_agent="kamal-proxy",
                    period=seconds(text(check, "interval")) or 1.0,
                )
            )  # fmt: skip
        old = document.pair("healthcheck")
        if old is not None and isinstance(old.value, Mapping) and old.value.get("cmd") is None:
            port = port_number(text(old.value, "port")) or 3000
            found.callers.append(
                http_caller(
                    NAME, Address(LOCAL, port, unit), place(path, repository, old),
                    path=text(old.value, "path") or DEFAULT_PATH, user_agent="curl/",
                    period=seconds(text(old.value, "interval")) or 10.0,
                )
            )  # fmt: skip
    return found


def _proxies(document: Mapping) -> Iterator[Pair]:
    holders: list[Node] = [document]
    for key in ("servers", "accessories"):
        group = find(document, key)
        holders += (pair.value for pair in group.all_pairs()) if isinstance(group, Mapping) else ()
    for holder in holders:
        pair = holder.pair("proxy") if isinstance(holder, Mapping) else None
        if pair is not None and isinstance(pair.value, Mapping):
            yield pair
