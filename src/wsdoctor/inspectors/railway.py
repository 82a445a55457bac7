"""railway.toml and railway.json: the health check that Railway makes while it deploys."""

from __future__ import annotations

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import LOCAL, documents, folder, http_caller, note, place, tables
from wsdoctor.inspectors._platforms.ports import docker_command, served
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Declared, Location, Page
from wsdoctor.syntax._tree import Mapping, find, text

__all__ = ["NAME", "PATTERNS", "inspect"]

NAME = "railway"
PATTERNS = ("railway.toml", "railway.json", "railway.*.toml", "railway.*.json")


def inspect(path: str, repository: Repository) -> Declared:
    """Return what the configuration of a service on Railway declares."""
    found = Declared(pages=[Page(NAME, place(path, repository, 1), folder(path) or None)])
    asked: str | None = None
    location: Location | None = None
    command, docker = "", "Dockerfile"
    if path.endswith(".json"):
        for document in documents(path, repository, found.notes):
            deploy = find(document, "deploy")
            pair = deploy.pair("healthcheckPath") if isinstance(deploy, Mapping) else None
            command = text(deploy, "startCommand") or ""
            docker = text(document, "build", "dockerfilePath") or docker
            if pair is not None:
                asked, location = text(deploy, "healthcheckPath"), place(path, repository, pair)
    else:
        for table in tables(path, repository, found.notes):
            if table.path == ("build",):
                docker = str(table.get("dockerfilePath") or docker)
            if table.path != ("deploy",):
                continue
            command = str(table.get("startCommand") or "")
            if (entry := table.entry("healthcheckPath")) is not None:
                asked, location = str(entry.value), place(path, repository, entry.line)
    if not asked or location is None:
        return found
    here = folder(path)
    file = "/".join(part for part in (here, docker.removeprefix("./")) if part)
    unit = unit_of(path, repository)
    to = served(path, repository, command or docker_command(file, repository), here, unit, LOCAL)
    if to is None:
        found.notes.append(note(path, repository, location.line, "the port of the service could not be followed"))
        return found
    given = asked if asked.startswith("/") else f"/{asked}"
    found.callers.append(
        http_caller(
            NAME, to, location, path=given, expects=(200,),
            headers={"Host": "healthcheck.railway.app"},
        )
    )  # fmt: skip
    return found
