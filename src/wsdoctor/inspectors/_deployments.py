"""Variables that deployments set: Helm charts, task definitions of ECS wherever they are written, PM2 and supervisord.

Each belongs to the container or to the program that it is set for. It judges nothing; `_values` drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._expansion import is_open
from wsdoctor.inspectors._platforms.charts import chart_of
from wsdoctor.inspectors._platforms.hcl import modules_at, plain
from wsdoctor.inspectors._platforms.templates import read
from wsdoctor.inspectors._platforms.values import Line
from wsdoctor.inspectors._variables import Variable
from wsdoctor.model.traffic import Location
from wsdoctor.syntax import jsonc, yaml
from wsdoctor.syntax._tree import Mapping, Node, Scalar, find, items, text

__all__ = ["deployments"]

_PODS = (("spec", "jobTemplate", "spec", "template", "spec"), ("spec", "template", "spec"), ("spec",))
_SUB = re.compile(r"\$\{(?P<name>[A-Za-z0-9]+)\}")
_ENV = re.compile(r"\benv\w*[\"']?\s*:\s*\{(?P<inner>[^{}]{0,4000})\}")
_SCRIPT = re.compile(r"\bscript[\"']?\s*:\s*[\"'`](?P<name>[^\"'`\n]+)[\"'`]")
_SET = re.compile(r"[\"']?(?P<name>[A-Za-z_]\w*)[\"']?\s*:\s*[\"'`]?(?P<value>[\w./:@-]+)[\"'`]?\s*(?:,|\Z|\n)")
_PROGRAM = re.compile(r"^\[(?P<name>[^\]\n]+)\]", re.MULTILINE)
_SETTING = re.compile(r"^(?P<key>command|environment)\s*=\s*(?P<value>.*(?:\n[ \t]+\S.*)*)", re.MULTILINE)
_ONE = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^,\s\"']+)")

_MAX_BLOCKS = 200
"""Programs of one file of PM2."""


def deployments(repository: Repository) -> Iterator[Variable]:
    """Yield the variables that deployments set."""
    yield from _charts(repository)
    yield from _task_files(repository)
    yield from _terraform(repository)
    yield from _pm2(repository)
    yield from _supervisord(repository)


def _variable(name: str, value: str, location: Location, unit: str | None, source: str) -> Variable:
    return Variable(name, value, location, unit, location.file.rpartition("/")[0], source, (), 10)


def _charts(repository: Repository) -> Iterator[Variable]:
    for root in repository.named("Chart.yaml"):
        prefix = root.removesuffix("Chart.yaml") + "templates/"
        for path in repository.glob(prefix + "**/*.y*ml"):
            source = repository.text(path) or ""
            chart = chart_of(path, repository) if "containers:" in source else None
            if chart is None:
                continue
            rendered = chart.render(path, source)
            try:
                nodes = yaml.parse(rendered.text)
            except SyntaxProblem:
                continue
            for node in nodes:
                yield from _workload(node, rendered.lines, repository)


def _workload(node: Node, lines: list[Line], repository: Repository) -> Iterator[Variable]:
    unit = text(node, "metadata", "name")
    pod = next((found for way in _PODS if find(found := find(node, *way), "containers") is not None), None)
    for container in items(pod, "containers"):
        for each in items(container, "env"):
            name, value = text(each, "name"), find(each, "value")
            if name is not None and isinstance(value, Scalar) and value.text and not is_open(value.text):
                line = lines[min(value.line, len(lines)) - 1]
                yield _variable(name, value.text, repository.location(line.file, line.line), unit, "kubernetes")


def _task_files(repository: Repository) -> Iterator[Variable]:
    for path in repository.named("*.json", "*.yml", "*.yaml", "*.template"):
        source = repository.text(path) or ""
        wanted = ("containerDefinitions", "ContainerDefinitions")
        if not any(each in source for each in wanted):
            continue
        try:
            documents = [jsonc.parse(source)] if source.lstrip().startswith("{") else yaml.parse(source)
        except SyntaxProblem:
            continue
        for document in documents:
            parameters = find(document, "Parameters")
            for holder in _holders(document):
                for definition in items(holder, "containerDefinitions"):
                    yield from _container(definition, "name", "environment", "value", parameters, path, repository)
                for definition in items(holder, "ContainerDefinitions"):
                    yield from _container(definition, "Name", "Environment", "Value", parameters, path, repository)


def _holders(document: Node) -> Iterator[Node]:
    """Yield the nodes that may hold container definitions."""
    yield document
    for key in ("taskDefinition",):
        if (inner := find(document, key)) is not None:
            yield inner
    resources = find(document, "Resources")
    for pair in resources.all_pairs() if isinstance(resources, Mapping) else ():
        if (properties := find(pair.value, "Properties")) is not None:
            yield properties


def _container(
    definition: Node, name: str, key: str, value: str, parameters: Node | None, path: str, repository: Repository
) -> Iterator[Variable]:
    unit = text(definition, name)
    for each in items(definition, key):
        variable, given = text(each, name), _given(find(each, value), parameters)
        if variable is not None and given:
            yield _variable(variable, given, repository.location(path, each.line, each.column), unit, "platform")


def _given(node: Node | None, parameters: Node | None) -> str | None:
    """Return what a value of a template comes to, with the defaults of its parameters; None where it is unknown."""
    if isinstance(node, Mapping):
        for key in ("Ref", "Fn::Sub"):
            inner = find(node, key)
            if isinstance(inner, Scalar):
                node = Scalar(inner.text, inner.line, tag="!Ref" if key == "Ref" else "!Sub")
    if not isinstance(node, Scalar):
        return None
    if node.tag == "!Ref":
        return text(parameters, node.text, "Default")
    found = _SUB.sub(lambda one: text(parameters, one["name"], "Default") or one[0], node.text)
    return None if is_open(found) else found


def _terraform(repository: Repository) -> Iterator[Variable]:
    for path in repository.named("*.tf"):
        if "container_definitions" not in (repository.text(path) or ""):
            continue
        for module in modules_at(path, repository)[:1]:
            for resource in module.resources():
                attribute = resource.block.attributes.get("container_definitions")
                if resource.file != path or attribute is None:
                    continue
                template = read(attribute.value, module, path, repository)
                where = repository.location(path, attribute.line)
                yield from _definitions(template[1] if template else module.value(attribute.value), where)


def _definitions(value: object, where: Location) -> Iterator[Variable]:
    if isinstance(value, str):
        try:
            node = jsonc.parse(value)
        except SyntaxProblem:
            return
        for definition in items(node):
            for each in items(definition, "environment"):
                name, given = text(each, "name"), text(each, "value")
                if name and given and not is_open(given):
                    yield _variable(name, given, where, text(definition, "name"), "platform")
        return
    for entry in value if isinstance(value, list) else [value]:
        if not isinstance(entry, dict):
            continue
        unit, pairs = plain(entry.get("name")) or None, entry.get("environment")
        for each in pairs if isinstance(pairs, list) else ():
            if isinstance(each, dict) and (given := plain(each.get("value"))) and not is_open(given):
                yield _variable(plain(each.get("name")), given, where, unit, "platform")


def _pm2(repository: Repository) -> Iterator[Variable]:
    for path in repository.named("ecosystem.config.js", "ecosystem.config.cjs", "ecosystem.json", "pm2*.js*"):
        source = repository.text(path) or ""
        scripts = list(islice(_SCRIPT.finditer(source), _MAX_BLOCKS))
        for block in islice(_ENV.finditer(source), _MAX_BLOCKS):
            before = [each for each in scripts if each.start() < block.start()]
            script = before[-1] if before else scripts[0] if scripts else None
            if script is None:
                continue
            for one in _SET.finditer(block["inner"]):
                line = source.count("\n", 0, block.start("inner") + one.start("name")) + 1
                yield Variable(
                    one["name"], one["value"], repository.location(path, line), None, path.rpartition("/")[0],
                    "platform", (script["name"],), 40, alone=True,
                )  # fmt: skip


def _supervisord(repository: Repository) -> Iterator[Variable]:
    for path in repository.named("supervisor*.conf", "supervisor*.ini", "*.supervisor.conf"):
        source = repository.text(path) or ""
        marks = [*_PROGRAM.finditer(source)]
        for mark, after in zip(marks, [*marks[1:], None], strict=True):
            end = after.start() if after is not None else len(source)
            given = {one["key"]: one for one in _SETTING.finditer(source, mark.end(), end)}
            if "command" not in given or "environment" not in given:
                continue
            command = tuple(given["command"]["value"].split())
            start = given["environment"].start("value")
            for one in _ONE.finditer(given["environment"]["value"]):
                line = source.count("\n", 0, start + one.start()) + 1
                yield Variable(
                    one["name"], one["value"].strip("\"'"), repository.location(path, line), None,
                    path.rpartition("/")[0], "platform", command, 40, alone=True,
                )  # fmt: skip
