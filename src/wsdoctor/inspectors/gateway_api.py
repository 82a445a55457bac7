"""Gateway API: each backend of a route, with filters that change a handshake and what the Service says it speaks.

Gateways pass a handshake on by themselves. It extracts and does not judge. `inspectors` drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._proxies.common import (
    HANDSHAKES_ONLY,
    beside,
    details,
    finish,
    means_websocket,
    meant_for,
    number,
    root_of_pages,
)
from wsdoctor.inspectors._proxies.tree import backend_port, kinds, place
from wsdoctor.model.traffic import Address, Declared, Hop
from wsdoctor.syntax._tree import Node, find, items, text

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "gateway-api"
PATTERNS = ("*.yml", "*.yaml", "*.tpl")
NEEDLES = ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute")

_KINDS = ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute")


def inspect(path: str, repository: Repository) -> Declared:
    """Return the hops of the routes of a file."""
    declared = Declared()
    secured = frozenset(
        text(each, "name") or ""
        for node in kinds(path, repository, declared.notes, "BackendTLSPolicy")
        for each in items(node, "spec", "targetRefs")
    )
    for node in kinds(path, repository, [], *_KINDS):
        hops: list[Hop] = []
        for rule in items(node, "spec", "rules"):
            hops += _hops(path, repository, text(node, "kind") or "", rule, secured)
        declared.hops += root_of_pages(hops, next((text(each) for each in items(node, "spec", "hostnames")), None))
    return finish(path, declared)


def _hops(path: str, repository: Repository, kind: str, rule: Node, secured: frozenset[str]) -> Iterator[Hop]:
    paths = [text(each, "path", "value") for each in items(rule, "matches")]
    prefix = next((each for each in paths if each is not None), None)
    asks = any(
        (text(each, "name") or "").lower() in {"upgrade", "connection"}
        for match in items(rule, "matches")
        for each in items(match, "headers")
    )
    lacks, offender, sends = _filtered(rule)
    for each in items(rule, "filters"):
        port = number(text(each, "requestRedirect", "port"))
        if port is not None:
            yield Hop(
                NAME, Address(text(each, "requestRedirect", "hostname") or "", port),
                text(each, "requestRedirect", "scheme") or "http", place(path, repository, each), (), prefix, None, (),
                ("redirect",), means_websocket(prefix),
            )  # fmt: skip
        copied = find(each, "requestMirror", "backendRef")
        if copied is not None:
            to = Address(text(copied, "name") or None, number(text(copied, "port")))
            yield beside(NAME, to, "http", place(path, repository, each), path=prefix)
    for backend in items(rule, "backendRefs"):
        name = text(backend, "name") or ""
        known = backend_port(name, text(backend, "port"), repository)
        http2 = kind == "GRPCRoute" or (known is not None and known.http2)
        raw = kind in {"TCPRoute", "TLSRoute"}
        scheme = "tcp" if raw else "h2c" if http2 else "https" if name in secured else "http"
        lost = () if raw else lacks
        only = HANDSHAKES_ONLY if asks else None
        where = place(path, repository, offender if offender is not None and not raw else backend)
        if http2 and known is not None and known.http2 and offender is None:
            where = known.location
        yield Hop(
            NAME, Address(name or None, number(text(backend, "port"))), scheme, where, (), prefix,
            not lost and scheme != "h2c", lost, (*sends, *(("http2",) if scheme == "h2c" else ())),
            meant_for(prefix, name, only=only), None,
            details(upstream=name, directive=f"backend {name}", directive_line=backend.line, only=only,
                    block=f"{rule.line}-{rule.end_line}"),
        )  # fmt: skip


def _filtered(rule: Node) -> tuple[tuple[str, ...], Node | None, tuple[str, ...]]:
    """Return what filters take from a handshake, which one does, and what they do beyond."""
    lacks: list[str] = []
    offender: Node | None = None
    sends: list[str] = []
    for each in items(rule, "filters"):
        changes = find(each, "requestHeaderModifier")
        gone = [(text(name) or "").lower() for name in items(changes, "remove")]
        gone += (
            (text(one, "name") or "").lower()
            for one in items(changes, "set")
            if not re.search("upgrade|websocket", text(one, "value") or "", re.IGNORECASE)
        )
        lost = [name for name in ("upgrade", "connection") if name in gone]
        if lost:
            lacks += lost
            offender = each
        if find(each, "urlRewrite", "path") is not None:
            sends.append("strips-prefix")
        if find(each, "urlRewrite", "hostname") is not None:
            sends.append("rewrites-host")
    return tuple(lacks), offender, tuple(sends)
