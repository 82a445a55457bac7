"""Uptime Kuma: monitors in its backup, and those that AutoKuma makes of container labels and of files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import codes, documents, http_caller, place, port_number, seconds, split_url
from wsdoctor.inspectors._units import COMPOSE_FILES
from wsdoctor.model.traffic import Address, Declared
from wsdoctor.syntax._tree import Mapping, Node, Pair, Scalar, find, items, text

__all__ = ["DEFAULT_INTERVAL", "KINDS", "NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "uptime-kuma"
PATTERNS = ("*.json", *COMPOSE_FILES)
NEEDLES = ("monitorList", "kuma.", "accepted_statuscodes")

DEFAULT_INTERVAL = 60.0
_LABEL = re.compile(r"kuma\.(?P<id>[\w-]+)\.(?P<kind>[\w-]+)\.(?P<key>\w+)")
KINDS = {"http": "http", "keyword": "http", "json-query": "http", "port": "tcp", "websocket-upgrade": "ws"}
"""Types of monitors, with what they speak."""


def inspect(path: str, repository: Repository) -> Declared:
    """Return what the monitors of a file ask."""
    found = Declared()
    for document in documents(path, repository):
        if path.endswith(".json"):
            monitors = [*items(document, "monitorList")] or ([document] if text(document, "type") else [])
            for monitor in monitors:
                if isinstance(monitor, Mapping):
                    fields = {pair.key.text: text(pair.value) or "" for pair in monitor.all_pairs()}
                    accepted = ",".join(
                        each.text for each in items(monitor, "accepted_statuscodes") if isinstance(each, Scalar)
                    )
                    _monitor(fields, fields.get("type", ""), accepted, monitor, path, repository, found)
            continue
        services = find(document, "services")
        for pair in services.all_pairs() if isinstance(services, Mapping) else ():
            for kind, (labels, node) in _labelled(pair).items():
                _monitor(labels, kind[1], labels.get("accepted_statuscodes", ""), node, path, repository, found,
                         pair.key.text)  # fmt: skip
    return found


def _labelled(service: Pair) -> dict[tuple[str, str], tuple[dict[str, str], Node]]:
    found: dict[tuple[str, str], tuple[dict[str, str], Node]] = {}
    for name, value, node in _labels(find(service.value, "labels")):
        match = _LABEL.fullmatch(name)
        if match is not None:
            fields, _ = found.setdefault((match["id"], match["kind"]), ({}, node))
            fields[match["key"]] = value
            if match["key"] == "url":
                found[match["id"], match["kind"]] = (fields, node)
    return found


def _labels(node: Node | None) -> Iterator[tuple[str, str, Node]]:
    if isinstance(node, Mapping):
        for pair in node.all_pairs():
            if isinstance(pair.value, Scalar):
                yield pair.key.text, pair.value.text, pair.key
        return
    for item in items(node):
        if isinstance(item, Scalar):
            name, _, value = item.text.partition("=")
            yield name, value, item


def _monitor(
    fields: dict[str, str], kind: str, accepted: str, node: Node, path: str, repository: Repository, found: Declared,
    service: str | None = None,
) -> None:  # fmt: skip
    protocol = KINDS.get(kind)
    if protocol is None or fields.get("active") in {"false", "0"}:
        return
    if protocol == "tcp":
        host, port, asked = fields.get("hostname") or None, port_number(fields.get("port")), None
    else:
        url = split_url(fields.get("url", "").replace("{{container_name}}", service or ""))
        if url is None:
            return
        host, port, asked = url.host, url.port, url.path
        protocol = url.scheme or protocol
    if port is None:
        return
    found.callers.append(
        http_caller(
            NAME, Address(host, port), place(path, repository, node), path=asked, protocol=protocol,
            method=(fields.get("method") or "GET").upper(), user_agent="Uptime-Kuma/",
            period=seconds(fields.get("interval")) or DEFAULT_INTERVAL, expects=codes(accepted),
            kind="uptime-monitor",
        )
    )  # fmt: skip
