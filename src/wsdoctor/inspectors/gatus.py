"""Gatus: the endpoints that it watches, over HTTP, TCP or as WebSockets, and what it takes for healthy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._expansion import expand
from wsdoctor.inspectors._platforms.cluster import pairs
from wsdoctor.inspectors._platforms.common import (
    codes,
    codes_between,
    documents,
    environment_lookup,
    http_caller,
    note,
    place,
    seconds,
    split_url,
)
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Declared
from wsdoctor.syntax import yaml
from wsdoctor.syntax._tree import Mapping, Node, Scalar, find, items, text

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "gatus"
PATTERNS = ("*.yml", "*.yaml")
NEEDLES = ("endpoints:",)

DEFAULT_INTERVAL = 60.0
_ERRORS = 500
_STATUS = re.compile(r"\[STATUS\]\s*(?P<how>==|<=|<|>=|>|!=)\s*(?P<value>.+)")


def inspect(path: str, repository: Repository) -> Declared:
    """Return what a configuration watches."""
    found = Declared()
    source = repository.text(path) or ""
    if "conditions:" not in source and "[STATUS]" not in source and "[CONNECTED]" not in source:
        return found
    for document in documents(path, repository):
        for holder in _holders(document):
            for endpoint in items(holder, "endpoints"):
                _endpoint(endpoint, path, repository, found)
    return found


def _holders(document: Node) -> Iterator[Node]:
    yield document
    data = find(document, "data")
    for pair in data.all_pairs() if isinstance(data, Mapping) else ():
        value = pair.value
        if isinstance(value, Scalar) and value.style == "|" and "endpoints:" in value.text:
            try:
                yield from yaml.parse("\n" * (value.first_line - 1) + value.text)
            except SyntaxProblem:
                continue


def _endpoint(endpoint: Node, path: str, repository: Repository, found: Declared) -> None:
    written = text(endpoint, "url")
    if written is None or text(endpoint, "enabled") == "false":
        return
    unit = unit_of(path, repository)
    url = split_url(expand(written, environment_lookup(path, repository, unit)))
    if url is None or url.scheme not in {"http", "https", "tcp", "tls", "starttls", "ws", "wss", "grpc", "grpcs"}:
        return
    if url.port is None:
        found.notes.append(note(path, repository, endpoint, f"the port of {written!r} could not be followed"))
        return
    protocol = {"tls": "tcp", "starttls": "tcp", "grpcs": "grpc"}.get(url.scheme, url.scheme)
    found.callers.append(
        http_caller(
            NAME, Address(url.host, url.port, unit), place(path, repository, endpoint), path=url.path,
            protocol=protocol, method=(text(endpoint, "method") or "GET").upper(), user_agent="Gatus/",
            period=seconds(text(endpoint, "interval")) or DEFAULT_INTERVAL, expects=_expected(endpoint),
            headers=pairs(find(endpoint, "headers")), kind="uptime-monitor",
        )
    )  # fmt: skip


def _expected(endpoint: Node) -> tuple[int, ...]:
    """Return the codes that satisfy the condition on the status.

    One that leaves out nothing but errors of servers, ``[STATUS] < 500``, was not made for a WebSocket server.
    """
    for condition in items(endpoint, "conditions"):
        match = _STATUS.search(condition.text) if isinstance(condition, Scalar) else None
        if match is None:
            continue
        known = codes(match["value"])
        if match["how"] == "==" or not known:
            return known
        if match["how"] == "!=":
            return ()
        below, equal = match["how"].startswith("<"), match["how"].endswith("=")
        first, last = (100, known[0]) if below else (known[0], 599)
        if below and known[0] >= _ERRORS:
            first, last = 200, 399
        return tuple(code for code in codes_between(first, last) if equal or code != known[0])
    return ()
