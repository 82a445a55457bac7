"""render.yaml: the health check path of each service of a Render blueprint."""

from __future__ import annotations

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.blueprints import BLUEPRINTS, unit_of_service, within
from wsdoctor.inspectors._platforms.common import LOCAL, documents, folder, http_caller, note, place, port_number
from wsdoctor.inspectors._platforms.ports import docker_command, served, service_port
from wsdoctor.model.traffic import Declared, Page
from wsdoctor.syntax._tree import Mapping, Node, items, text

__all__ = ["NAME", "PATTERNS", "inspect"]

NAME = "render"
PATTERNS = BLUEPRINTS

DEFAULT_PORT = 10000
AGENT = "Render/1.0"


def inspect(path: str, repository: Repository) -> Declared:
    """Return what a blueprint declares."""
    found = Declared()
    for document in documents(path, repository, found.notes):
        for service in items(document, "services"):
            if isinstance(service, Mapping):
                _service(service, path, repository, found)
    return found


def _service(service: Mapping, path: str, repository: Repository, found: Declared) -> None:
    if (text(service, "type") or "web") == "web":
        found.pages.append(Page(NAME, place(path, repository, service), within(service, path) or None))
    pair = service.pair("healthCheckPath")
    asked = text(service, "healthCheckPath")
    if pair is None or not asked or (text(service, "type") or "web") not in {"web", "pserv"}:
        return
    built_from, command = _started(service, path, repository)
    port = _port(service)
    if port is None and not command and not built_from:
        port = service_port(path, repository, default=DEFAULT_PORT)
    unit = built_from or unit_of_service(service, path, repository)
    to = served(path, repository, command, built_from, unit, LOCAL, port=port)
    if to is None:
        found.notes.append(note(path, repository, pair, "the port of the service could not be followed"))
        return
    found.callers.append(http_caller(NAME, to, place(path, repository, pair), path=asked, user_agent=AGENT))


def _port(service: Node) -> int | None:
    given = {text(item, "key"): text(item, "value") for item in items(service, "envVars")}
    return port_number(given.get("PORT"))


def _started(service: Mapping, path: str, repository: Repository) -> tuple[str, str]:
    """Return the folder of a service and the command that starts it."""
    built_from = within(service, path)
    command = text(service, "startCommand") or text(service, "dockerCommand") or ""
    docker = text(service, "dockerfilePath")
    uses_docker = "docker" in {text(service, "runtime"), text(service, "env")}
    if uses_docker and not command:
        file = "/".join(part for part in (built_from, (docker or "Dockerfile").removeprefix("./")) if part)
        return folder(file), docker_command(file, repository)
    return built_from, command
