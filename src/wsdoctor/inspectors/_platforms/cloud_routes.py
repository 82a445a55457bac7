"""How load balancers and platforms of clouds are told to speak to servers, where that is not plain HTTP/1.1.

What speaks HTTP/1.1 hands WebSockets on and is left out. Values are those of the clouds' references and of the
documentation of Terraform's providers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from wsdoctor.inspectors._platforms.clouds import named_port
from wsdoctor.inspectors._platforms.common import LOCAL
from wsdoctor.inspectors._platforms.hcl import Resource, number, plain
from wsdoctor.model.traffic import Address, Hop, Location
from wsdoctor.syntax import hcl

__all__ = ["ROUTES", "Route", "aws_scheme", "spoken"]

_AWS = {
    ("HTTP", "HTTP2"): "h2c", ("HTTP", "GRPC"): "h2c", ("HTTPS", "HTTP2"): "h2", ("HTTPS", "GRPC"): "h2",
    ("HTTPS", "HTTP1"): "https", ("TLS", "HTTP1"): "https",
}  # fmt: skip
_GOOGLE = {"HTTPS": "https", "SSL": "https", "HTTP2": "h2", "H2C": "h2c", "GRPC": "h2c"}


@dataclass(frozen=True, slots=True)
class Route:
    """How something speaks to a port.

    Attributes:
        product: that speaks.
        block: lines that say so.
        port: that it speaks to.
        scheme: as in `model.traffic.Hop`.

    """

    product: str
    block: hcl.Block
    port: int
    scheme: str

    def hop(self, location: Location) -> Hop:
        """Return it as declared traffic."""
        return spoken(self.product, Address(LOCAL, self.port), self.scheme, location)


def spoken(product: str, to: Address, scheme: str, location: Location) -> Hop:
    """Return an intermediary that speaks TLS or HTTP/2 to a server."""
    http2 = scheme in {"h2", "h2c"}
    return Hop(
        product, to, scheme, location, forwards_upgrade=not http2, lacks=("http-version",) if http2 else (),
        sends=("http2",) if http2 else (),
    )  # fmt: skip


def aws_scheme(protocol: str, version: str) -> str | None:
    """Return how a load balancer of AWS speaks to its targets, None for plain HTTP/1.1 and TCP."""
    return _AWS.get((protocol.upper() or "HTTP", version.upper() or "HTTP1"))


def _line(block: hcl.Block, *names: str) -> hcl.Block:
    """Return the line of the first of some attributes as a block, the block itself where it has none of them."""
    attribute = next((block.attributes[name] for name in names if name in block.attributes), None)
    if attribute is None:
        return block
    return hcl.Block(block.type, (), attribute.line, attribute.column, attribute.end_line)


def _target_group(resource: Resource) -> Iterator[Route]:
    version = plain(resource.get("protocol_version"))
    scheme = aws_scheme(plain(resource.get("protocol"), "HTTP"), version)
    port = number(resource.get("port"))
    if scheme is not None and port is not None:
        where = _line(resource.block, "protocol_version" if scheme.startswith("h2") else "protocol")
        yield Route("aws-elb", where, port, scheme)


def _google_backend(resource: Resource) -> Iterator[Route]:
    scheme = _GOOGLE.get(plain(resource.get("protocol"), "HTTP").upper())
    port = named_port(resource, plain(resource.get("port_name"), "http"))
    if scheme is not None and port is not None:
        yield Route("google", _line(resource.block, "protocol"), port, scheme)


def _cloud_run(*ways: str) -> Callable[[Resource], Iterator[Route]]:
    def reader(resource: Resource) -> Iterator[Route]:
        holder = resource.inner(*ways)
        for container in resource.blocks(holder, "containers") if holder is not None else ():
            for ports in resource.blocks(container, "ports"):
                if plain(resource.of(ports, "name")) == "h2c":
                    port = number(resource.of(ports, "container_port")) or 8080
                    yield Route("cloud-run", _line(ports, "name"), port, "h2c")

    return reader


def _azure_gateway(resource: Resource) -> Iterator[Route]:
    for settings in resource.blocks(resource.block, "backend_http_settings"):
        port = number(resource.of(settings, "port"))
        if port is not None and plain(resource.of(settings, "protocol")).lower() == "https":
            yield Route("azure", _line(settings, "protocol"), port, "https")


def _container_app(resource: Resource) -> Iterator[Route]:
    ingress = resource.inner("ingress")
    port = number(resource.of(ingress, "target_port")) if ingress is not None else None
    if ingress is not None and port is not None and plain(resource.of(ingress, "transport")).lower() == "http2":
        yield Route("azure", _line(ingress, "transport"), port, "h2c")


def _ocean_balancer(resource: Resource) -> Iterator[Route]:
    for rule in resource.blocks(resource.block, "forwarding_rule"):
        port = number(resource.of(rule, "target_port"))
        scheme = {"https": "https", "http2": "h2"}.get(plain(resource.of(rule, "target_protocol")).lower())
        if port is not None and scheme is not None and resource.of(rule, "tls_passthrough") is not True:
            yield Route("digitalocean", _line(rule, "target_protocol"), port, scheme)


ROUTES: Mapping[str, Callable[[Resource], Iterator[Route]]] = {
    "aws_lb_target_group": _target_group,
    "aws_alb_target_group": _target_group,
    "google_compute_backend_service": _google_backend,
    "google_compute_region_backend_service": _google_backend,
    "google_cloud_run_v2_service": _cloud_run("template"),
    "google_cloud_run_service": _cloud_run("template", "spec"),
    "azurerm_application_gateway": _azure_gateway,
    "azurerm_container_app": _container_app,
    "digitalocean_loadbalancer": _ocean_balancer,
}
"""Readers by type of resource."""
