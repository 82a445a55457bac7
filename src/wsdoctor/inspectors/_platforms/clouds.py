"""Resources of Terraform's providers that check a port: one small reader for each shape.

A reader takes a resource and yields checks; defaults are those of the clouds' own documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wsdoctor.inspectors._platforms.common import LOCAL, codes, http_caller
from wsdoctor.inspectors._platforms.hcl import Resource, number, plain
from wsdoctor.model.traffic import Address, Caller, Location
from wsdoctor.syntax import hcl

__all__ = ["READERS", "Check", "named_port", "number", "target_group"]

_ELB = re.compile(r"(?P<protocol>HTTPS?|TCP|SSL):(?P<port>\d+)(?P<path>/.*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Check:
    """A health check.

    Attributes:
        product: that checks.
        block: that would change.
        port: None if it could not be followed.
        protocol: as in `model.traffic.Caller`.
        path: of HTTP.
        period: seconds.
        agent: how the User-Agent begins.
        expects: status codes.
        from_inputs: whether what the check asks for is given by the call of the module.
        shared: whether the port alone is given by the call.
        host: that is checked, the servers themselves if it is not said.
        kind: of caller.

    """

    product: str
    block: hcl.Block
    port: int | None
    protocol: str = "http"
    path: str = "/"
    period: float = 30.0
    agent: str | None = None
    expects: tuple[int, ...] = ()
    from_inputs: bool = False
    shared: bool = False
    host: str | None = LOCAL
    kind: str = "health-check"

    def caller(self, location: Location, also: tuple[Location, ...]) -> Caller:
        """Return the check as declared traffic."""
        return http_caller(
            self.product, Address(self.host, self.port), location, path=self.path, protocol=self.protocol,
            user_agent=self.agent, period=self.period, expects=self.expects, kind=self.kind, also=also,
        )  # fmt: skip


def _seconds(value: Any, default: float) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)s?", plain(value))
    return float(found[1]) if found else float(default)


def _inputs(expression: hcl.Expression | None) -> bool:
    """Say whether an expression takes its value from a variable."""
    match expression:
        case hcl.Reference():
            return expression.path[0] == "var"
        case hcl.Join():
            return any(_inputs(part) for part in expression.parts)
        case hcl.Call():
            return any(_inputs(part) for part in expression.arguments)
        case _:
            return False


def target_group(resource: Resource) -> Iterator[Check]:
    """Yield the check of a target group, the one that AWS makes by itself among them."""
    protocol = plain(resource.get("protocol"), "HTTP").upper()
    if plain(resource.get("target_type")) == "lambda":
        return
    check = resource.inner("health_check")
    port = number(resource.get("port"))
    shared = _inputs(resource.block.get("port"))
    agent = "ELB-HealthChecker/2.0"
    if check is None:
        if protocol in {"HTTP", "HTTPS", "TCP", "TLS"}:
            asked = protocol.lower() if protocol.startswith("HTTP") else "tcp"
            yield Check("aws-elb", resource.block, port, asked, agent=agent, expects=(200,), shared=shared)
        return
    if resource.of(check, "enabled") is False:
        return
    written = plain(resource.of(check, "port"))
    if check.get("port") is not None and written != "traffic-port":
        port = number(written)
    default = "HTTP" if protocol in {"HTTP", "HTTPS"} else "TCP"
    if check.get("path") is not None and check.get("protocol") is None:
        default = "HTTP"
    if check.get("protocol") is not None and not plain(resource.of(check, "protocol")):
        return
    asked = plain(resource.of(check, "protocol"), default).lower()
    yield Check(
        "aws-elb", check, port, asked, plain(resource.of(check, "path"), "/"),
        _seconds(resource.of(check, "interval"), 30), agent, codes(plain(resource.of(check, "matcher"), "200")),
        any(_inputs(check.get(name)) for name in ("path", "protocol", "port")), shared,
    )  # fmt: skip


def _classic(resource: Resource) -> Iterator[Check]:
    check = resource.inner("health_check")
    found = _ELB.match(plain(resource.of(check, "target"))) if check is not None else None
    if check is not None and found is not None:
        protocol = found["protocol"].lower().replace("ssl", "tcp")
        yield Check("aws-elb", check, int(found["port"]), protocol, found["path"] or "/",
                    _seconds(resource.of(check, "interval"), 30), "ELB-HealthChecker/1.0", (200,))  # fmt: skip


def _route53(resource: Resource) -> Iterator[Check]:
    kind = plain(resource.get("type"), "HTTP").upper()
    protocol = "https" if kind.startswith("HTTPS") else "http" if kind.startswith("HTTP") else "tcp"
    host = plain(resource.get("fqdn")) or plain(resource.get("ip_address")) or None
    default = {"https": 443, "http": 80}.get(protocol)
    port = number(resource.get("port")) if resource.block.get("port") is not None else default
    yield Check("route53", resource.block, port, protocol, plain(resource.get("resource_path"), "/"),
                _seconds(resource.get("request_interval"), 30), "Amazon-Route53-Health-Check-Service",
                host=host, kind="uptime-monitor")  # fmt: skip


def _app_runner(resource: Resource) -> Iterator[Check]:
    check = resource.inner("health_check_configuration")
    image = ("source_configuration", "image_repository", "image_configuration", "port")
    port = number(resource.get(*image)) if resource.inner(*image[:-1]) is not None else 8080
    if check is not None:
        yield Check("aws-app-runner", check, port, plain(resource.of(check, "protocol"), "TCP").lower(),
                    plain(resource.of(check, "path"), "/"), _seconds(resource.of(check, "interval"), 5))  # fmt: skip


def _accelerator(resource: Resource) -> Iterator[Check]:
    yield Check("aws-elb", resource.block, number(resource.get("health_check_port")),
                plain(resource.get("health_check_protocol"), "TCP").lower(),
                plain(resource.get("health_check_path"), "/"),
                _seconds(resource.get("health_check_interval_seconds"), 30))  # fmt: skip


_GOOGLE = {
    "http_health_check": "http", "https_health_check": "https", "http2_health_check": "h2", "tcp_health_check": "tcp",
    "ssl_health_check": "tcp", "grpc_health_check": "grpc",
}  # fmt: skip


def _google(resource: Resource) -> Iterator[Check]:
    period = _seconds(resource.get("check_interval_sec"), 5)
    for kind, protocol in _GOOGLE.items():
        for check in resource.blocks(resource.block, kind):
            port = number(resource.of(check, "port"))
            if port is None and check.get("port") is None:
                port = named_port(resource, plain(resource.of(check, "port_name")))
            if port is None and check.get("port") is None and not plain(resource.of(check, "port_specification")):
                port = 443 if protocol in {"https", "h2"} else 80
            yield Check("google", check, port, protocol, plain(resource.of(check, "request_path"), "/"), period,
                        "GoogleHC/", (200,) if protocol.startswith("http") else (),
                        any(_inputs(check.get(name)) for name in ("port", "request_path")))  # fmt: skip


def named_port(resource: Resource, name: str) -> int | None:
    """Return the port that an instance group gives a name to; the only one if no name is asked for."""
    found = {
        number(resource.of(named, "port"))
        for group in resource.module.resources()
        for named in group.block.of("named_port")
        if not name or plain(resource.of(named, "name")) == name
    }
    return found.pop() if len(found) == 1 else None


def _google_legacy(resource: Resource) -> Iterator[Check]:
    secure = "https" in resource.block.labels[0]
    port = number(resource.get("port")) if resource.block.get("port") is not None else (443 if secure else 80)
    yield Check("google", resource.block, port, "https" if secure else "http", plain(resource.get("request_path"), "/"),
                _seconds(resource.get("check_interval_sec"), 5), "GoogleHC/", (200,))  # fmt: skip


def _google_uptime(resource: Resource) -> Iterator[Check]:
    check, silent = resource.inner("http_check"), resource.inner("tcp_check")
    host = plain(resource.get("monitored_resource", "labels", "host")) or None
    period = _seconds(resource.get("period"), 300)
    if check is not None:
        protocol = "https" if resource.of(check, "use_ssl") is True else "http"
        port = number(resource.of(check, "port")) or (443 if protocol == "https" else 80)
        yield Check("google", check, port, protocol, plain(resource.of(check, "path"), "/"), period,
                    "GoogleStackdriverMonitoring-UptimeChecks", host=host, kind="uptime-monitor")  # fmt: skip
    elif silent is not None:
        yield Check("google", silent, number(resource.of(silent, "port")), "tcp", period=period, host=host,
                    kind="uptime-monitor")  # fmt: skip


def _probes(product: str, default: int | None, *ways: str) -> Callable[[Resource], Iterator[Check]]:
    """Make a reader of containers with probes as Kubernetes knows them."""

    def reader(resource: Resource) -> Iterator[Check]:
        holder = resource.inner(*ways)
        if holder is None:
            return
        for container in (*resource.blocks(holder, "containers"), *resource.blocks(holder, "container")):
            names: dict[str, int] = {}
            own = None
            for ports in (*resource.blocks(container, "ports"), *resource.blocks(container, "port")):
                port = number(resource.of(ports, "container_port")) or number(resource.of(ports, "port"))
                own = own or port
                if port is not None:
                    names[plain(resource.of(ports, "name"))] = port
            for name in ("liveness_probe", "readiness_probe", "startup_probe"):
                for probe in resource.blocks(container, name):
                    yield from _probe(resource, probe, product, names, own or default)

    return reader


def _probe(
    resource: Resource, probe: hcl.Block, product: str, names: Mapping[str, int], own: int | None
) -> Iterator[Check]:
    period = _seconds(resource.of(probe, "period_seconds") or resource.of(probe, "interval_seconds"), 10)
    agent = {"kubernetes": "kube-probe/", "google": "GoogleHC/", "azure": "kube-probe/"}.get(product)
    for kind, protocol in (("http_get", "http"), ("tcp_socket", "tcp"), ("grpc", "grpc")):
        for action in resource.blocks(probe, kind):
            written = resource.of(action, "port")
            port = own if action.get("port") is None else number(written) or names.get(plain(written))
            scheme = plain(resource.of(action, "scheme"), protocol).lower() if kind == "http_get" else protocol
            yield Check(product, probe, port, scheme, plain(resource.of(action, "path"), "/"), period, agent)
    transport = plain(resource.of(probe, "transport"))
    if transport:
        yield Check(product, probe, number(resource.of(probe, "port")) or own, transport.lower(),
                    plain(resource.of(probe, "path"), "/"), period, agent)  # fmt: skip


def _azure_probe(resource: Resource) -> Iterator[Check]:
    path = plain(resource.get("request_path"))
    protocol = plain(resource.get("protocol"), "Http" if path else "Tcp").lower()
    yield Check("azure", resource.block, number(resource.get("port")), protocol, path or "/",
                _seconds(resource.get("interval_in_seconds"), 15), expects=(200,) if path else ())  # fmt: skip


def _azure_gateway(resource: Resource) -> Iterator[Check]:
    probes = {plain(resource.of(probe, "name")): probe for probe in resource.blocks(resource.block, "probe")}
    for settings in resource.blocks(resource.block, "backend_http_settings"):
        port, scheme = number(resource.of(settings, "port")), plain(resource.of(settings, "protocol"), "Http").lower()
        probe = probes.get(plain(resource.of(settings, "probe_name")))
        if probe is None:
            yield Check("azure", settings, port, scheme, "/", 30.0, expects=codes("200-399"))
            continue
        match = next(iter(resource.blocks(probe, "match")), None)
        given = resource.of(match, "status_code") if match is not None else None
        wanted = ",".join(plain(each) for each in given) if isinstance(given, list) else "200-399"
        own = number(resource.of(probe, "port"))
        yield Check("azure", probe, own or port, plain(resource.of(probe, "protocol"), scheme).lower(),
                    plain(resource.of(probe, "path"), "/"), _seconds(resource.of(probe, "interval"), 30),
                    expects=codes(wanted))  # fmt: skip


def _azure_web_app(resource: Resource) -> Iterator[Check]:
    site = resource.inner("site_config")
    if site is None or site.get("health_check_path") is None:
        return
    settings = resource.get("app_settings")
    given = settings if isinstance(settings, dict) else {}
    port = next((number(given[key]) for key in ("WEBSITES_PORT", "PORT") if key in given), None)
    line = site.attributes["health_check_path"]
    block = hcl.Block("site_config", (), line.line, line.column, line.end_line)
    yield Check("azure-app-service", block, port, "http", plain(resource.of(site, "health_check_path"), "/"), 60.0,
                expects=codes("200-299"))  # fmt: skip


def _traffic_manager(resource: Resource) -> Iterator[Check]:
    check = resource.inner("monitor_config")
    if check is not None:
        protocol = plain(resource.of(check, "protocol"), "HTTP").lower()
        port, path = number(resource.of(check, "port")), plain(resource.of(check, "path"), "/")
        period = _seconds(resource.of(check, "interval_in_seconds"), 30)
        yield Check("azure", check, port, protocol, path, period, host=None)


def _ocean_balancer(resource: Resource) -> Iterator[Check]:
    check = resource.inner("healthcheck")
    if check is not None:
        yield Check("digitalocean", check, number(resource.of(check, "port")),
                    plain(resource.of(check, "protocol"), "http").lower(), plain(resource.of(check, "path"), "/"),
                    _seconds(resource.of(check, "check_interval_seconds"), 10))  # fmt: skip


def _ocean_app(resource: Resource) -> Iterator[Check]:
    spec = resource.inner("spec")
    for service in resource.blocks(spec, "service") if spec is not None else ():
        port = number(resource.of(service, "http_port")) or 8080
        for check in resource.blocks(service, "health_check"):
            path = plain(resource.of(check, "http_path"))
            yield Check("digitalocean", check, number(resource.of(check, "port")) or port, "http" if path else "tcp",
                        path or "/", _seconds(resource.of(check, "period_seconds"), 10))  # fmt: skip


def _hetzner(resource: Resource) -> Iterator[Check]:
    check = resource.inner("health_check")
    destination = number(resource.get("destination_port"))
    if check is None:
        if plain(resource.get("protocol")) in {"http", "https"}:
            yield Check("hetzner", resource.block, destination, "http", "/", 15.0)
        return
    path = resource.get("health_check", "http", "path")
    yield Check("hetzner", check, number(resource.of(check, "port")) or destination,
                plain(resource.of(check, "protocol"), "tcp").lower(), plain(path, "/"),
                _seconds(resource.of(check, "interval"), 15))  # fmt: skip


_KUBERNETES = _probes("kubernetes", None, "spec", "template", "spec")

READERS: Mapping[str, Callable[[Resource], Iterator[Check]]] = {
    "aws_lb_target_group": target_group,
    "aws_alb_target_group": target_group,
    "aws_elb": _classic,
    "aws_route53_health_check": _route53,
    "aws_apprunner_service": _app_runner,
    "aws_globalaccelerator_endpoint_group": _accelerator,
    "google_compute_health_check": _google,
    "google_compute_region_health_check": _google,
    "google_compute_http_health_check": _google_legacy,
    "google_compute_https_health_check": _google_legacy,
    "google_monitoring_uptime_check_config": _google_uptime,
    "google_cloud_run_v2_service": _probes("google", 8080, "template"),
    "google_cloud_run_service": _probes("google", 8080, "template", "spec"),
    "azurerm_lb_probe": _azure_probe,
    "azurerm_application_gateway": _azure_gateway,
    "azurerm_linux_web_app": _azure_web_app,
    "azurerm_windows_web_app": _azure_web_app,
    "azurerm_app_service": _azure_web_app,
    "azurerm_container_app": _probes("azure", None, "template"),
    "azurerm_container_group": _probes("azure", None),
    "azurerm_traffic_manager_profile": _traffic_manager,
    "digitalocean_loadbalancer": _ocean_balancer,
    "digitalocean_app": _ocean_app,
    "hcloud_load_balancer_service": _hetzner,
    "kubernetes_deployment": _KUBERNETES,
    "kubernetes_deployment_v1": _KUBERNETES,
    "kubernetes_stateful_set": _KUBERNETES,
    "kubernetes_stateful_set_v1": _KUBERNETES,
    "kubernetes_daemonset": _KUBERNETES,
    "kubernetes_pod": _probes("kubernetes", None, "spec"),
}
"""Readers by type of resource."""
