"""Terraform: health checks of load balancers and platforms of AWS, Google, Azure and others, container definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms import cloud_routes, clouds, templates
from wsdoctor.inspectors._platforms.containers import container_check
from wsdoctor.inspectors._platforms.hcl import Module, Resource, modules_at, place_of, plain
from wsdoctor.model.products import somebody_elses
from wsdoctor.model.traffic import Caller, Declared, Location, Note, PortMap
from wsdoctor.syntax import hcl, jsonc
from wsdoctor.syntax._tree import Mapping as Pairs
from wsdoctor.syntax._tree import Node, Sequence, plain_data

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "terraform"
PATTERNS = ("*.tf",)
NEEDLES = ("aws_ecs_task_definition", "docker_container", "target_groups", *clouds.READERS, *cloud_routes.ROUTES)
"""Kinds of resources that say anything, and what a module from elsewhere is given that makes such ones."""


def inspect(path: str, repository: Repository) -> Declared:
    """Return what the resources of a file declare, once for each call of its module."""
    found = Declared()
    modules = modules_at(path, repository)
    for module in modules:
        for resource in module.resources():
            if resource.file == path:
                _resource(resource, repository, found, len(modules))
        for file, block in module.blocks("module"):
            if file == path:
                found.callers += _registry_module(file, block, module, repository)
    return found


def _resource(resource: Resource, repository: Repository, found: Declared, calls: int) -> None:
    kind = resource.block.labels[0]
    if kind == "aws_ecs_task_definition":
        _task(resource, repository, found)
        return
    if kind == "docker_container":
        _docker(resource, repository, found)
        return
    for route in cloud_routes.ROUTES.get(kind, _no_routes)(resource):
        found.hops.append(route.hop(place_of(resource, route.block, repository)))
    reader: Callable[[Resource], Iterator[clouds.Check]] | None = clouds.READERS.get(kind)
    names = (*resource.block.labels[1:], plain(resource.get("name")))
    if reader is None or any(somebody_elses(name) for name in names):
        return
    for check in reader(resource):
        location = place_of(resource, check.block, repository)
        also: tuple[Location, ...] = ()
        if resource.module.calls and (check.from_inputs or (check.shared and calls > 1)):
            call = resource.module.calls[0]
            also = (location,)
            location = repository.location(call.file, call.block.line, call.block.column, call.block.end_line)
        if check.port is None:
            found.notes.append(Note(location, f"the port of a health check of {kind} could not be followed"))
            continue
        found.callers.append(check.caller(location, also))


def _no_routes(resource: Resource) -> Iterator[cloud_routes.Route]:
    return iter(())


def _registry_module(file: str, block: hcl.Block, module: Module, repository: Repository) -> Iterator[Caller]:
    """Yield the checks of target groups that are given to a module from elsewhere, such as the common one for ALBs."""
    source = block.get("source")
    if isinstance(source, hcl.Literal) and str(source.value).startswith("."):
        return
    attribute = block.attributes.get("target_groups")
    if attribute is None:
        return
    holder = Resource(file, block, module)
    value = attribute.value
    groups: list[tuple[hcl.Expression, int]] = []
    if isinstance(value, hcl.Items):
        groups = [(item, attribute.line) for item in value.items]
    elif isinstance(value, hcl.Pairs):
        groups = [(inner, line) for _, inner, line in value.pairs]
    for group, line in groups:
        if not isinstance(group, hcl.Pairs):
            continue
        inner = hcl.Block("target_group", (), line, 1, line)
        for key, expression, at in group.pairs:
            if isinstance(key, hcl.Literal):
                name = {"backend_port": "port", "backend_protocol": "protocol"}.get(str(key.value), str(key.value))
                inner.attributes[name] = hcl.Attribute(name, expression, at, 1, at, at)
        for check in clouds.target_group(Resource(file, inner, module)):
            if check.port is not None:
                yield check.caller(place_of(holder, check.block, repository), ())


def _task(resource: Resource, repository: Repository, found: Declared) -> None:
    attribute = resource.block.attributes.get("container_definitions")
    if attribute is None:
        return
    file, line = resource.file, attribute.value_line + (1 if isinstance(attribute.value, hcl.Join | hcl.Literal) else 0)
    value = resource.module.value(attribute.value)
    if (template := templates.read(attribute.value, resource.module, file, repository)) is not None:
        (file, value), line = template, 1
    places: dict[int, tuple[int, int]] = {}
    if isinstance(value, str):
        try:
            tree = jsonc.parse("\n" * (line - 1) + value)
        except SyntaxProblem:
            return
        value = plain_data(tree)
        places = _check_lines(tree)
    else:
        places = _lines(attribute.value)
    definitions = value if isinstance(value, list) else [value]
    for row, definition in enumerate(definitions):
        if isinstance(definition, Mapping):
            first, last = places.get(row, (attribute.line, attribute.end_line))
            location = repository.location(file, first, 1, last)
            container_check(definition, location, repository, resource.file, found)


def _lines(value: hcl.Expression) -> dict[int, tuple[int, int]]:
    """Return the lines of the health check of each definition in an expression."""
    while isinstance(value, hcl.Call) and value.arguments:
        value = value.arguments[0]
    items = value.items if isinstance(value, hcl.Items) else (value,)
    found = {}
    for row, item in enumerate(items):
        for key, inner, line in item.pairs if isinstance(item, hcl.Pairs) else ():
            if isinstance(key, hcl.Literal) and key.value == "healthCheck":
                pairs = inner.pairs if isinstance(inner, hcl.Pairs) else ()
                lines = {name.value: at for name, _, at in pairs if isinstance(name, hcl.Literal)}
                found[row] = (lines.get("command", line), max([line, *lines.values()]))
    return found


def _check_lines(tree: Node) -> dict[int, tuple[int, int]]:
    found = {}
    for row, item in enumerate(tree.items if isinstance(tree, Sequence) else [tree]):
        pair = item.pair("healthCheck") if isinstance(item, Pairs) else None
        if pair is not None:
            command = pair.value.pair("command") if isinstance(pair.value, Pairs) else None
            found[row] = ((command or pair).line, pair.end_line)
    return found


def _docker(resource: Resource, repository: Repository, found: Declared) -> None:
    name = plain(resource.get("name")) or None
    for ports in resource.blocks(resource.block, "ports"):
        inner, outer = clouds.number(resource.of(ports, "internal")), clouds.number(resource.of(ports, "external"))
        if inner is not None and outer is not None:
            found.maps.append(PortMap("docker", (), outer, inner, name, place_of(resource, ports, repository)))
    check = resource.inner("healthcheck")
    if check is not None:
        test = resource.of(check, "test")
        definition = {"name": name, "healthCheck": {"command": test if isinstance(test, list) else None}}
        container_check(definition, place_of(resource, check, repository), repository, resource.file, found)
