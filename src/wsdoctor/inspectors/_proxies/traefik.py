"""Traefik's dynamic configuration, wherever it stands: labels, files and Kubernetes objects, as one shape.

It reads and judges nothing. The Traefik inspector drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._proxies.common import number, resolved
from wsdoctor.inspectors._proxies.tree import backend_port, documents, flattened, kinds, place
from wsdoctor.inspectors._units import instructions, services
from wsdoctor.model.traffic import Declared, Location
from wsdoctor.syntax._tree import Mapping as Tree
from wsdoctor.syntax._tree import Node, Pair, Scalar, find, items, text

__all__ = ["Dynamic", "Option", "Options", "elsewhere", "entry_points", "from_file", "from_labels", "from_objects"]

_OPTION = re.compile(r"traefik\.(?P<protocol>http|tcp)\.(?P<kind>\w+)\.(?P<name>[^.=]+)\.(?P<key>[^=]+)", re.IGNORECASE)
_DYNAMIC = re.compile(r"\b(?:middlewares|routers)\b")
_ENTRY = re.compile(r"--entry-?points\.(?P<name>[\w-]+)\.address=[\"']?(?:[^:\s\"']*):(?P<port>\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Option:
    """A setting and its place."""

    value: str
    location: Location


Options = dict[str, Option]


@dataclass(slots=True)
class Dynamic:
    """The dynamic configuration of a file: kind → name → options by dotted key in lower case.

    Attributes:
        path: of the file.
        own: compose service that labels stand at, None for a file.
        port: what Traefik takes where no label names one, with the place that says so.
        parts: by protocol and kind.

    """

    path: str
    own: str | None = None
    port: Option | None = None
    parts: dict[tuple[str, str], dict[str, Options]] = field(default_factory=dict)

    def add(self, protocol: str, kind: str, name: str, key: str, option: Option) -> None:
        """Add one option."""
        of_kind = self.parts.setdefault((protocol.lower(), kind.lower()), {})
        of_kind.setdefault(name.lower(), {})[re.sub(r"\[(\d+)\]", r".\1", key.lower())] = option

    def named(self, protocol: str, kind: str) -> dict[str, Options]:
        """Return the parts of a kind."""
        return self.parts.get((protocol, kind), {})


def from_file(path: str, repository: Repository, document: Node) -> Dynamic:
    """Return what a dynamic file says."""
    found = Dynamic(path)
    for protocol in ("http", "tcp"):
        for kind in ("routers", "services", "middlewares"):
            named = find(document, protocol, kind)
            for pair in named.all_pairs() if isinstance(named, Tree) else ():
                for key, where, value in flattened(pair.value):
                    found.add(protocol, kind, pair.key.text, key, Option(value, place(path, repository, where)))
    return found


def from_labels(path: str, repository: Repository, document: Node) -> Iterator[Dynamic]:
    """Yield what the labels of each compose service say."""
    named = find(document, "services")
    for pair in named.all_pairs() if isinstance(named, Tree) else ():
        found = Dynamic(path, pair.key.text)
        for holder in (find(pair.value, "labels"), find(pair.value, "deploy", "labels")):
            for name, value, where in _labels(holder):
                option = _OPTION.fullmatch(resolved(name, path, repository))
                if option is not None:
                    given = Option(resolved(value, path, repository), place(path, repository, where))
                    found.add(option["protocol"], option["kind"], option["name"], option["key"], given)
        if found.parts:
            found.port = _exposed(path, repository, pair)
            yield found


def _labels(holder: Node | None) -> Iterator[tuple[str, str, Pair | Node]]:
    if isinstance(holder, Tree):
        for pair in holder.all_pairs():
            if isinstance(pair.value, Scalar):
                yield pair.key.text, pair.value.text, pair
    else:
        for item in items(holder):
            if isinstance(item, Scalar):
                name, _, value = item.text.partition("=")
                yield name.strip(), value.strip().strip("\"'"), item


def _exposed(path: str, repository: Repository, service: Pair) -> Option | None:
    """Return the lowest port that a container exposes, which Traefik takes where no label names one."""
    found: list[int | None] = []
    for key in ("expose", "ports"):
        for item in items(service.value, key):
            given = item.text if isinstance(item, Scalar) else text(item, "target")
            found.append(number(resolved(given or "", path, repository).partition("/")[0].rpartition(":")[2]))
    for one in services(repository):
        if one.name == service.key.text and one.dockerfile is not None:
            for name, rest, _ in instructions(repository.text(one.dockerfile) or ""):
                found += (number(word.partition("/")[0]) for word in rest.split() if name == "EXPOSE")
    ports = [port for port in found if port is not None]
    return Option(str(min(ports)), place(path, repository, service)) if ports else None


def from_objects(path: str, repository: Repository, declared: Declared) -> Dynamic:
    """Return what IngressRoutes say, in the words of a file."""
    found = Dynamic(path)
    for node in kinds(path, repository, declared.notes, "IngressRoute", "IngressRouteTCP"):
        for at, route in enumerate(items(node, "spec", "routes")):
            for index, service in enumerate(items(route, "services")):
                key = f"{text(node, 'metadata', 'name')}-{at}-{index}"
                _router(found, repository, node, route, key)
                _service(found, repository, _protocol(node), service, key)
    for file in (path, *(each for each in repository.named("*.yml", "*.yaml") if each != path)):
        if re.search(r"^kind:\s*[\"']?Middleware\b", repository.text(file) or "", re.MULTILINE):
            for node in kinds(file, repository, [], "Middleware"):
                spec = find(node, "spec")
                for name, where, value in flattened(spec) if spec is not None else ():
                    given = Option(value, place(file, repository, where))
                    found.add("http", "middlewares", text(node, "metadata", "name") or "", name, given)
    return found


def _protocol(node: Node) -> str:
    return "tcp" if text(node, "kind") == "IngressRouteTCP" else "http"


def _router(found: Dynamic, repository: Repository, node: Node, route: Node, key: str) -> None:
    where = place(found.path, repository, route)
    options = {"rule": text(route, "match") or "", "service": key}
    for at, entry in enumerate(items(node, "spec", "entryPoints")):
        options[f"entrypoints.{at}"] = entry.text if isinstance(entry, Scalar) else ""
    for at, middleware in enumerate(items(route, "middlewares")):
        options[f"middlewares.{at}"] = text(middleware, "name") or ""
    if find(node, "spec", "tls") is not None:
        options["tls.passthrough"] = text(node, "spec", "tls", "passthrough") or "false"
    for name, value in options.items():
        found.add(_protocol(node), "routers", key, name, Option(value, where))


def _service(found: Dynamic, repository: Repository, protocol: str, service: Node, key: str) -> None:
    name, port = text(service, "name") or "", text(service, "port") or ""
    named = backend_port(name, port, repository)
    port = str(named.number) if named is not None else port
    scheme = text(service, "scheme") or ("https" if port == "443" else "http")
    end, url = ("url", f"{scheme}://{name}:{port}") if protocol == "http" else ("address", f"{name}:{port}")
    where = place(found.path, repository, service)
    found.add(protocol, "services", key, f"loadbalancer.servers.0.{end}", Option(url, where))
    for option, each_where, value in flattened(service):
        if option.startswith(("healthcheck.", "proxyprotocol.", "passhostheader")):
            given = Option(value, place(found.path, repository, each_where))
            found.add(protocol, "services", key, f"loadbalancer.{option}", given)


def elsewhere(path: str, repository: Repository, kind: str) -> dict[str, Options]:
    """Return the routers or the middlewares that other files of the repository name, but for names that two give.

    Traefik reads all files of a folder, and the labels of all containers, as one configuration.
    """
    kept = repository.memory.get("traefik everywhere")
    if not isinstance(kept, list):
        kept = [
            configuration
            for file in repository.named("*.yml", "*.yaml", "*.toml")
            if _DYNAMIC.search(repository.text(file) or "")
            for document in documents(file, repository, [])
            for configuration in [from_file(file, repository, document), *from_labels(file, repository, document)]
            if configuration.parts
        ]
        repository.memory["traefik everywhere"] = kept
    found: dict[str, list[Options]] = {}
    for configuration in kept:
        for name, options in configuration.named("http", kind).items() if configuration.path != path else ():
            found.setdefault(name, []).append(options)
    return {name: given[0] for name, given in found.items() if len(given) == 1}


def entry_points(repository: Repository) -> Mapping[str, int]:
    """Return the ports of the entry points that static files and commands name."""
    kept = repository.memory.get("traefik entry points")
    if isinstance(kept, dict):
        return kept
    found: dict[str, int] = {}
    files = ("*traefik*.yml", "*traefik*.yaml", "*traefik*.toml", "compose*.y*ml", "docker-compose*.y*ml")
    for path in repository.named(*files):
        for entry in _ENTRY.finditer(repository.text(path) or ""):
            found[entry["name"].lower()] = int(entry["port"])
        if "entryPoints" in (repository.text(path) or ""):
            for document in documents(path, repository, []):
                named = find(document, "entryPoints")
                for pair in named.all_pairs() if isinstance(named, Tree) else ():
                    port = number((text(pair.value, "address") or "").rpartition(":")[2].partition("/")[0])
                    if port is not None:
                        found[pair.key.text.lower()] = port
    repository.memory["traefik entry points"] = found
    return found
