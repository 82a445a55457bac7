"""Nomad jobs: checks of services over HTTP and TCP, by the label of the port."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.commands import read_words
from wsdoctor.inspectors._platforms.common import LOCAL, environment_lookup, http_caller, place, seconds
from wsdoctor.inspectors._platforms.hcl import Module, number, plain
from wsdoctor.inspectors._platforms.nomad_tasks import ports_of
from wsdoctor.inspectors._platforms.spoken import add
from wsdoctor.model.traffic import Address, Declared, Note, PortMap
from wsdoctor.syntax import hcl

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "nomad"
PATTERNS = ("*.nomad", "*.hcl", "*.nomad.tpl")
NEEDLES = ("job ",)

DEFAULT_INTERVAL = 10.0


def inspect(path: str, repository: Repository) -> Declared:
    """Return what a job declares."""
    found = Declared()
    file = hcl.parse(repository.text(path) or "")
    module = Module({path: file})
    for job in file.of("job"):
        for group in job.of("group"):
            _group(group, job, module, path, repository, found)
    return found


def _group(
    group: hcl.Block, job: hcl.Block, module: Module, path: str, repository: Repository, found: Declared
) -> None:
    tasks = list(group.of("task"))
    ports = ports_of(group, module)
    for network in (
        *group.of("network"),
        *(inner for task in tasks for one in task.of("resources") for inner in one.of("network")),
    ):
        for port in network.of("port"):
            inner, outer = _value(module, port, "to"), _value(module, port, "static")
            if number(outer) is not None and number(inner) is not None:
                at = place(path, repository, port.line, port.end_line)
                found.maps.append(PortMap(NAME, (), number(outer) or 0, number(inner) or 0, _unit(group, job), at))
    for task in (group, *tasks):
        for service in task.of("service"):
            for check in service.of("check"):
                _check(check, service, ports, _unit(group, job), module, path, repository, found)


def _unit(group: hcl.Block, job: hcl.Block) -> str | None:
    return group.labels[0] if group.labels else job.labels[0] if job.labels else None


def _value(module: Module, block: hcl.Block, name: str) -> Any:
    expression = block.get(name)
    return None if expression is None else module.value(expression)


def _check(
    check: hcl.Block, service: hcl.Block, ports: dict[str, int], unit: str | None, module: Module, path: str,
    repository: Repository, found: Declared,
) -> None:  # fmt: skip
    location = place(path, repository, check.line, check.end_line)
    kind = plain(_value(module, check, "type")).lower()
    period = seconds(plain(_value(module, check, "interval"))) or DEFAULT_INTERVAL
    if kind == "script":
        given = _value(module, check, "args")
        words = [plain(_value(module, check, "command")), *(given if isinstance(given, list) else [])]
        done = read_words([plain(word) for word in words], check.line, environment_lookup(path, repository, unit))
        add(found, done, repository, path, NAME, lambda _: "health-check", unit=unit, location=location, period=period)
        return
    label = plain(_value(module, check, "port")) or plain(_value(module, service, "port"))
    port = number(label) or ports.get(label)
    if kind not in {"http", "https", "tcp", "grpc"}:
        return
    if port is None:
        found.notes.append(Note(location, f"the number of the port {label!r} is not in the job"))
        return
    protocol = plain(_value(module, check, "protocol"), kind).lower() if kind == "http" else kind
    ours = plain(_value(module, service, "provider")) == "nomad"
    found.callers.append(
        http_caller(
            NAME, Address(LOCAL, port, unit), location, path=plain(_value(module, check, "path"), "/"),
            protocol=protocol, method=plain(_value(module, check, "method"), "GET").upper(),
            user_agent=None if ours else "Consul Health Check", period=period, headers=dict(_headers(check, module)),
        )
    )  # fmt: skip


def _headers(check: hcl.Block, module: Module) -> Iterator[tuple[str, str]]:
    for header in check.of("header"):
        for name, attribute in header.attributes.items():
            value = module.value(attribute.value)
            yield name, plain(value[0] if isinstance(value, list) and value else value)
