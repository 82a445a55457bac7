"""Health checks that clouds' load balancers make because a manifest says so: annotations and their own resources.

AWS (ALB ingress, NLB Services), Google (BackendConfig, HealthCheckPolicy), Azure and DigitalOcean.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from wsdoctor.inspectors._platforms.cluster import Service, pairs
from wsdoctor.inspectors._platforms.common import LOCAL, codes, http_caller, port_number, seconds
from wsdoctor.model.traffic import Address, Caller, Location
from wsdoctor.syntax._tree import Mapping, Node, Pair, find, items, text

__all__ = ["load_balancers"]

_Place = Callable[[Pair | Node], tuple[Location, tuple[Location, ...]]]
_Target = Callable[[Service, int, str], tuple[int | None, str | None]]
_Named = Callable[[str | None], Service | None]

_ALB = "alb.ingress.kubernetes.io/"
_NLB = "service.beta.kubernetes.io/aws-load-balancer-healthcheck-"
_AZURE = "service.beta.kubernetes.io/azure-load-balancer-health-probe-"
_OCEAN = "service.beta.kubernetes.io/do-loadbalancer-healthcheck-"


def load_balancers(
    nodes: Sequence[Node], target: _Target, named: _Named, services: Sequence[Service], place: _Place
) -> Iterator[Caller]:
    """Yield the health checks that load balancers make.

    Args:
        nodes: documents.
        target: gives the port inside and the workload that a port of a Service stands for.
        named: gives a Service by its name.
        services: all that are known.
        place: gives the location of a pair or node.

    """
    kinds = [(text(node, "kind"), node) for node in nodes]
    for kind, node in kinds:
        if kind == "Ingress":
            yield from _alb(node, target, named, place)
        elif kind == "Service":
            service = named(text(node, "metadata", "name"))
            if service is not None:
                yield from _service(service, target, place)
        elif kind == "HealthCheckPolicy":
            yield from _policy(node, target, named, place)
    configs = {text(node, "metadata", "name"): node for kind, node in kinds if kind == "BackendConfig"}
    for name, node in configs.items():
        yield from _backend_config(name, node, services, target, place)


def _alb(node: Node, target: _Target, named: _Named, place: _Place) -> Iterator[Caller]:
    given = find(node, "metadata", "annotations")
    annotations = given if isinstance(given, Mapping) else Mapping()
    values = pairs(annotations)
    name = values.get("kubernetes.io/ingress.class") or text(node, "spec", "ingressClassName") or ""
    if "alb" not in name.lower() and not any(key.startswith(_ALB) for key in values):
        return
    seen: set[tuple[str | None, int | None]] = set()
    for backend in _backends(node):
        service = named(text(backend, "service", "name") or text(backend, "serviceName"))
        if service is None:
            continue
        wanted = text(backend, "service", "port", "number") or text(backend, "service", "port", "name")
        wanted = wanted or text(backend, "servicePort")
        chosen = next(
            ((number, inside) for _, label, number, inside in service.ports if wanted in {label, str(number)}), None
        )
        if chosen is None:
            continue
        port, unit = target(service, *chosen)
        merged = {**values, **pairs(service.annotations)}
        other = port_number(merged.get(_ALB + "healthcheck-port"))
        port = other if other is not None else port
        if (unit, port) in seen:
            continue
        seen.add((unit, port))
        pair = _first(service.annotations, _ALB + "healthcheck-") or _first(annotations, _ALB + "healthcheck-")
        location, also = place(pair if pair is not None else backend)
        yield http_caller(
            "aws-elb", Address(LOCAL, port, unit), location, path=merged.get(_ALB + "healthcheck-path", "/"),
            protocol=merged.get(_ALB + "healthcheck-protocol", "HTTP"), user_agent="ELB-HealthChecker/2.0",
            period=seconds(merged.get(_ALB + "healthcheck-interval-seconds")) or 15.0,
            expects=codes(merged.get(_ALB + "success-codes", "200")), also=also,
        )  # fmt: skip


def _backends(node: Node) -> Iterator[Node]:
    for rule in items(node, "spec", "rules"):
        for path in items(rule, "http", "paths"):
            if (backend := find(path, "backend")) is not None:
                yield backend
    for key in ("defaultBackend", "backend"):
        if (backend := find(node, "spec", key)) is not None:
            yield backend


def _first(annotations: Mapping, prefix: str) -> Pair | None:
    found = [pair for pair in annotations.all_pairs() if pair.key.text.startswith(prefix)]
    order = ("path", "protocol", "port")
    ranked = sorted(
        found, key=lambda pair: next((row for row, word in enumerate(order) if pair.key.text.endswith(word)), 9)
    )
    return ranked[0] if ranked else None


def _service(service: Service, target: _Target, place: _Place) -> Iterator[Caller]:
    values = pairs(service.annotations)
    for prefix, product, agent, period in (
        (_NLB, "aws-elb", "ELB-HealthChecker/", 10.0),
        (_AZURE, "azure", None, 5.0),
        (_OCEAN, "digitalocean", None, 3.0),
    ):
        path = values.get(prefix + "path") or values.get(prefix + "request-path")
        protocol = (values.get(prefix + "protocol") or ("http" if path and prefix != _NLB else "")).lower()
        pair = _first(service.annotations, prefix)
        if protocol not in {"http", "https", "tcp"} or pair is None:
            continue
        interval = values.get(prefix + "interval") or values.get(prefix + "interval-seconds")
        own = port_number(values.get(prefix + "port"))
        location, also = place(pair)
        for _, _, number, inside in service.ports:
            port, unit = target(service, number, inside)
            checked = port
            if own is not None:
                checked = target(service, own, "")[0] if own != number else port
            yield http_caller(
                product, Address(LOCAL, checked, unit), location, path=path or "/", protocol=protocol,
                user_agent=agent, period=seconds(interval) or period, also=also,
            )  # fmt: skip
            if own is not None:
                break


def _backend_config(
    name: str | None, node: Node, services: Sequence[Service], target: _Target, place: _Place
) -> Iterator[Caller]:
    spec = find(node, "spec")
    pair = spec.pair("healthCheck") if isinstance(spec, Mapping) else None
    if pair is None or not isinstance(pair.value, Mapping):
        return
    check = pair.value
    location, also = place(pair)
    for service in services:
        for label in ("cloud.google.com/backend-config", "beta.cloud.google.com/backend-config"):
            for port_name in _configured(pairs(service.annotations).get(label), name):
                for _, own, number, inside in service.ports:
                    if port_name not in {"", own, str(number)}:
                        continue
                    port, unit = target(service, number, inside)
                    port = port_number(text(check, "port")) or port
                    yield http_caller(
                        "google", Address(LOCAL, port, unit), location, path=text(check, "requestPath") or "/",
                        protocol=_google_protocol(text(check, "type")), user_agent="GoogleHC/",
                        period=seconds(text(check, "checkIntervalSec")) or 5.0, expects=(200,), also=also,
                    )  # fmt: skip


def _configured(annotation: str | None, name: str | None) -> Iterator[str]:
    """Yield the ports that an annotation gives a configuration to, ``""`` for all."""
    try:
        given = json.loads(annotation or "{}")
    except (ValueError, RecursionError):
        return
    if not isinstance(given, dict):
        return
    if given.get("default") == name:
        yield ""
    ports = given.get("ports")
    if isinstance(ports, dict):
        yield from (str(port) for port, config in ports.items() if config == name)


def _google_protocol(kind: str | None) -> str:
    known = (kind or "HTTP").upper()
    return {"HTTP": "http", "HTTPS": "https", "HTTP2": "h2", "TCP": "tcp", "SSL": "tcp", "GRPC": "grpc"}.get(
        known, "tcp"
    )


def _policy(node: Node, target: _Target, named: _Named, place: _Place) -> Iterator[Caller]:
    default = find(node, "spec", "default")
    pair = default.pair("config") if isinstance(default, Mapping) else None
    service = named(text(node, "spec", "targetRef", "name"))
    if pair is None or service is None:
        return
    kind = (text(pair.value, "type") or "HTTP").upper()
    check = find(pair.value, {"HTTP": "httpHealthCheck", "HTTPS": "httpsHealthCheck"}.get(kind, "tcpHealthCheck"))
    location, also = place(pair)
    for _, _, number, inside in service.ports:
        port, unit = target(service, number, inside)
        yield http_caller(
            "google", Address(LOCAL, port_number(text(check, "port")) or port, unit), location,
            path=text(check, "requestPath") or "/", protocol=_google_protocol(kind), user_agent="GoogleHC/",
            period=seconds(text(default, "checkIntervalSec")) or 5.0, expects=(200,), also=also,
        )  # fmt: skip
