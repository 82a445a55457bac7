"""Envoy: each route to a cluster, whether a handshake may be upgraded on it, and the checks of clusters.

Envoy refuses a handshake unless ``upgrade_configs`` of the connection manager or of the route name websocket. It
extracts and does not judge. `inspectors` drives it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._proxies.common import (
    HANDSHAKES_ONLY,
    arrives,
    beside,
    details,
    finish,
    means_websocket,
    meant_for,
    number,
    resolved,
    seconds,
)
from wsdoctor.inspectors._proxies.tree import documents, place
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Caller, Declared, Hop, Location
from wsdoctor.syntax._tree import Mapping, Node, Sequence, find, items, text

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "envoy"
PATTERNS = ("*.yml", "*.yaml", "*.json", "*.tmpl", "*.template")
NEEDLES = ("http_connection_manager", "load_assignment", "tcp_proxy", "virtual_hosts", "HttpConnectionManager")


@dataclass(frozen=True, slots=True)
class _Cluster:
    """A cluster.

    Attributes:
        name: of it.
        node: the whole of it.
        file: that it stands in.
        ends: host and port of its endpoints, each port once, with their place.
        checked: port of an endpoint → the port that is checked in its stead.
        http2: the node that makes it speak HTTP/2, None without.
        tls: whether it speaks TLS.
        proxy: the node that makes it send a PROXY header, None without.

    """

    name: str
    node: Node
    file: str
    ends: tuple[tuple[str, int, Node], ...]
    checked: dict[int, int]
    http2: Node | None
    tls: Node | None
    proxy: Node | None


@dataclass(frozen=True, slots=True)
class _Manager:
    """What a connection manager says.

    Attributes:
        listens: ports of the listener.
        upgrades: whether websocket is named, None if nothing is said.
        extended: the node that allows Extended CONNECT, None without.

    """

    listens: tuple[int, ...] = ()
    upgrades: bool | None = None
    extended: Node | None = None


def inspect(path: str, repository: Repository) -> Declared:
    """Return the hops and the checks of a configuration."""
    declared = Declared()
    for document in documents(path, repository, declared.notes):
        configuration = _Configuration(path, repository, document)
        declared.hops += configuration.hops()
        declared.callers += configuration.checks()
    return finish(path, declared)


def _walk(node: Node) -> Iterator[Mapping]:
    """Yield all mappings below a node, those above first, each once, because aliases make a graph of a tree."""
    pending: list[Node] = [node]
    seen: set[int] = set()
    while pending:
        each = pending.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, Mapping):
            yield each
            pending += (pair.value for pair in reversed(each.all_pairs()))
        elif isinstance(each, Sequence):
            pending += reversed(each.items)


def _under(node: Node | None, key: str) -> Node | None:
    """Return the value of the first key of a name anywhere below a node."""
    if node is None:
        return None
    return next((found for each in _walk(node) if (found := each.get(key)) is not None), None)


def _names_websocket(node: Node) -> bool | None:
    """Say whether upgrade_configs name websocket, None if there are none."""
    configs = list(items(node, "upgrade_configs"))
    if not configs:
        return None
    return any(
        (text(each, "upgrade_type") or "").lower() == "websocket" and text(each, "enabled") != "false"
        for each in configs
    )


def _named_clusters(document: Node) -> Iterator[tuple[str, Mapping]]:
    for mapping in _walk(document):
        name = text(mapping, "name")
        if name is not None and (mapping.get("load_assignment") or mapping.get("hosts")) is not None:
            yield name, mapping


def _clusters_of(repository: Repository) -> dict[str, list[tuple[str, Mapping]]]:
    """Return the clusters of all files by name, each with its file, because listeners may stand in another file."""
    kept = repository.memory.get("envoy clusters")
    if isinstance(kept, dict):
        return kept
    found: dict[str, list[tuple[str, Mapping]]] = {}
    for path in repository.named("*.yml", "*.yaml", "*.json"):
        if "load_assignment" in (repository.text(path) or ""):
            for document in documents(path, repository, []):
                for name, mapping in _named_clusters(document):
                    found.setdefault(name, []).append((path, mapping))
    repository.memory["envoy clusters"] = found
    return found


class _Configuration:
    def __init__(self, path: str, repository: Repository, document: Node) -> None:
        self.path = path
        self.repository = repository
        self.unit = unit_of(path, repository)
        self.document = document
        self.clusters: dict[str, _Cluster] = {}
        self.elsewhere: dict[str, _Cluster | None] = {}
        for name, mapping in _named_clusters(document):
            self.clusters[name] = self._cluster(name, mapping, path)

    def _known(self, name: str | None) -> _Cluster | None:
        """Return a cluster of this document, else the one of that name in another file."""
        if name is None or name in self.clusters:
            return self.clusters.get(name or "")
        if name not in self.elsewhere:
            others = _clusters_of(self.repository).get(name, [])
            self.elsewhere[name] = self._cluster(name, others[0][1], others[0][0]) if len(others) == 1 else None
        return self.elsewhere[name]

    def _cluster(self, name: str, node: Mapping, file: str) -> _Cluster:
        ends: dict[int, tuple[str, int, Node]] = {}
        checked: dict[int, int] = {}
        for mapping in _walk(node.get("load_assignment") or node.get("hosts") or node):
            address = find(mapping, "socket_address")
            port = number(resolved(text(address, "port_value") or "", self.path, self.repository))
            if address is not None and port is not None:
                host = resolved(text(address, "address") or "", self.path, self.repository)
                ends.setdefault(port, (host, port, address))
            other = number(text(mapping, "health_check_config", "port_value"))
            written = text(mapping, "address", "socket_address", "port_value") or ""
            own = number(resolved(written, file, self.repository))
            if other is not None and own is not None:
                checked[own] = other
        http2 = find(node, "http2_protocol_options") or _under(
            find(node, "typed_extension_protocol_options"), "http2_protocol_options"
        )
        tls = proxy = None
        for mapping in _walk(find(node, "transport_socket") or Mapping()):
            kind = f"{text(mapping, 'name') or ''} {text(mapping, '@type') or ''}".lower()
            tls = mapping if "tls" in kind else tls
            proxy = mapping if "proxy_protocol" in kind or "proxyprotocol" in kind else proxy
        secured = find(node, "transport_socket") if tls is not None else find(node, "tls_context")
        return _Cluster(name, node, file, tuple(ends.values()), checked, http2, secured, proxy)

    def hops(self) -> Iterator[Hop]:
        """Yield one hop for each route and each port of its cluster."""
        seen: set[int] = set()
        for listener in _walk(self.document):
            if listener.get("filter_chains") is None:
                continue
            port = number(text(listener, "address", "socket_address", "port_value"))
            listens = (port,) if port is not None else ()
            for inner in _walk(listener):
                if inner.get("route_config") is not None:
                    manager = self._manager(inner, listens)
                    for host in items(inner, "route_config", "virtual_hosts"):
                        seen.add(id(host))
                        yield from self._host(host, manager)
                elif text(inner, "stat_prefix") is not None and text(inner, "cluster") is not None:
                    yield from self._raw(inner, listener, listens)
        for mapping in _walk(self.document):
            for host in items(mapping, "virtual_hosts"):
                if id(host) not in seen:
                    seen.add(id(host))
                    yield from self._host(host, None)

    @staticmethod
    def _manager(node: Mapping, listens: tuple[int, ...]) -> _Manager:
        extended = find(node, "http2_protocol_options", "allow_connect")
        if text(extended) != "true":
            extended = None
        return _Manager(listens, _names_websocket(node), extended)

    def _host(self, host: Node, manager: _Manager | None) -> Iterator[Hop]:
        for route in items(host, "routes"):
            redirect = find(route, "redirect")
            port = number(text(redirect, "port_redirect"))
            if port is not None and redirect is not None:
                yield Hop(
                    "envoy", Address(text(redirect, "host_redirect") or "", port, self.unit),
                    text(redirect, "scheme_redirect") or "http", place(self.path, self.repository, redirect),
                    manager.listens if manager else (), self._path(route), None, (), ("redirect",),
                    means_websocket(self._path(route)), self.unit,
                )  # fmt: skip
            action = find(route, "route")
            names = [text(action, "cluster")]
            names += (text(each, "name") for each in items(action, "weighted_clusters", "clusters"))
            for name in names:
                cluster = self._known(name)
                if cluster is not None and action is not None:
                    yield from self._hops(route, action, cluster, manager)
            for each in items(action, "request_mirror_policies"):
                cluster = self._known(text(each, "cluster"))
                for to, port, _ in cluster.ends if cluster is not None else ():
                    yield beside(
                        "envoy", Address(to, port, self.unit), "http", place(self.path, self.repository, each),
                        listens=manager.listens if manager else (), path=self._path(route), unit=self.unit,
                    )  # fmt: skip

    @staticmethod
    def _path(route: Node) -> str | None:
        match = find(route, "match")
        for key in ("prefix", "path", "path_separated_prefix"):
            if (found := text(match, key)) is not None:
                return found
        pattern = text(match, "safe_regex", "regex") or text(match, "regex")
        return f"~ {pattern}" if pattern is not None else None

    def _hops(self, route: Node, action: Node, cluster: _Cluster, manager: _Manager | None) -> Iterator[Hop]:
        own = _names_websocket(action)
        upgrades = own if own is not None else manager.upgrades if manager is not None else None
        unknown = manager is None and own is None
        lacks = () if upgrades or unknown else ("upgrade-config",)
        sends: list[str] = []
        offender: Node | None = None
        if cluster.http2 is not None:
            sends.append("http2")
            offender = cluster.http2
        if manager is not None and manager.extended is not None and upgrades and cluster.http2 is None:
            sends.append("extended-connect")
        if cluster.proxy is not None:
            sends.append("proxy-protocol")
            offender = offender or cluster.proxy
        rewrite = text(action, "prefix_rewrite")
        path = self._path(route)
        if rewrite is not None and path is not None and not rewrite.startswith(path.rstrip("/") or "/"):
            sends.append("strips-prefix")
        if find(action, "host_rewrite_literal") is not None:
            sends.append("rewrites-host")
        only = HANDSHAKES_ONLY if any(
            (text(each, "name") or "").lower() in {"upgrade", "connection"} for each in items(route, "match", "headers")
        ) else None  # fmt: skip
        removed = self._removed(route, action)
        if removed is not None:
            lacks, offender = (*lacks, "upgrade"), offender or removed
        scheme = (
            ("h2" if cluster.tls is not None else "h2c")
            if cluster.http2 is not None
            else "https"
            if cluster.tls is not None
            else "http"
        )
        if scheme == "https" and not lacks:
            offender = offender or cluster.tls
        forwards: bool | None = None if unknown and not lacks else not lacks and cluster.http2 is None
        for host, port, where in cluster.ends:
            file = self.path if offender is None or offender is removed else cluster.file
            yield Hop(
                "envoy", Address(host, port, self.unit), scheme,
                place(file, self.repository, offender if offender is not None else route),
                manager.listens if manager else (), path, forwards, lacks, tuple(sends),
                meant_for(path, cluster.name, asks=own is True, only=only), self.unit,
                details(
                    **arrives("2" if cluster.http2 is not None else "1.1", None if lacks else "Upgrade",
                              None if lacks else "websocket"),
                    directive=f"cluster {cluster.name}", directive_line=where.line, upstream=cluster.name, only=only,
                    block=f"{route.line}-{route.end_line}",
                ),
            )  # fmt: skip

    @staticmethod
    def _removed(route: Node, action: Node) -> Node | None:
        for holder in (route, action):
            for each in items(holder, "request_headers_to_remove"):
                if (text(each) or "").lower() in {"upgrade", "connection"}:
                    return each
        return None

    def _raw(self, proxy: Mapping, listener: Mapping, listens: tuple[int, ...]) -> Iterator[Hop]:
        """Yield the hops of a filter that passes bytes on, so that a handshake stays whole."""
        cluster = self._known(text(proxy, "cluster"))
        if cluster is None:
            return
        offered = [text(each) for each in items(_under(listener, "alpn_protocols"))]
        sends = ["http2"] if "h2" in offered else []
        sends += ["proxy-protocol"] if cluster.proxy is not None else []
        file = cluster.file if cluster.proxy is not None else self.path
        for host, port, where in cluster.ends:
            yield Hop(
                "envoy", Address(host, port, self.unit), "https" if cluster.tls else "tcp",
                place(file, self.repository, cluster.proxy or proxy), listens, None, True, (), tuple(sends),
                means_websocket(cluster.name), self.unit,
                details(directive=f"cluster {cluster.name}", directive_line=where.line, upstream=cluster.name),
            )  # fmt: skip

    def checks(self) -> Iterator[Caller]:
        """Yield the checks of each cluster."""
        for cluster in self.clusters.values():
            for check in items(cluster.node, "health_checks"):
                for host, port, where in cluster.ends:
                    yield self._check(
                        check,
                        cluster,
                        Address(host, cluster.checked.get(port, port), self.unit),
                        place(self.path, self.repository, where),
                    )

    def _check(self, check: Node, cluster: _Cluster, to: Address, where: Location) -> Caller:
        http, grpc = find(check, "http_health_check"), find(check, "grpc_health_check")
        expects: list[int] = []
        for each in items(http, "expected_statuses"):
            first, last = text(each, "start") or "", text(each, "end") or ""
            if first.isdecimal() and last.isdecimal():
                expects += range(int(first), min(int(last), int(first) + 500))
        headers = {
            text(each, "header", "key") or "": text(each, "header", "value") or ""
            for each in items(http, "request_headers_to_add")
        }
        protocol = (
            "tcp" if http is None and grpc is None else "grpc" if http is None else "https" if cluster.tls else "http"
        )
        return Caller(
            "envoy", "health-check", protocol, to, place(self.path, self.repository, check),
            text(http, "path") if http is not None else None,
            (text(http, "method") or "GET") if http is not None else None, "Envoy/HC" if http is not None else None,
            seconds(text(check, "interval")), tuple(expects), headers, (where,), unit=self.unit,
        )  # fmt: skip
