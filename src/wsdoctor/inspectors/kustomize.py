"""Kustomize: patches of probes and of annotations of Ingress objects, in `kustomization.yaml` or as JSON patches."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors import ingress_nginx
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.cluster import Workload, cluster
from wsdoctor.inspectors._platforms.common import documents, folder, place
from wsdoctor.inspectors._platforms.manifests import PROBES, Manifests
from wsdoctor.model.traffic import Caller, Declared, Location
from wsdoctor.syntax import jsonc, yaml
from wsdoctor.syntax._tree import Mapping, Node, Pair, Scalar, Sequence, find, items, scalar, text

__all__ = ["NAME", "PATTERNS", "inspect"]

NAME = "kustomize"
PATTERNS = ("kustomization.yaml", "kustomization.yml", "Kustomization")

_ANNOTATIONS = "/metadata/annotations"
_PROBE = re.compile(
    r"/spec/(?:jobTemplate/spec/)?(?:template/spec/)?containers/(?P<row>\d+)/(?P<probe>livenessProbe|readinessProbe|startupProbe)"
    r"(?P<rest>/.*)?"
)


def inspect(path: str, repository: Repository) -> Declared:
    """Return what the patches of an overlay declare."""
    found = Declared()
    for document in documents(path, repository, found.notes):
        for key in ("patches", "patchesJson6902", "patchesStrategicMerge"):
            for item in items(document, key):
                _patch(item, path, repository, found)
    return found


def _patch(item: Node, path: str, repository: Repository, found: Declared) -> None:
    inline = item if isinstance(item, Scalar) else scalar(item, "patch")
    target = text(item, "target", "name")
    kind = text(item, "target", "kind")
    if inline is not None and ("\n" in inline.text or inline.text.lstrip().startswith(("[", "{", "-"))):
        _read(path, "\n" * (inline.first_line - 1) + inline.text, (kind, target), repository, found)
        return
    named = text(item, "path")
    if named is None or not isinstance(item, Mapping):
        return
    file = _joined(folder(path), named)
    source = repository.text(file) if file is not None else None
    if file is not None and source is not None and re.search(r"[\"']?op[\"']?\s*:", source):
        _read(file, source, (kind, target), repository, found)


def _read(path: str, source: str, of: tuple[str | None, str | None], repository: Repository, found: Declared) -> None:
    """Read a patch whose lines are those of a file."""
    try:
        nodes = [jsonc.parse(source)] if source.lstrip()[:1] in {"[", "{"} else yaml.parse(source)
    except SyntaxProblem:
        return

    def where(what: Pair | Node) -> tuple[Location, tuple[Location, ...]]:
        return place(path, repository, what), ()

    strategic = [node for node in nodes if isinstance(node, Mapping)]
    if strategic:
        found.callers += Manifests(path, repository, list(strategic), where).declare().callers
    kind, target = of
    for patch in strategic:
        annotations = find(patch, "metadata", "annotations")
        if "Ingress" in {kind, text(patch, "kind")} and isinstance(annotations, Mapping):
            name = target or text(patch, "metadata", "name")
            found.hops += ingress_nginx.patched(path, repository, name, annotations.all_pairs())
    for node in nodes:
        for operation in items(node) if isinstance(node, Sequence) else ():
            if not isinstance(operation, Mapping) or text(operation, "op") not in {"add", "replace"}:
                continue
            if kind == "Ingress":
                found.hops += ingress_nginx.patched(path, repository, target, _annotations(operation))
            elif target:
                found.callers += _operation(operation, target, path, repository)


def _annotations(operation: Mapping) -> Iterator[Pair]:
    """Yield the annotations that an operation of a JSON patch sets."""
    at, value = text(operation, "path") or "", operation.get("value")
    if at.rstrip("/") == _ANNOTATIONS and isinstance(value, Mapping):
        yield from value.all_pairs()
    elif at.startswith(f"{_ANNOTATIONS}/") and isinstance(value, Scalar):
        key = at.removeprefix(f"{_ANNOTATIONS}/").replace("~1", "/").replace("~0", "~")
        yield Pair(Scalar(key, operation.line, operation.column, operation.end_line), value)


def _operation(operation: Mapping, target: str, path: str, repository: Repository) -> Iterator[Caller]:
    """Yield the probe that an operation of a JSON patch makes."""
    match = _PROBE.fullmatch(text(operation, "path") or "")
    value = operation.get("value")
    workload = _patched(target, repository)
    if match is None or value is None or workload is None or int(match["row"]) >= len(workload.containers):
        return
    container = workload.containers[int(match["row"])]
    name = match["probe"]
    old = find(container, name)
    probe = _with(old if isinstance(old, Mapping) else Mapping(), (match["rest"] or "").strip("/").split("/"), value)
    if not isinstance(probe, Mapping):
        return
    key = Scalar(name, operation.line, operation.column, operation.line)
    pairs = [pair for pair in container.all_pairs() if pair.key.text not in PROBES]
    holder = Mapping([*pairs, Pair(key, probe)], operation.line, operation.column, operation.end_line)
    pod = Mapping([Pair(Scalar("containers", 1), Sequence([holder]))])
    document = Mapping(
        [
            Pair(Scalar("kind", 1), Scalar("Deployment", 1)),
            Pair(Scalar("metadata", 1), Mapping([Pair(Scalar("name", 1), Scalar(target, 1))])),
            Pair(Scalar("spec", 1), Mapping([Pair(Scalar("template", 1), Mapping([Pair(Scalar("spec", 1), pod)]))])),
        ]
    )
    at = repository.location(path, operation.line, operation.column, operation.end_line)
    yield from Manifests(path, repository, [document], lambda _: (at, ())).declare().callers


def _with(node: Mapping, keys: list[str], value: Node) -> Node:
    """Return a mapping with a value put under keys."""
    if not keys or keys == [""]:
        return value
    inner = node.get(keys[0])
    new = _with(inner if isinstance(inner, Mapping) else Mapping(), keys[1:], value)
    pairs = [pair for pair in node.all_pairs() if pair.key.text != keys[0]]
    return Mapping(
        [*pairs, Pair(Scalar(keys[0], value.line, 1, value.line), new)], node.line, node.column, node.end_line
    )


def _patched(target: str, repository: Repository) -> Workload | None:
    found = [each for each in cluster(repository).named(target) if each.containers]
    return max(found, key=lambda each: len(each.ports), default=None)


def _joined(base: str, path: str) -> str | None:
    parts = [part for part in base.split("/") if part]
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)
