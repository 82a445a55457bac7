"""Telegraf: inputs that ask a port by HTTP, scrape it, or connect and leave."""

from __future__ import annotations

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._expansion import expand
from wsdoctor.inspectors._platforms.common import (
    environment_lookup,
    http_caller,
    place,
    seconds,
    split_url,
    tables,
)
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Declared
from wsdoctor.syntax.toml import Table

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "telegraf"
PATTERNS = ("telegraf*.conf", "*/telegraf/*.conf", "*/telegraf.d/*.conf")
NEEDLES = ("inputs.",)

DEFAULT_INTERVAL = 10.0
_INPUTS = {
    "http_response": "uptime-monitor",
    "http": "uptime-monitor",
    "prometheus": "scrape",
    "net_response": "health-check",
}


def inspect(path: str, repository: Repository) -> Declared:
    """Return what the inputs of a configuration ask for."""
    found = Declared()
    interval = DEFAULT_INTERVAL
    for table in tables(path, repository, found.notes):
        if table.path == ("agent",):
            interval = seconds(table.get("interval")) or DEFAULT_INTERVAL
        elif len(table.path) == 2 and table.path[0] == "inputs" and table.path[1] in _INPUTS:
            _input(table, interval, path, repository, found)
    return found


def _input(table: Table, interval: float, path: str, repository: Repository, found: Declared) -> None:
    unit = unit_of(path, repository)
    silent, scrape = table.path[1] == "net_response", table.path[1] == "prometheus"
    if silent and table.get("protocol") == "udp":
        return
    key = next((key for key in ("urls", "address", "server") if table.entry(key) is not None), "urls")
    given = table.get(key)
    for written in given if isinstance(given, list) else [given]:
        url = split_url(expand(str(written), environment_lookup(path, repository, unit))) if written else None
        if url is None or url.port is None:
            continue
        asked = "/metrics" if scrape and url.path == "/" else url.path
        found.callers.append(
            http_caller(
                NAME, Address(url.host, url.port, unit), place(path, repository, table.line, table.end_line),
                path=asked, protocol="tcp" if silent else url.scheme or "http",
                method=str(table.get("method") or "GET").upper(),
                period=seconds(table.get("interval")) or interval, kind=_INPUTS[table.path[1]],
            )
        )  # fmt: skip
