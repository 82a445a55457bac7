"""HTTPProxy objects of Contour: each service of a route, and whether the route lets WebSockets through.

Contour hands a handshake on where a route says so; it speaks HTTP/2 where a service, or an annotation of the Service,
says so. It extracts and does not judge. `inspectors` drives it.
"""

from __future__ import annotations

from collections.abc import Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._proxies.common import beside, details, finish, meant_for, number, root_of_pages
from wsdoctor.inspectors._proxies.tree import backend_port, kinds, place
from wsdoctor.model.traffic import Address, Declared, Hop
from wsdoctor.syntax._tree import Mapping, Node, find, items, text

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "contour"
PATTERNS = ("*.yml", "*.yaml", "*.tpl")
NEEDLES = ("HTTPProxy",)

_SCHEMES = {"h2c": "h2c", "h2": "h2", "tls": "https"}


def inspect(path: str, repository: Repository) -> Declared:
    """Return the hops of the HTTPProxy objects of a file."""
    declared = Declared()
    for node in kinds(path, repository, declared.notes, "HTTPProxy"):
        hops = [hop for route in items(node, "spec", "routes") for hop in _hops(path, repository, route)]
        declared.hops += root_of_pages(hops, text(node, "spec", "virtualhost", "fqdn"))
    return finish(path, declared)


def _hops(path: str, repository: Repository, route: Node) -> Iterator[Hop]:
    asks = text(route, "enableWebsockets") == "true"
    found = (text(each, key) for each in items(route, "conditions") for key in ("prefix", "exact", "regex"))
    prefix = next((each for each in found if each is not None), None)
    for service in items(route, "services"):
        name, written = text(service, "name") or "", text(service, "port")
        if text(service, "mirror") == "true":
            to = Address(name or None, number(written))
            yield beside(NAME, to, "http", place(path, repository, service), listens=(80, 443), path=prefix)
            continue
        known = backend_port(name, written, repository)
        scheme, where = "http", place(path, repository, service)
        told = service.pair("protocol") if isinstance(service, Mapping) else None
        if told is not None:
            scheme = _SCHEMES.get(text(service, "protocol") or "", "http")
            where = place(path, repository, told) if scheme != "http" else where
        elif known is not None and known.annotated is not None and known.annotated[0] == NAME:
            _, scheme, where = known.annotated
        http2 = scheme in {"h2", "h2c"}
        lacks = () if asks else ("websocket",)
        yield Hop(
            NAME, Address(name or None, number(written)), scheme, where, (80, 443), prefix, not lacks and not http2,
            lacks, (*(("http2",) if http2 else ()), *(("strips-prefix",) if _rewritten(route) else ())),
            meant_for(prefix, name, asks=asks), None,
            details(upstream=name, directive=f"service {name} port {written}", directive_line=service.line,
                    block=f"{route.line}-{route.end_line}"),
        )  # fmt: skip


def _rewritten(route: Node) -> bool:
    return find(route, "pathRewritePolicy", "replacePrefix") is not None
