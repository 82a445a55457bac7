"""YAML, JSON and TOML as one kind of tree, and templates of Helm charts as far as they can be read without Helm.

It knows no product. The inspectors of Traefik, Envoy and of Kubernetes gateways drive it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms import common as platform
from wsdoctor.model.traffic import Location, Note
from wsdoctor.syntax import toml, yaml
from wsdoctor.syntax._tree import Mapping, Node, Pair, Scalar, Sequence, find, items, text

__all__ = ["ServicePort", "backend_port", "documents", "flattened", "kinds", "place", "service_ports"]

_ALONE = re.compile(r"^[ \t]*(?:\{\{-?[^{}]*-?\}\}[ \t]*)+$", re.MULTILINE)
_VALUE = re.compile(r"\{\{-?\s*\.Values\.(?P<path>[\w.]+)(?:\s*\|[^{}]*)?\s*-?\}\}")
_SERVICE = re.compile(r"^[ \t]*kind:[ \t]*[\"']?Service[\"']?[ \t]*(?:#.*)?$|\bkind: Service[,}]", re.MULTILINE)
_CONTOUR = "projectcontour.io/upstream-protocol."
_GOOGLE = "cloud.google.com/app-protocols"
_ENTRY = re.compile(r"[\"']([^\"']+)[\"']\s*:\s*[\"']([A-Z0-9]+)[\"']")
_WHOLE = {
    "alb.ingress.kubernetes.io/backend-protocol-version": ("alb", {"HTTP2": "h2c", "GRPC": "h2c"}),
    "traefik.ingress.kubernetes.io/service.serversscheme": ("traefik", {"H2C": "h2c", "HTTPS": "https"}),
}
"""Annotations of Services for all their ports: controller, and schemes by value."""
_MAX_DEPTH = 12
_MAX_OPTIONS = 5_000


def documents(path: str, repository: Repository, notes: list[Note]) -> list[Node]:
    """Return the documents of a file, none if it cannot be read."""
    if path.endswith(".toml"):
        return [_table(table) for table in [platform.tables(path, repository, notes)] if table]
    content = repository.text(path) or ""
    if "{{" in content and not path.endswith(".json"):
        try:
            return yaml.parse(_without_templates(content, path, repository), [])
        except SyntaxProblem:
            return []
    return platform.documents(path, repository, notes)


def _without_templates(content: str, path: str, repository: Repository) -> str:
    values = _values(path, repository)
    content = _ALONE.sub("", content)
    content = _VALUE.sub(lambda found: values(found["path"]) or "template", content)
    parts: list[str] = []
    at = 0
    while (start := content.find("{{", at)) >= 0 and (end := content.find("}}", start + 2)) >= 0:
        parts += content[at:start], "template", "\n" * content.count("\n", start, end)
        at = end + 2
    return "".join(parts) + content[at:]


def _values(path: str, repository: Repository) -> Callable[[str], str | None]:
    """Return a function that looks up a value in ``values.yaml`` of the chart that a template belongs to."""
    folder = path.rpartition("/")[0]
    while True:
        file = f"{folder}/values.yaml" if folder else "values.yaml"
        if (content := repository.text(file)) is not None:
            break
        if not folder:
            return lambda _: None
        folder = folder.rpartition("/")[0]
    try:
        found = yaml.parse(content, [])
    except SyntaxProblem:
        found = []
    return lambda name: text(found[0], *name.split(".")) if found else None


def _table(tables: list[toml.Table]) -> Node:
    """Put the tables of a TOML file into one mapping."""
    root = Mapping(line=1, end_line=max(table.end_line for table in tables))
    for table in tables:
        node = root
        for at, key in enumerate(table.path):
            last = at == len(table.path) - 1
            node = _child(node, key, table.line, table.end_line, array=table.array and last)
        for entry in table.entries:
            inner = node
            *above, key = entry.key.split(".")
            for each in above:
                inner = _child(inner, each, entry.line, entry.end_line)
            name = Scalar(key, entry.line, entry.column, entry.line)
            inner.pairs.append(Pair(name, _node(entry.value, entry.line, entry.end_line)))
    return root


def _child(node: Mapping, key: str, line: int, end_line: int, *, array: bool = False) -> Mapping:
    found = node.get(key)
    if isinstance(found, Sequence) and not array and found.items and isinstance(found.items[-1], Mapping):
        return found.items[-1]
    if isinstance(found, Mapping):
        found.end_line = max(found.end_line, end_line)
        return found
    made = Mapping(line=line, end_line=end_line)
    if array and isinstance(found, Sequence):
        found.items.append(made)
        return made
    value: Node = Sequence([made], line, 1, end_line) if array else made
    node.pairs.append(Pair(Scalar(key, line, 1, line), value))
    return made


def _node(value: Any, line: int, end_line: int) -> Node:
    if isinstance(value, dict):
        pairs = [Pair(Scalar(str(key), line, 1, line), _node(each, line, end_line)) for key, each in value.items()]
        return Mapping(pairs, line, 1, end_line)
    if isinstance(value, list):
        return Sequence([_node(each, line, end_line) for each in value], line, 1, end_line)
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return Scalar(shown, line, 1, end_line)


def flattened(node: Node) -> Iterator[tuple[str, Pair | Scalar, str]]:
    """Yield dotted key in lower case, place and text of each scalar below a node; items of lists have a number."""
    pending: list[tuple[str, Pair | None, Node, int]] = [("", None, node, 0)]
    left = _MAX_OPTIONS
    while pending and left:
        key, pair, each, depth = pending.pop()
        left -= 1
        if isinstance(each, Scalar):
            yield key, pair if pair is not None else each, each.text
        elif depth < _MAX_DEPTH:
            start = f"{key}." if key else ""
            if isinstance(each, Mapping):
                inner = [(start + one.key.text.lower(), one, one.value, depth + 1) for one in each.all_pairs()]
                pending += reversed(inner)
            else:
                pending += reversed([(f"{start}{at}", None, one, depth + 1) for at, one in enumerate(each.items)])


def place(path: str, repository: Repository, what: Pair | Node) -> Location:
    """Return the location of a pair or a node."""
    return platform.place(path, repository, what)


def kinds(path: str, repository: Repository, notes: list[Note], *names: str) -> Iterator[Mapping]:
    """Yield the Kubernetes objects of some kinds in a file, those in lists too."""
    for document in documents(path, repository, notes):
        for node in [document, *items(document, "items")]:
            if isinstance(node, Mapping) and text(node, "kind") in names:
                yield node


@dataclass(frozen=True, slots=True)
class ServicePort:
    """A port of a Kubernetes Service.

    Attributes:
        name: of the port.
        number: of the port.
        protocol: that ``appProtocol`` or the beginning of the name says, in lower case, ``""`` for none.
        location: of what says so, else of the port.
        annotated: controller, scheme and place of an annotation of the Service that says what to speak, None for none.

    """

    name: str | None
    number: int
    protocol: str
    location: Location
    annotated: tuple[str, str, Location] | None = None

    @property
    def http2(self) -> bool:
        """Whether gateways speak HTTP/2 to it."""
        return self.protocol in {"http2", "grpc", "grpc-web", "h2c", "kubernetes.io/h2c"}


def service_ports(repository: Repository) -> dict[str, list[ServicePort]]:
    """Return the ports of each Kubernetes Service, by the name of the Service."""
    kept = repository.memory.get("proxy services")
    if isinstance(kept, dict):
        return kept
    found: dict[str, list[ServicePort]] = {}
    for path in repository.named("*.yml", "*.yaml"):
        content = repository.text(path)
        if content is None or not _SERVICE.search(content):
            continue
        for node in kinds(path, repository, [], "Service"):
            name = text(node, "metadata", "name")
            for port in items(node, "spec", "ports"):
                number = platform.port_number(text(port, "port"))
                if name is not None and number is not None:
                    said = _annotated(path, repository, node, {text(port, "name") or "", str(number)})
                    found.setdefault(name, []).append(_service_port(path, repository, port, number, said))
    repository.memory["proxy services"] = found
    return found


def _annotated(path: str, repository: Repository, service: Node, names: set[str]) -> tuple[str, str, Location] | None:
    """Return which controller an annotation of a Service tells what to speak to a port, the scheme, and where."""
    annotations = find(service, "metadata", "annotations")
    for pair in annotations.all_pairs() if isinstance(annotations, Mapping) else ():
        given = pair.value.text if isinstance(pair.value, Scalar) else ""
        key = pair.key.text
        scheme = None
        if key.startswith(_CONTOUR):
            listed = {each.strip() for each in given.split(",")}
            scheme = (
                {"h2c": "h2c", "h2": "h2", "tls": "https"}.get(key.removeprefix(_CONTOUR)) if listed & names else None
            )
        elif key == _GOOGLE:
            scheme = next(
                ({"HTTP2": "h2", "HTTPS": "https"}.get(each[1]) for each in _ENTRY.findall(given) if each[0] in names),
                None,
            )
        elif key in _WHOLE:
            scheme = _WHOLE[key][1].get(given.upper())
        if scheme is not None:
            product = "contour" if key.startswith(_CONTOUR) else "gce" if key == _GOOGLE else _WHOLE[key][0]
            return product, scheme, place(path, repository, pair)
    return None


def _service_port(
    path: str, repository: Repository, port: Node, number: int, said: tuple[str, str, Location] | None
) -> ServicePort:
    name, told = text(port, "name"), text(port, "appProtocol")
    where = find(port, "appProtocol" if told is not None else "name") or port
    protocol = (told or (name or "").partition("-")[0]).lower()
    return ServicePort(name, number, protocol, place(path, repository, where), said)


def backend_port(service: str, port: str | None, repository: Repository) -> ServicePort | None:
    """Return the port of a Service by its number or name, or its only port if none is given; None if unknown."""
    known = service_ports(repository).get(service, [])
    if port is None:
        return known[0] if len(known) == 1 else None
    return next((each for each in known if port in {each.name, str(each.number)}), None)
