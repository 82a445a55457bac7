"""Helm charts: their templates, filled with `values.yaml` and with each file that overrides it.

A probe is led back to the line that would change: into the values file if its block, or its port, comes from values
that are about the probe; else to the template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.charts import Chart, Rendered, chart_of
from wsdoctor.inspectors._platforms.cluster import Cluster, flat
from wsdoctor.inspectors._platforms.manifests import Manifests
from wsdoctor.inspectors._platforms.values import Line, Origin
from wsdoctor.model.traffic import Declared, Location
from wsdoctor.syntax import yaml
from wsdoctor.syntax._tree import Node, Pair

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "helm"
PATTERNS = ("*templates/*.yaml", "*templates/*.yml")
NEEDLES = ("kind:",)

_ABOUT_PROBES = re.compile(r"probe|health|liveness|readiness|startup", re.IGNORECASE)


def inspect(path: str, repository: Repository) -> Declared:
    """Return what a template declares."""
    chart = chart_of(path, repository)
    source = repository.text(path)
    if chart is None or source is None:
        return Declared()
    whole = _cluster(chart, repository)
    found = _declared(chart.render(path, source), path, repository, whole, "")
    seen = {_key(caller) for caller in found.callers}
    for override in chart.overrides:
        other = _declared(chart.render(path, source, override), path, repository, whole, override[0])
        for caller in other.callers:
            if _key(caller) not in seen:
                seen.add(_key(caller))
                found.callers.append(caller)
    return found


def _key(caller: object) -> tuple[object, ...]:
    names = ("product", "protocol", "to", "path", "location")
    return tuple(str(getattr(caller, name)) for name in names)


def _declared(rendered: Rendered, path: str, repository: Repository, whole: Cluster, override: str) -> Declared:
    try:
        nodes = yaml.parse(rendered.text)
    except SyntaxProblem:
        return Declared()
    return Manifests(path, repository, nodes, _places(rendered, path, repository, override), whole).declare()


def _cluster(chart: Chart, repository: Repository) -> Cluster:
    kept: dict[str, Cluster] = repository.memory.setdefault("platform chart clusters", {})  # type: ignore[assignment]
    if chart.root not in kept:
        whole = kept[chart.root] = Cluster()
        prefix = f"{chart.root}/templates/".lstrip("/")
        for file in repository.files:
            if not file.startswith(prefix) or not file.endswith((".yaml", ".yml")):
                continue
            source = repository.text(file) or ""
            if "containers:" not in source and "Service" not in source:
                continue
            try:
                for node in flat(yaml.parse(chart.render(file, source).text)):
                    whole.add(node)
            except SyntaxProblem:
                continue
    return kept[chart.root]


def _places(
    rendered: Rendered, path: str, repository: Repository, override: str
) -> Callable[[Pair | Node], tuple[Location, tuple[Location, ...]]]:
    lines = rendered.lines

    def where(what: Pair | Node) -> tuple[Location, tuple[Location, ...]]:
        first = min(max(what.line, 1), len(lines))
        last = min(max(what.end_line, first), len(lines))
        block = lines[first - 1 : last]
        start = block[0]
        texts = rendered.text.split("\n")[first - 1 : last]
        port = _port(block, texts, override) if isinstance(what, Pair) else None
        column = what.key.column if isinstance(what, Pair) else what.column
        inside = [line for line in block[1:] if line.file != start.file]
        if inside and len(inside) == len(block) - 1 and (port is None or port.file != override):
            location = _block(inside, repository)
        elif port is not None:
            location = repository.location(port.file, port.line, 1, _end(port, block))
        else:
            same = [line.line for line in block if line.file == start.file]
            location = repository.location(start.file or path, start.line, column, max(same, default=start.line))
        also = dict.fromkeys(
            (place.file, place.line)
            for place in _others(block)
            if (place.file, place.line) != (location.file, location.line)
        )
        return location, tuple(repository.location(file, line) for file, line in list(also)[:8] if file)

    return where


def _block(inside: list[Line], repository: Repository) -> Location:
    """Return the place of a block that comes from a values file whole, with the key above it."""
    file = inside[0].file
    first, last = min(line.line for line in inside), max(line.line for line in inside)
    text = (repository.text(file) or "").split("\n")
    above = first - 1
    indent = _indent(text[first - 1]) if first <= len(text) else 0
    if above >= 1 and text[above - 1].rstrip().endswith(":") and _indent(text[above - 1]) < indent:
        first = above
    return repository.location(file, first, _indent(text[first - 1]) + 1, last)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _port(block: list[Line], texts: list[str], override: str) -> Origin | None:
    """Return the value that the port of a probe comes from, if it is one about probes or one of the override."""
    for line, text in zip(block, texts, strict=True):
        if re.match(r"\s*(?:-\s*)?port:", text) or re.search(r"[{,]\s*port:", text):
            for used in line.used:
                about = _ABOUT_PROBES.search(used.path) and used.path.rpartition(".")[2].lower().endswith("port")
                if used.path and (about or (override and used.file == override)):
                    return used
    return None


def _end(origin: Origin, block: list[Line]) -> int:
    """Return the last line of the values that belong to the same key as one of them."""
    above = origin.path.rpartition(".")[0]
    lines = [
        used.line
        for line in block
        for used in line.used
        if used.file == origin.file and used.path.startswith(above) and used.line >= origin.line
    ]
    return max(lines, default=origin.line)


def _others(block: list[Line]) -> Iterator[Line | Origin]:
    yield from block[:1]
    for line in block:
        yield from line.used
