"""Ports of servers whose code does not tell them: what their unit declares, where that leaves no choice.

A unit that runs one server and declares one port has that server on that port. Where a unit runs several servers, or
declares several ports that no other server of it is on, nothing is concluded, nor where a proxy shares the unit, for
the port may be the proxy's. It reads no code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._outline import Node, Word, entry, words
from wsdoctor.inspectors._units import instructions, services, unit_of, workloads
from wsdoctor.model.traffic import Declared, Listener

__all__ = ["settled"]

SURE = 0.75
_LEAST = 0.5
"""Servers that are less sure, as those of examples, are no servers of a unit."""


def settled(declared: Declared, repository: Repository) -> Declared:
    """Return the same traffic with the ports of listeners that only their units tell."""
    by_unit: dict[str | None, list[Listener]] = defaultdict(list)
    for listener in declared.listeners:
        if listener.sure >= _LEAST:
            by_unit[listener.unit].append(listener)
    found: dict[int, int] = {}
    for unit, listeners in by_unit.items():
        unknown = [one for one in listeners if one.port is None and one.speaks != "tcp"]
        if len({one.location for one in unknown}) == 1:
            taken = {one.port for one in listeners}
            left = {port for port in _declared(unit, declared, repository) if port not in taken}
            if len(left) == 1:
                found.update((id(one), next(iter(left))) for one in unknown)
    if not found:
        return declared
    listeners = [
        replace(one, port=found[id(one)], sure=min(one.sure, SURE)) if id(one) in found else one
        for one in declared.listeners
    ]
    return replace(declared, listeners=listeners)


def _declared(unit: str | None, declared: Declared, repository: Repository) -> set[int]:
    """Return the ports that are declared for a unit, none where more than one program may have them.

    No unit means all of the repository, where that is one image and nothing else is declared to run.
    """
    if any(hop.unit == unit for hop in declared.hops):
        return set()
    if unit is None:
        return set() if services(repository) or workloads(repository) else set(_exposed(None, repository))
    if any(one.name == unit and not one.own for one in declared.units):
        return set()
    pods = [one for one in workloads(repository) if one.unit == unit]
    if len({one.name for one in pods}) > 1:
        return set()
    found = {each.inner for each in declared.maps if each.unit == unit}
    names = {unit} | {name for each in declared.units if each.name == unit for name in each.names}
    found |= {hop.to.port for hop in declared.hops if hop.to.host in names and hop.to.port is not None}
    for container in pods:
        found |= set(_container_ports(container.node))
    for service in services(repository):
        if service.name == unit:
            found |= set(_numbers(words(entry(service.node, "expose"))))
    return found or set(_exposed(unit, repository))


def _container_ports(node: Node) -> Iterator[int]:
    ports = entry(node, "ports")
    for each in ports if isinstance(ports, list) else ():
        port = entry(each, "containerPort")
        if isinstance(port, Word):
            yield from _numbers([port])


def _exposed(unit: str | None, repository: Repository) -> Iterator[int]:
    """Yield the ports that the image of a unit is said to listen on."""
    for file in repository.named("Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile"):
        if unit_of(file, repository) == unit:
            for name, rest, _ in instructions(repository.text(file) or ""):
                if name == "EXPOSE":
                    yield from _numbers(rest.split())


def _numbers(texts: list[Word] | list[str]) -> Iterator[int]:
    for text in texts:
        number = text.partition("/")[0]
        if number.isdecimal() and 0 < int(number) < 65536 and not text.endswith("/udp"):
            yield int(number)
