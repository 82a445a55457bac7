"""app.yaml of App Engine's flexible environment, and of DigitalOcean's App Platform: their health checks."""

from __future__ import annotations

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.cloud_routes import spoken
from wsdoctor.inspectors._platforms.common import LOCAL, documents, folder, http_caller, place, port_number, seconds
from wsdoctor.inspectors._platforms.ports import service_port
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Declared
from wsdoctor.syntax._tree import Mapping, Node, items, text

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "app-engine"
PATTERNS = ("app.yaml", "app.yml", "app.*.yaml", "app-*.yaml", "*.app.yaml")
NEEDLES = ("_check", "services:")

DEFAULT_PORT = 8080


def inspect(path: str, repository: Repository) -> Declared:
    """Return what an application's description declares."""
    found = Declared()
    for document in documents(path, repository, found.notes):
        if not isinstance(document, Mapping) or document.get("kind") is not None:
            continue
        if document.get("services") is not None and document.get("runtime") is None:
            _ocean(document, path, repository, found)
        elif text(document, "env") in {"flex", "flexible"} or text(document, "vm") == "true":
            _engine(document, path, repository, found)
    return found


def _engine(document: Mapping, path: str, repository: Repository, found: Declared) -> None:
    port = service_port(path, repository, "", folder(path) or ".", default=DEFAULT_PORT)
    own = port_number(text(document, "env_variables", "PORT"))
    for key, period in (("liveness_check", 30.0), ("readiness_check", 5.0), ("health_check", 5.0)):
        pair = document.pair(key)
        asked = text(document, key, "path")
        if pair is None or not asked:
            continue
        interval = seconds(text(document, key, "check_interval_sec")) or period
        to = Address(LOCAL, own or port, unit_of(path, repository))
        found.callers.append(
            http_caller(
                NAME, to, place(path, repository, pair), path=asked, user_agent="GoogleHC/", period=interval,
                expects=(200,),
            )
        )  # fmt: skip


def _ocean(document: Node, path: str, repository: Repository, found: Declared) -> None:
    for service in items(document, "services"):
        if not isinstance(service, Mapping):
            continue
        spoken_to = service.pair("protocol")
        if spoken_to is not None and text(service, "protocol") == "HTTP2":
            served = port_number(text(service, "http_port")) or DEFAULT_PORT
            to = Address(LOCAL, served, text(service, "name"))
            found.hops.append(spoken("digitalocean", to, "h2c", place(path, repository, spoken_to)))
        pair = service.pair("health_check")
        if pair is None or not isinstance(pair.value, Mapping):
            continue
        asked = text(pair.value, "http_path")
        port = port_number(text(pair.value, "port")) or port_number(text(service, "http_port"))
        if port is None:
            within = (text(service, "source_dir") or "").strip("/")
            port = service_port(path, repository, text(service, "run_command") or "", within, default=DEFAULT_PORT)
        found.callers.append(
            http_caller(
                "digitalocean", Address(LOCAL, port, text(service, "name")), place(path, repository, pair),
                path=asked or "/", protocol="http" if asked else "tcp",
                period=seconds(text(pair.value, "period_seconds")) or 10.0,
            )
        )  # fmt: skip
