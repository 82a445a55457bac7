"""Services of Render blueprints: each runs by itself, whatever folder it shares with others."""

from __future__ import annotations

from collections.abc import Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import documents, folder
from wsdoctor.inspectors._units import unit_of
from wsdoctor.syntax._tree import Mapping, Node, items, text

__all__ = ["BLUEPRINTS", "service_starts", "unit_of_service", "within"]

BLUEPRINTS = ("render.yaml", "render.yml", "render.*.yaml")


def within(service: Node, path: str) -> str:
    """Return the folder that a service of a blueprint is built from, ``""`` for the root."""
    return "/".join(part for part in (folder(path), (text(service, "rootDir") or "").strip("./")) if part)


def unit_of_service(service: Node, path: str, repository: Repository) -> str | None:
    """Return the unit that a service runs in: its own folder, or else its name."""
    own = (text(service, "rootDir") or "").strip("./")
    return within(service, path) if own else unit_of(path, repository) or text(service, "name")


def service_starts(path: str, repository: Repository) -> Iterator[tuple[int, str | None, str]]:
    """Yield the line that each service of a blueprint starts on, with its unit and the folder it is built from."""
    for document in documents(path, repository):
        for service in items(document, "services"):
            if isinstance(service, Mapping):
                yield service.line, unit_of_service(service, path, repository), within(service, path)
