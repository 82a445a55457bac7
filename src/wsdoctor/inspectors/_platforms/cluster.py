"""What the manifests of a repository say together: workloads with their ports, Services with what they select.

One file rarely tells a port's number: a probe names a port of its container, an overlay one of the base, a Service one
of the pods that it selects. This is where such names are looked up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import documents, port_number
from wsdoctor.syntax import yaml
from wsdoctor.syntax._tree import Mapping, Node, Scalar, find, items, text

__all__ = ["WORKLOADS", "Cluster", "Service", "Workload", "cluster", "flat", "pairs", "pod_of", "template_of"]

WORKLOADS = frozenset(
    (
        "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Pod", "Job", "CronJob",
        "Rollout", "DeploymentConfig", "PodTemplate",
    )
)  # fmt: skip
_TEMPLATES = (("spec", "jobTemplate", "spec", "template"), ("spec", "template"), ())


@dataclass(frozen=True, slots=True)
class Workload:
    """A workload.

    Attributes:
        name: of it, which is the unit.
        labels: of its pods.
        ports: name of each container port → number.
        containers: of its pod, in order.

    """

    name: str
    labels: dict[str, str]
    ports: dict[str, int]
    containers: tuple[Mapping, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """A Service.

    Attributes:
        name: of it.
        namespace: None if none is written.
        selector: labels of the pods.
        labels: its own.
        annotations: its own.
        ports: of each: node, name, number, and target as written.
        node: the whole.

    """

    name: str
    namespace: str | None
    selector: dict[str, str]
    labels: dict[str, str]
    annotations: Mapping
    ports: tuple[tuple[Mapping, str, int, str], ...]
    node: Mapping


@dataclass(slots=True)
class Cluster:
    """Workloads and Services that belong together."""

    workloads: list[Workload] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    _labelled: dict[tuple[str, str], list[Workload]] = field(default_factory=dict)

    def add(self, node: Node) -> None:
        """Take a document if it is a workload or a Service."""
        kind, name = text(node, "kind"), text(node, "metadata", "name")
        if not isinstance(node, Mapping) or not name:
            return
        if kind == "Service" and (service := _service(node, name)) is not None:
            self.services.append(service)
        elif kind in WORKLOADS or kind == "Service":
            workload = _workload(node, name)
            self.workloads.append(workload)
            for label in workload.labels.items():
                self._labelled.setdefault(label, []).append(workload)

    def selected(self, selector: dict[str, str]) -> Workload | None:
        """Return the one workload whose pods have these labels, None if there is none or several."""
        if not selector:
            return None
        found = {
            each.name: each
            for each in min((self._labelled.get(label, []) for label in selector.items()), key=len)
            if all(each.labels.get(name) == value for name, value in selector.items())
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def named(self, name: str) -> list[Workload]:
        """Return the workloads of a name: that of the base, and what patches it."""
        return [each for each in self.workloads if each.name == name]

    def service(self, name: str | None) -> Service | None:
        """Return the Service of a name, None if there is none."""
        return next((each for each in self.services if each.name == name), None)

    def port(self, unit: str, name: str) -> int | None:
        """Return the number of a container port of a workload by its name."""
        return next((each.ports[name] for each in self.named(unit) if name in each.ports), None)

    def target(self, service: Service, number: int, target: str) -> tuple[int | None, str | None]:
        """Return the port inside and the workload that a port of a Service stands for."""
        workload = self.selected(service.selector)
        unit = None if workload is None else workload.name
        if not target:
            return number, unit
        inner = port_number(target)
        if inner is None and workload is not None:
            inner = workload.ports.get(target)
        if inner is None:
            known = {each.ports[target] for each in self.workloads if target in each.ports}
            inner = known.pop() if workload is None and len(known) == 1 else None
        return inner, unit


def cluster(repository: Repository) -> Cluster:
    """Return what all plain manifests of a repository say, computed once for each process."""
    kept = repository.memory.get("platform cluster")
    if isinstance(kept, Cluster):
        return kept
    found = Cluster()
    for path in repository.named("*.yml", "*.yaml"):
        source = repository.text(path)
        if source is None or "kind:" not in source or "apiVersion" not in source:
            continue
        if "containers:" not in source and "Service" not in source:
            continue
        for node in flat(_documents(path, source, repository)):
            found.add(node)
    repository.memory["platform cluster"] = found
    return found


def _documents(path: str, source: str, repository: Repository) -> list[Node]:
    if not source.lstrip().startswith("{"):
        return documents(path, repository)
    try:
        return yaml.parse(source)
    except SyntaxProblem:
        return []


def flat(documents: list[Node]) -> Iterator[Node]:
    """Yield the documents, and of a List its items."""
    for document in documents:
        if text(document, "kind") == "List":
            yield from items(document, "items")
        else:
            yield document


def template_of(node: Node) -> Mapping | None:
    """Return what a workload makes its pods from, or the pod itself; None for what has no containers."""
    for way in _TEMPLATES:
        found = find(node, *way)
        if isinstance(found, Mapping) and find(found, "spec", "containers") is not None:
            return found
    return None


def pod_of(node: Node) -> Mapping | None:
    """Return the specification of the pod of a workload."""
    found = find(template_of(node), "spec")
    return found if isinstance(found, Mapping) else None


def _workload(node: Mapping, name: str) -> Workload:
    pod = pod_of(node)
    containers = tuple(
        each for key in ("containers", "initContainers") for each in items(pod, key) if isinstance(each, Mapping)
    )
    ports: dict[str, int] = {}
    for container in containers:
        for port in items(container, "ports"):
            label, number = text(port, "name"), port_number(text(port, "containerPort"))
            if label and number is not None:
                ports[label] = number
    labels = pairs(find(template_of(node), "metadata", "labels")) or pairs(find(node, "metadata", "labels"))
    return Workload(name, labels, ports, containers)


def _service(node: Mapping, name: str) -> Service | None:
    ports = []
    for port in items(node, "spec", "ports"):
        number = port_number(text(port, "port"))
        if isinstance(port, Mapping) and number is not None:
            ports.append((port, text(port, "name") or "", number, text(port, "targetPort") or ""))
    if not ports and find(node, "spec", "template") is not None:
        return None
    annotations = find(node, "metadata", "annotations")
    return Service(
        name,
        text(node, "metadata", "namespace"),
        pairs(find(node, "spec", "selector")),
        pairs(find(node, "metadata", "labels")),
        annotations if isinstance(annotations, Mapping) else Mapping(),
        tuple(ports),
        node,
    )


def pairs(node: Node | None) -> dict[str, str]:
    """Return the scalars of a mapping."""
    if not isinstance(node, Mapping):
        return {}
    return {pair.key.text: pair.value.text for pair in node.all_pairs() if isinstance(pair.value, Scalar)}
