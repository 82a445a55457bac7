"""Libraries that make a reverse proxy of a Python application: what says where to, and whether WebSockets go through.

Names and parameters are those of django-revproxy, asgiproxy, fastapi-proxy-lib, WSGIProxy2 and twisted.web.proxy.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from wsdoctor.inspectors._python import calls
from wsdoctor.inspectors._python.model import HOLE, Value
from wsdoctor.inspectors._python.source import calls_named, ports
from wsdoctor.inspectors._python.values import Reader

__all__ = ["NEEDLES", "Gateway", "gateways"]

NEEDLES = ("revproxy", "asgiproxy", "fastapi_proxy_lib", "wsgiproxy", "twisted.web")
"""Words of which one stands in every file that this module finds something in."""

_MADE = re.compile(
    r"revproxy\.views\.\w*ProxyView\.as_view|wsgiproxy\.HostProxy|fastapi_proxy_lib\.\w+(?:\.\w+)*"
    r"\.(?:reverse_http_app|ReverseHttpProxy)|twisted\.web\.proxy\.ReverseProxyResource"
).fullmatch
_ENDS = frozenset(("as_view", "HostProxy", "reverse_http_app", "ReverseHttpProxy", "ReverseProxyResource"))
_ROUTES = frozenset(("path", "re_path", "url"))


@dataclass(frozen=True, slots=True)
class Gateway:
    """A proxy that a library makes, which hands no WebSocket on.

    Attributes:
        node: what says where to.
        product: library.
        upstreams: URLs that it leads to.
        path: that it is mounted at, None = unknown.

    """

    node: ast.expr | ast.stmt
    product: str
    upstreams: tuple[Value, ...]
    path: str | None = None


def gateways(reader: Reader) -> Iterator[Gateway]:
    """Yield the proxies of a file."""
    for call in calls_named(reader, _ENDS):
        name = next((one.name for one in reader.names(call.func) if _MADE(one.name)), None)
        if name is not None:
            found = _by_host(reader, call) if name.startswith("twisted") else _by_url(reader, call)
            yield Gateway(call, name.partition(".")[0], tuple(found), _mounted(reader, call))
    for node in reader.file.module.walk("ProxyView"):
        if isinstance(node, ast.ClassDef) and any(calls.last_name(base).endswith("ProxyView") for base in node.bases):
            for statement in node.body:
                if isinstance(statement, ast.Assign) and calls.last_name(statement.targets[0]) == "upstream":
                    yield Gateway(statement, "revproxy", tuple(reader.values(statement.value)))


def _by_url(reader: Reader, call: ast.Call) -> list[Value]:
    return reader.values(calls.argument(call, 0, "upstream", "base_url", "uri"))


def _by_host(reader: Reader, call: ast.Call) -> list[Value]:
    host = reader.first(calls.argument(call, 0, "host"))
    named = host.data if host is not None and isinstance(host.data, str) else HOLE
    numbers = ports(reader.values(calls.argument(call, 1, "port")))
    return [Value(f"http://{named}:{one.data}/", one.places) for one in numbers if one.data is not None]


def _mounted(reader: Reader, call: ast.Call) -> str | None:
    """Return the path of the route of Django that a view is given to."""
    up = reader.file.module.parent(call)
    if not isinstance(up, ast.Call) or calls.last_name(up.func) not in _ROUTES or call not in up.args[1:2]:
        return None
    first = reader.first(up.args[0])
    return f"/{first.data.lstrip('^/')}" if first is not None and isinstance(first.data, str) else None
