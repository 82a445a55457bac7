"""Compares the Origin of a page with the Host that a request was sent to."""

from __future__ import annotations

import ipaddress

__all__ = ["host_of", "is_internal"]


def host_of(address: str) -> str:
    """Return the host of an origin or of a Host field, lower case, without scheme, port and brackets."""
    rest = address.split("://", 1)[-1].split("/", 1)[0].strip().lower()
    if rest.startswith("["):
        return rest[1:].partition("]")[0]
    return rest.rsplit(":", 1)[0] if rest.count(":") == 1 else rest


def is_internal(host: str) -> bool:
    """Say whether the host is one that only machines behind the proxy know: a private address or a bare name."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".internal", ".local", ".localhost", ".svc", ".cluster.local", ".lan"))
