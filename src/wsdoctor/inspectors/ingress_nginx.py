"""Ingress objects, with the annotations of the ingress-nginx and the NGINX controller.

ingress-nginx passes a handshake on by itself; annotations may spoil it, send TLS or HTTP/2 to the server side, or strip
a path. The NGINX controller needs to be told which services take WebSockets. It extracts and does not judge.
`inspectors` drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._proxies.common import (
    details,
    finish,
    means_websocket,
    meant_for,
    number,
    root_of_pages,
    target,
)
from wsdoctor.inspectors._proxies.tree import backend_port, kinds, place
from wsdoctor.model.traffic import Address, Declared, Hop
from wsdoctor.syntax import nginx as nginx_language
from wsdoctor.syntax._tree import Mapping, Node, Pair, Scalar, find, items, text

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect", "patched"]

NAME = "ingress-nginx"
PATTERNS = ("*.yml", "*.yaml", "*.tpl")
NEEDLES = ("Ingress",)

_COMMUNITY = "nginx.ingress.kubernetes.io/"
_COMPANY = "nginx.org/"
_ALB_VERSION = "alb.ingress.kubernetes.io/backend-protocol-version"
_ELSEWHERE = (
    ("auth-url", "auth-subrequest"),
    ("mirror-target", "auth-subrequest"),
    ("permanent-redirect", "redirect"),
    ("temporal-redirect", "redirect"),
)
"""Annotations that send requests elsewhere, with how."""
_SCHEMES = {"HTTPS": "https", "GRPC": "h2c", "GRPCS": "h2", "FCGI": "fastcgi"}


def inspect(path: str, repository: Repository) -> Declared:
    """Return the hops of the Ingress objects of a file."""
    declared = Declared()
    for node in kinds(path, repository, declared.notes, "Ingress"):
        annotations = find(node, "metadata", "annotations")
        if _leads(node) or not isinstance(annotations, Mapping):
            declared.hops += _Ingress(path, repository, node).hops()
        else:
            declared.hops += patched(path, repository, text(node, "metadata", "name"), annotations.all_pairs())
    return finish(path, declared)


def patched(path: str, repository: Repository, name: str | None, annotations: Iterable[Pair]) -> Iterator[Hop]:
    """Yield the hops of Ingress objects that a patch gives annotations, as far as these say something of them.

    Args:
        path: file of the patch.
        repository: that the objects are in.
        name: of the object that it is for, None = all.
        annotations: of the patch.

    """
    own = list(annotations)
    keys = {pair.key.text for pair in own}
    for base in _objects(repository):
        if name not in {None, text(base, "metadata", "name")}:
            continue
        before = find(base, "metadata", "annotations")
        pairs = before.all_pairs() if isinstance(before, Mapping) else []
        whole = Mapping([*(pair for pair in pairs if pair.key.text not in keys), *own])
        for hop in _Ingress(path, repository, base, whole).hops():
            aside = any(f"{_COMMUNITY}{key}" in keys for key, sends in _ELSEWHERE if sends in hop.sends)
            if hop.details.get("offender") in keys or aside:
                yield hop


def _leads(node: Node) -> bool:
    spec = find(node, "spec")
    return any(find(spec, key) is not None for key in ("rules", "defaultBackend", "backend")) if spec else False


def _objects(repository: Repository) -> list[Mapping]:
    """Return the Ingress objects of a repository that lead somewhere."""
    kept = repository.memory.get("ingress objects")
    if not isinstance(kept, list):
        kept = [
            node
            for file in repository.named("*.yml", "*.yaml")
            if "Ingress" in (repository.text(file) or "")
            for node in kinds(file, repository, [], "Ingress")
            if _leads(node)
        ]
        repository.memory["ingress objects"] = kept
    return kept


class _Ingress:
    def __init__(self, path: str, repository: Repository, node: Mapping, given: Mapping | None = None) -> None:
        self.path = path
        self.repository = repository
        self.node = node
        found = given or find(node, "metadata", "annotations")
        self.annotations = {pair.key.text: pair for pair in found.all_pairs()} if isinstance(found, Mapping) else {}
        told = text(node, "spec", "ingressClassName") or self._text("kubernetes.io/ingress.class") or "nginx"
        self.product = NAME if "nginx" in told or any(key.startswith(_COMMUNITY) for key in self.annotations) else told

    def _text(self, key: str) -> str | None:
        found = self.annotations.get(key)
        return found.value.text if found is not None and isinstance(found.value, Scalar) else None

    def _community(self, key: str) -> str | None:
        return self._text(_COMMUNITY + key)

    def hops(self) -> Iterator[Hop]:
        """Yield one hop for each path, and those of annotations that send requests elsewhere."""
        default = find(self.node, "spec", "defaultBackend") or find(self.node, "spec", "backend")
        if default is not None:
            yield from self._hop(None, default, default)
        for rule in items(self.node, "spec", "rules"):
            hops: list[Hop] = []
            for item in items(rule, "http", "paths"):
                backend = find(item, "backend")
                if backend is not None:
                    hops += self._hop(text(item, "path"), backend, item)
            yield from root_of_pages(hops, text(rule, "host"))
        for key, sends in _ELSEWHERE:
            pair = self.annotations.get(_COMMUNITY + key)
            to = target(self._community(key) or "")
            port = to.port if sends == "redirect" else to.sure_port
            if pair is not None and port is not None:
                lost = sends == "auth-subrequest"
                yield Hop(
                    self.product, Address((to.host or "").partition(".")[0] or "", port), to.scheme,
                    place(self.path, self.repository, pair), (), to.rest or None, False if lost else None,
                    ("upgrade", "connection") if lost else (), (sends,), means_websocket(to.rest),
                )  # fmt: skip

    def _hop(self, prefix: str | None, backend: Node, where: Node) -> Iterator[Hop]:
        name = text(backend, "service", "name") or text(backend, "serviceName") or ""
        written = (
            text(backend, "service", "port", "number")
            or text(backend, "service", "port", "name")
            or text(backend, "servicePort")
        )
        known = backend_port(name, written, self.repository)
        port = known.number if known is not None else number(written)
        scheme, offender = "http", None
        if self.product == NAME:
            protocol = self.annotations.get(_COMMUNITY + "backend-protocol")
            if protocol is not None:
                scheme = _SCHEMES.get((self._community("backend-protocol") or "").upper(), "http")
                offender = protocol if scheme != "http" else None
        said = known.annotated if known is not None and self.product != NAME and known.annotated else None
        if said is not None and said[0] in self.product:
            scheme = said[1]
        elif "alb" in self.product and (version := self.annotations.get(_ALB_VERSION)) is not None:
            if (self._text(_ALB_VERSION) or "").upper() in {"HTTP2", "GRPC"}:
                scheme, offender = "h2c", version
            said = None
        else:
            said = None
        lacks, spoiler, sure = self._spoiled(name)
        sends = ["http2"] if scheme in {"h2", "h2c"} else []
        rewrite = self._community("rewrite-target")
        if (
            rewrite is not None
            and prefix is not None
            and not rewrite.startswith(prefix.split("(")[0].rstrip("/") or "/")
        ):
            sends.append("strips-prefix")
        if self._community("upstream-vhost") is not None:
            sends.append("rewrites-host")
        shown = spoiler or offender
        yield Hop(
            self.product, Address(name or None, port), scheme,
            said[2] if said is not None else place(self.path, self.repository, shown if shown is not None else where),
            (80, 443), prefix,
            not lacks and "http2" not in sends, lacks, tuple(sends),
            meant_for(prefix, name, written, asks=self._asks(name)), None,
            details(
                upstream=name, directive=f"service {name} port {written}", directive_line=where.line,
                block=f"{where.line}-{where.end_line}", offender=shown.key.text if shown is not None else None,
            ),
            sure,
        )  # fmt: skip

    def _asks(self, service: str) -> bool:
        return service in re.split(r"[\s,]+", self._text(_COMPANY + "websocket-services") or "")

    def _spoiled(self, service: str) -> tuple[tuple[str, ...], Pair | None, float]:
        """Return what annotations take from a handshake, which one does, and how sure that is."""
        company = [pair for key, pair in self.annotations.items() if key.startswith(_COMPANY)]
        if company and not any(key.startswith(_COMMUNITY) for key in self.annotations):
            told = self.annotations.get(_COMPANY + "websocket-services")
            return ((), None, 1.0) if self._asks(service) else (("websocket-services",), told, 0.8)
        if self.product != NAME:
            return (), None, 1.0
        if self._community("proxy-http-version") == "1.0":
            return ("http-version",), self.annotations[_COMMUNITY + "proxy-http-version"], 1.0
        header = self._community("connection-proxy-header")
        if header is not None and "upgrade" not in header.lower():
            return ("connection",), self.annotations[_COMMUNITY + "connection-proxy-header"], 1.0
        for key in ("configuration-snippet", "server-snippet", "location-snippet"):
            snippet = self._community(key)
            lacks = _lost(snippet) if snippet is not None else ()
            if lacks:
                return lacks, self.annotations[_COMMUNITY + key], 0.7
        return (), None, 1.0


def _lost(snippet: str) -> tuple[str, ...]:
    """Return the fields of a handshake that lines of nginx set to something else."""
    try:
        lines = nginx_language.parse(snippet)
    except SyntaxProblem:
        return ()
    found = []
    for name, token in (("upgrade", "websocket"), ("connection", "upgrade")):
        for line in lines:
            value = " ".join(line.args[1:]).lower()
            own = line.name == "proxy_set_header" and line.args[:1] != () and line.args[0].lower() == name
            if own and token not in value and "$" not in value:
                found.append(name)
    return tuple(dict.fromkeys(found))
