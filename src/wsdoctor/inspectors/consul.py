"""Consul: checks in service definitions, in JSON and in HCL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.commands import read_words
from wsdoctor.inspectors._platforms.common import (
    LOCAL,
    documents,
    environment_lookup,
    http_caller,
    place,
    seconds,
    split_url,
)
from wsdoctor.inspectors._platforms.hcl import Module, objects
from wsdoctor.inspectors._platforms.spoken import add
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Declared, Location
from wsdoctor.syntax import hcl
from wsdoctor.syntax._tree import Mapping, Node, find, items, plain_data

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "consul"
PATTERNS = ("*.json", "*.hcl")
NEEDLES = ("check",)

DEFAULT_INTERVAL = 10.0
_KINDS = ("http", "tcp", "grpc", "args", "script", "h2ping")


@dataclass(frozen=True, slots=True)
class _Check:
    fields: dict[str, Any]
    location: Location


def inspect(path: str, repository: Repository) -> Declared:
    """Return what a service definition declares."""
    found = Declared()
    checks = _in_hcl(path, repository) if path.endswith(".hcl") else _in_json(path, repository)
    for check in checks:
        _declare(check, path, repository, found)
    return found


def _in_json(path: str, repository: Repository) -> Iterator[_Check]:
    for document in documents(path, repository):
        holders: list[Node] = [*items(document, "services")]
        holders += [service] if isinstance(service := find(document, "service"), Mapping) else []
        holders += [document] if isinstance(document, Mapping) and (holders or _is_definition(document)) else []
        for holder in holders:
            if not isinstance(holder, Mapping):
                continue
            for key in ("check", "checks", "Check", "Checks"):
                pair = holder.pair(key)
                if pair is None:
                    continue
                if isinstance(pair.value, Mapping):
                    yield _Check(plain_data(pair.value), place(path, repository, pair))
                    continue
                for item in items(pair.value):
                    if isinstance(item, Mapping):
                        yield _Check(plain_data(item), place(path, repository, item))


def _is_definition(document: Mapping) -> bool:
    """Say whether a document registers a service or a check of an agent, by the keys that those have."""
    names = {pair.key.text.lower() for pair in document.all_pairs()}
    return bool(names & {"check", "checks"}) and bool(
        names & {"name", "service", "id", "port", "datacenter"} or names <= {"check", "checks"}
    )


def _in_hcl(path: str, repository: Repository) -> Iterator[_Check]:
    file = hcl.parse(repository.text(path) or "")
    module = Module({path: file})
    if next(file.of("job"), None) is not None:
        return
    services = ("service", "services")
    for holder in (file, *file.of(*services), *(one for kind in services for one in objects(file, kind))):
        for kind in ("check", "checks"):
            for check in (*holder.of(kind), *objects(holder, kind)):
                fields = {name: module.value(attribute.value) for name, attribute in check.attributes.items()}
                yield _Check(fields, place(path, repository, check.line, check.end_line))


def _declare(check: _Check, path: str, repository: Repository, found: Declared) -> None:
    fields = {str(key).lower(): value for key, value in check.fields.items()}
    if not any(kind in fields for kind in _KINDS):
        return
    unit = unit_of(path, repository)
    value = environment_lookup(path, repository, unit)
    period = seconds(fields.get("interval")) or DEFAULT_INTERVAL
    if isinstance(fields.get("args"), list):
        done = read_words([str(word) for word in fields["args"]], check.location.line, value)
        add(found, done, repository, path, NAME, lambda _: "health-check", unit=unit, location=check.location,
            period=period)  # fmt: skip
        return
    for kind in ("http", "tcp", "grpc"):
        url = split_url(str(fields[kind])) if isinstance(fields.get(kind), str) else None
        if url is None or url.port is None:
            continue
        protocol = url.scheme or kind if kind == "http" else kind
        given = fields.get("header")
        headers = {
            str(name): str(values[0] if isinstance(values, list) and values else values)
            for name, values in (given.items() if isinstance(given, dict) else ())
        }
        found.callers.append(
            http_caller(
                NAME, Address(url.host or LOCAL, url.port, unit), check.location, path=url.path, protocol=protocol,
                method=str(fields.get("method") or "GET").upper(), user_agent="Consul Health Check", period=period,
                headers=headers,
            )
        )  # fmt: skip
