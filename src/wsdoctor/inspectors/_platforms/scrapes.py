"""What the blackbox exporter of Prometheus does to a target, whoever tells it to: a file or a cluster resource."""

from __future__ import annotations

from wsdoctor.inspectors._platforms.common import http_caller, split_url
from wsdoctor.model.traffic import Address, Caller, Location

__all__ = ["blackbox_caller"]


def blackbox_caller(
    target: str, module: str, location: Location, period: float | None, prober: str | None = None,
    path: str | None = None, expects: tuple[int, ...] = (), headers: dict[str, str] | None = None,
    method: str = "GET",
) -> Caller | None:  # fmt: skip
    """Return what the blackbox exporter does to a target, None if that is not known.

    Args:
        target: URL or ``host:port``.
        module: name of the module; by custom it begins with its prober.
        location: of the target.
        period: seconds between two probes.
        prober: ``http``, ``tcp``, ``icmp``, ``dns``, ``grpc``, ``websocket``, None = as the module's name says.
        path: in place of that of the URL.
        expects: status codes that the module takes.
        headers: that the module sends.
        method: that the module uses.

    """
    prober = prober or next(
        (kind for kind in ("http", "tcp", "icmp", "dns", "grpc", "websocket") if kind in module), None
    )
    url = split_url(target)
    if url is None or prober not in {"http", "tcp", "grpc", "websocket"}:
        return None
    protocol = {"http": url.scheme or "http", "tcp": "tcp", "grpc": "grpc", "websocket": url.scheme or "ws"}[prober]
    port = url.port if url.port is not None or url.open_port else {"http": 80, "websocket": 80}.get(prober)
    return http_caller(
        "blackbox", Address(url.host, port), location, path=path or url.path, protocol=protocol,
        user_agent="Blackbox", period=period, kind="uptime-monitor", expects=expects, headers=headers,
        method=method,
    )  # fmt: skip
