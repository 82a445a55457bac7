"""Istio: each destination of a VirtualService, with what DestinationRules and Services make the proxies speak.

Istio passes a handshake on by itself, unless its proxies speak HTTP/2 to the server side or a rule changes the fields.
It extracts and does not judge. `inspectors` drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._proxies.common import (
    HANDSHAKES_ONLY,
    beside,
    details,
    finish,
    means_websocket,
    meant_for,
    number,
    root_of_pages,
)
from wsdoctor.inspectors._proxies.tree import backend_port, kinds, place, service_ports
from wsdoctor.model.traffic import Address, Declared, Hop, Location
from wsdoctor.syntax._tree import Mapping, Node, Pair, find, items, text

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "istio"
PATTERNS = ("*.yml", "*.yaml", "*.tpl")
NEEDLES = ("VirtualService", "DestinationRule", "http2", "grpc")

_MESH = ("istio-injection: enabled", "sidecar.istio.io/", "istio.io/rev", "VirtualService", "DestinationRule")
"""Words by which a repository says that its Services are in a mesh of Istio."""
_UPGRADES = {"UPGRADE": "h2c", "DO_NOT_UPGRADE": "http"}
_ANY = "*mesh*"
"""Stands for all hosts, of which the whole mesh is told something."""
_BETWEEN_SIDECARS = 0.7
"""How sure it is that those who call a Service have sidecars."""


@dataclass(frozen=True, slots=True)
class _Policy:
    """What a DestinationRule says of a host: a port (None = all), HTTP/2 or TLS, and the place."""

    port: int | None
    scheme: str
    location: Location


def inspect(path: str, repository: Repository) -> Declared:
    """Return the hops of the VirtualServices of a file, and of DestinationRules that no VirtualService leads to."""
    declared = Declared()
    content = repository.text(path) or ""
    if "Service" not in content and "DestinationRule" not in content:
        return declared
    policies = _policies(repository)
    for node in kinds(path, repository, declared.notes, "VirtualService"):
        hops: list[Hop] = []
        for kind in ("http", "tcp", "tls"):
            for route in items(node, "spec", kind):
                hops += _routes(path, repository, kind, route, policies)
        declared.hops += root_of_pages(hops, next((text(each) for each in items(node, "spec", "hosts")), None))
    routed = _routed(repository)
    for node in kinds(path, repository, [], "DestinationRule"):
        host = _short(text(node, "spec", "host"))
        if host in routed:
            continue
        for policy in policies.get(host, ()):
            ports = [each.number for each in service_ports(repository).get(host, ())]
            for port in [policy.port] if policy.port is not None else ports:
                if policy.scheme != "http":
                    declared.hops.append(_of_policy(host, port, policy))
    for node in kinds(path, repository, [], "Service"):
        name = text(node, "metadata", "name") or ""
        if name not in routed and _in_mesh(repository):
            declared.hops += _of_service(path, name, repository)
    return finish(path, declared)


def _of_service(path: str, name: str, repository: Repository) -> Iterator[Hop]:
    """Yield a hop for each port of a Service to which sidecars speak HTTP/2 by its name or its protocol."""
    for port in service_ports(repository).get(name, ()):
        if port.http2 and port.location.file == path:
            yield Hop(
                NAME, Address(name, port.number), "h2c", port.location, (), None, False, (), ("http2",),
                means_websocket(name, port.name), None, details(upstream=name), _BETWEEN_SIDECARS,
            )  # fmt: skip


def _in_mesh(repository: Repository) -> bool:
    kept = repository.memory.get("istio mesh")
    if not isinstance(kept, bool):
        texts = (repository.text(path) or "" for path in repository.named("*.yml", "*.yaml"))
        kept = any(word in content for content in texts for word in _MESH)
        repository.memory["istio mesh"] = kept
    return kept


def _of_policy(host: str, port: int | None, policy: _Policy) -> Hop:
    http2 = policy.scheme == "h2c"
    return Hop(
        NAME, Address(host, port), policy.scheme, policy.location, (), None, not http2,
        (), ("http2",) if http2 else (), means_websocket(host), None, details(upstream=host),
    )  # fmt: skip


def _short(host: str | None) -> str:
    return (host or "").partition(".")[0]


def _objects(repository: Repository, kind: str) -> Iterator[tuple[str, Mapping]]:
    for path in repository.named("*.yml", "*.yaml"):
        if kind in (repository.text(path) or ""):
            for node in kinds(path, repository, [], kind):
                yield path, node


def _routed(repository: Repository) -> frozenset[str]:
    """Return the hosts that VirtualServices lead to."""
    kept = repository.memory.get("istio routed")
    if not isinstance(kept, frozenset):
        found: set[str] = set()
        for _, node in _objects(repository, "VirtualService"):
            for kind in ("http", "tcp", "tls"):
                for route in items(node, "spec", kind):
                    found.update(_short(text(each, "destination", "host")) for each in items(route, "route"))
        kept = frozenset(found)
        repository.memory["istio routed"] = kept
    return kept


def _policies(repository: Repository) -> dict[str, list[_Policy]]:
    """Return what DestinationRules say, by host."""
    kept = repository.memory.get("istio policies")
    if isinstance(kept, dict):
        return kept
    found: dict[str, list[_Policy]] = {}
    for path, node in _objects(repository, "DestinationRule"):
        host = _short(text(node, "spec", "host"))
        holders = [find(node, "spec"), *items(node, "spec", "subsets")]
        for policy in (find(holder, "trafficPolicy") for holder in holders):
            for part in (policy, *items(policy, "portLevelSettings")):
                port = number(text(part, "port", "number"))
                for scheme, pair in _spoken(part):
                    if scheme:
                        found.setdefault(host, []).append(_Policy(port, scheme, place(path, repository, pair)))
    for path, node in _objects(repository, "IstioOperator"):
        config = find(node, "spec", "meshConfig")
        upgrade = config.pair("h2UpgradePolicy") if isinstance(config, Mapping) else None
        if upgrade is not None and (text(config, "h2UpgradePolicy") or "").upper() == "UPGRADE":
            found.setdefault(_ANY, []).append(_Policy(None, "h2c", place(path, repository, upgrade)))
    repository.memory["istio policies"] = found
    return found


def _spoken(policy: Node | None) -> Iterator[tuple[str, Pair]]:
    http, tls = find(policy, "connectionPool", "http"), find(policy, "tls")
    upgrade = http.pair("h2UpgradePolicy") if isinstance(http, Mapping) else None
    if upgrade is not None:
        yield _UPGRADES.get((text(http, "h2UpgradePolicy") or "").upper(), ""), upgrade
    mode = tls.pair("mode") if isinstance(tls, Mapping) else None
    if mode is not None and (text(tls, "mode") or "").upper() in {"SIMPLE", "MUTUAL"}:
        yield "https", mode


def _number_of(destination: Node | None, repository: Repository) -> int | None:
    """Return the port of a destination, where it names none that of the Service if this has one alone."""
    written = text(destination, "port", "number")
    known = backend_port(_short(text(destination, "host")), written, repository)
    return number(written) or (known.number if known is not None else None)


def _prefix(route: Node) -> str | None:
    for match in items(route, "match"):
        for key in ("prefix", "exact"):
            if (found := text(match, "uri", key)) is not None:
                return found
        if (found := text(match, "uri", "regex")) is not None:
            return f"~ {found}"
    return None


def _asks(route: Node) -> bool:
    for match in items(route, "match"):
        headers = find(match, "headers")
        names = [pair.key.text.lower() for pair in headers.pairs] if isinstance(headers, Mapping) else []
        if {"upgrade", "connection"} & set(names):
            return True
    return False


def _changes(route: Node) -> tuple[tuple[str, ...], Node | None, tuple[str, ...]]:
    """Return what a route takes from a handshake, what says so, and what it adds."""
    lacks: list[str] = []
    sends: list[str] = []
    offender: Node | None = None
    for holder in (route, *items(route, "route")):
        request = find(holder, "headers", "request")
        gone = [(text(each) or "").lower() for each in items(request, "remove")]
        for way in ("set", "add"):
            given = find(request, way)
            for pair in given.pairs if isinstance(given, Mapping) else ():
                value = (text(pair.value) or "").lower()
                name = pair.key.text.lower()
                if name == "upgrade" and "websocket" in value:
                    sends.append("hard-coded-upgrade" if way == "set" else "upgrade-twice")
                elif way == "set" and name in {"upgrade", "connection"} and "upgrade" not in value:
                    gone.append(name)
        lost = [name for name in ("upgrade", "connection") if name in gone]
        if lost and request is not None:
            lacks += lost
            offender = request
    return tuple(dict.fromkeys(lacks)), offender, tuple(dict.fromkeys(sends))


def _routes(
    path: str, repository: Repository, kind: str, route: Node, policies: dict[str, list[_Policy]]
) -> Iterator[Hop]:
    prefix = _prefix(route)
    only = HANDSHAKES_ONLY if _asks(route) else None
    lacks, offender, added = _changes(route) if kind == "http" else ((), None, ())
    redirect = find(route, "redirect")
    port = number(text(redirect, "port"))
    if redirect is not None and port is not None:
        yield Hop(
            NAME, Address(text(redirect, "authority") or "", port), text(redirect, "scheme") or "http",
            place(path, repository, redirect), (), prefix, None, (), ("redirect",), means_websocket(prefix),
        )  # fmt: skip
    sends = list(added)
    rewrite = text(route, "rewrite", "uri")
    if rewrite is not None and prefix is not None and not re.match(re.escape(prefix.rstrip("/")) + "(?:/|$)", rewrite):
        sends.append("strips-prefix")
    if text(route, "rewrite", "authority") is not None:
        sends.append("rewrites-host")
    for copied in (find(route, "mirror"), *(find(each, "destination") for each in items(route, "mirrors"))):
        if copied is not None:
            to = Address(_short(text(copied, "host")) or None, _number_of(copied, repository))
            yield beside(NAME, to, "http", place(path, repository, copied), path=prefix)
    for each in items(route, "route"):
        destination = find(each, "destination")
        host = _short(text(destination, "host"))
        known = backend_port(host, text(destination, "port", "number"), repository)
        end = _number_of(destination, repository)
        plain = place(path, repository, offender or each)
        scheme, where = "http" if kind == "http" else "tcp", plain
        for policy in (*policies.get(_ANY, ()), *policies.get(host, ())):
            if policy.port in {None, end} and (kind == "http" or policy.scheme == "https"):
                scheme, where = policy.scheme, policy.location if policy.scheme != "http" else plain
        if kind == "http" and scheme == "http" and known is not None and known.http2:
            scheme, where = "h2c", known.location
        http2 = scheme == "h2c"
        yield Hop(
            NAME, Address(host or None, end), scheme, where, (), prefix, not lacks and not http2, lacks,
            (*sends, *(("http2",) if http2 else ())), meant_for(prefix, host, only=only), None,
            details(upstream=host, directive=f"destination {host}", directive_line=each.line, only=only,
                    block=f"{route.line}-{route.end_line}"),
        )  # fmt: skip
