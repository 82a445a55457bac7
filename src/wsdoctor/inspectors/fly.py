"""fly.toml: HTTP and TCP checks of Fly.io, on the internal port of the service that they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.cloud_routes import spoken
from wsdoctor.inspectors._platforms.common import LOCAL, http_caller, place, port_number, seconds, tables
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Declared, Page, PortMap
from wsdoctor.syntax.toml import Entry, Table

__all__ = ["NAME", "PATTERNS", "inspect"]

NAME = "fly"
PATTERNS = ("fly.toml", "fly.*.toml", "*.fly.toml")

DEFAULT_PORT = 8080
DEFAULT_PERIOD = 15.0


def inspect(path: str, repository: Repository) -> Declared:
    """Return what the configuration of an application on Fly.io declares."""
    found = Declared()
    unit = unit_of(path, repository)
    port: int | None = DEFAULT_PORT
    app = ""
    for table in tables(path, repository, found.notes):
        app = str(table.get("app") or app) if not table.path else app
        if table.path in {("http_service",), ("services",)}:
            port = port_number(table.get("internal_port")) or DEFAULT_PORT
            _public(table, app, port, unit, path, repository, found)
        if (
            table.path[-1:] == ("http_options",)
            and (told := table.entry("h2_backend")) is not None
            and told.value is True
        ):
            found.hops.append(spoken(NAME, Address(LOCAL, port, unit), "h2c", place(path, repository, told.line)))
        if (forced := table.entry("force_https")) is not None and forced.value is True:
            found.pages.append(Page(NAME, place(path, repository, forced.line), unit))
        for check, first, last, protocol in _checks(table):
            own = port_number(check.get("port")) if table.path[:1] == ("checks",) else None
            to = Address(LOCAL, own or port, unit)
            interval = check.get("interval")
            period = seconds(interval, "ms" if isinstance(interval, int) else "s") or DEFAULT_PERIOD
            headers = check.get("headers")
            given = {str(key): str(value) for key, value in headers.items()} if isinstance(headers, Mapping) else {}
            scheme = str(check.get("protocol") or protocol) if protocol == "http" else protocol
            found.callers.append(
                http_caller(
                    NAME, to, place(path, repository, first, last), path=str(check.get("path") or "/"), protocol=scheme,
                    period=period, method=str(check.get("method") or "GET").upper(), headers=given,
                )
            )  # fmt: skip
    return found


def _checks(table: Table) -> Iterator[tuple[Mapping[str, Any], int, int, str]]:
    """Yield each check of a table with its lines and what it speaks."""
    kinds = {"http_checks": "http", "tcp_checks": "tcp", "checks": "http"}
    where = table.path
    entries = {entry.key: entry.value for entry in table.entries}
    if len(where) == 2 and where[0] in {"services", "http_service"} and where[1] in kinds:
        yield entries, table.line, table.end_line, kinds[where[1]]
    elif len(where) == 3 and where[:2] == ("http_service", "checks"):
        yield entries, table.line, table.end_line, "http"
    elif len(where) == 2 and where[0] == "checks":
        yield entries, table.line, table.end_line, str(entries.get("type") or "tcp").lower()
    elif where in {("services",), ("http_service",)}:
        for kind, protocol in kinds.items():
            entry: Entry | None = table.entry(kind)
            for check in entry.value if entry is not None and isinstance(entry.value, list) else ():
                if entry is not None and isinstance(check, Mapping):
                    yield check, entry.line, entry.end_line, protocol


def _public(
    table: Table, app: str, port: int, unit: str | None, path: str, repository: Repository, found: Declared
) -> None:
    location = place(path, repository, table.line, table.end_line)
    if app:
        names = (f"{app}.fly.dev",)
        found.maps += (PortMap(NAME, names, outer, port, unit, location) for outer in (80, 443))
        found.maps.append(PortMap(NAME, (f"{app}.internal",), port, port, unit, location))
