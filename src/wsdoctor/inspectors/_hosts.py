"""Hosts that platforms name after an application: everything for one arrives at the one port that it is told.

Such a platform puts nothing else in front that a repository does not show. Where the project opens a WebSocket to such
a host, and has one WebSocket server that no proxy of its own leads to, the host is that server's. It reads no file.
"""

from __future__ import annotations

import re
from dataclasses import replace

from wsdoctor.model.traffic import Caller, Declared, Listener, PortMap

__all__ = ["is_hosted", "with_hosts"]

_PLATFORMS = {
    "herokuapp.com": "heroku", "fly.dev": "fly", "onrender.com": "render", "up.railway.app": "railway",
    "koyeb.app": "koyeb", "run.app": "cloud-run", "azurewebsites.net": "azure-app-service",
    "azurecontainerapps.io": "azure-container-apps", "appspot.com": "app-engine", "ondigitalocean.app": "app-platform",
    "northflank.app": "northflank",
}  # fmt: skip
"""Domains under which platforms name applications, with the names that the platforms have elsewhere."""
_HOSTED = re.compile(rf"[\w-]+(?:\.[\w-]+)*?\.(?P<domain>{'|'.join(map(re.escape, _PLATFORMS))})", re.IGNORECASE)
_LEAST = 0.5
"""Servers that are less sure, as those of examples, are not what runs."""


def is_hosted(host: str) -> bool:
    """Say whether a host is one that a platform named after an application."""
    return _HOSTED.fullmatch(host) is not None


def with_hosts(declared: Declared) -> Declared:
    """Return the same traffic with the hosts of platforms at which the project's WebSocket server is reached."""
    named = {name for each in declared.maps for name in each.names}
    opened = {
        caller.to.host: caller
        for caller in reversed(declared.callers)
        if caller.kind == "websocket-client" and caller.to.host not in named and is_hosted(caller.to.host or "")
    }
    listener = _only_server(declared) if opened else None
    if listener is None:
        return declared
    return replace(declared, maps=[*declared.maps, *(_map(opened[host], listener, outer)
                                                     for host in opened for outer in (80, 443))])  # fmt: skip


def _only_server(declared: Declared) -> Listener | None:
    """Return the server that opens WebSockets, None if there is none, more than one, or a proxy before it."""
    found = [one for one in declared.listeners if one.sure >= _LEAST and one.speaks in {"websocket", "both"}]
    if len({(one.location.file, one.port) for one in found}) != 1 or found[0].port is None:
        return None
    led_to = any(hop.to.port == found[0].port for hop in declared.hops)
    return None if led_to else found[0]


def _map(caller: Caller, listener: Listener, outer: int) -> PortMap:
    host = caller.to.host or ""
    match = _HOSTED.fullmatch(host)
    assert match is not None
    assert listener.port is not None
    product = _PLATFORMS[match["domain"].lower()]
    return PortMap(product, (host,), outer, listener.port, listener.unit, caller.location)
