"""What expressions of HCL come to: variables with their defaults and inputs, locals, attributes of other resources.

A folder of Terraform files is a module; one that another calls with literal inputs is looked at once for each call.
What cannot be told without running Terraform is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from wsdoctor.inspectors._base import Repository
from wsdoctor.model.traffic import Location
from wsdoctor.syntax import hcl

__all__ = ["Call", "Module", "Resource", "modules_at", "number", "objects", "place_of", "plain"]

_MAX_DEPTH = 24
_MAX_EACH = 40
_MAX_CALLS = 40
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Call:
    """A module block that calls a module of the repository."""

    file: str
    block: hcl.Block


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as it is made once, or once for each item of a collection.

    Attributes:
        file: that it is in.
        block: of it.
        module: that it belongs to, with what ``each`` is.

    """

    file: str
    block: hcl.Block
    module: Module

    def get(self, *path: str) -> Any:
        """Return the value of an attribute, of a block within, and so on; None where it is unknown."""
        block = self.inner(*path[:-1])
        return None if block is None else self.of(block, path[-1])

    def of(self, block: hcl.Block, name: str) -> Any:
        """Return the value of an attribute of a block."""
        expression = block.get(name)
        return None if expression is None else self.module.value(expression)

    def inner(self, *types: str) -> hcl.Block | None:
        """Return the first block within, of a type, and so on; an object counts as a block."""
        block: hcl.Block | None = self.block
        for kind in types:
            if block is None:
                return None
            block = next(iter(self.blocks(block, kind)), None)
        return block

    def blocks(self, block: hcl.Block, kind: str) -> Iterator[hcl.Block]:
        """Yield the blocks of a type within a block, objects given as an attribute among them."""
        yield from block.of(kind)
        yield from objects(block, kind)


def objects(block: hcl.Block, kind: str) -> Iterator[hcl.Block]:
    """Yield the objects that an attribute of a block gives, alone or in a list, as if each were a block of its own."""
    attribute = block.attributes.get(kind)
    if attribute is not None:
        yield from _objects(attribute.value, kind, attribute)


def _objects(value: hcl.Expression, kind: str, attribute: hcl.Attribute) -> Iterator[hcl.Block]:
    if isinstance(value, hcl.Items):
        for item in value.items:
            yield from _objects(item, kind, attribute)
    elif isinstance(value, hcl.Pairs):
        found = hcl.Block(kind, (), attribute.line, attribute.column, attribute.end_line)
        for key, inner, line in value.pairs:
            if isinstance(key, hcl.Literal):
                found.attributes[str(key.value)] = hcl.Attribute(str(key.value), inner, line, 1, line, line)
        lines = [line for _, _, line in value.pairs]
        if lines:
            found.line, found.end_line = min(lines), max(lines)
        yield found


@dataclass(slots=True)
class Module:
    """A folder of Terraform files with the inputs of one call.

    Attributes:
        files: path of each file with what is in it.
        inputs: values that the call gives.
        calls: module blocks that led here.
        each: value of ``each.key`` and ``each.value``.

    """

    files: dict[str, hcl.Block]
    inputs: dict[str, Any] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    each: tuple[Any, Any] = (None, None)
    depth: int = 0

    def blocks(self, kind: str) -> Iterator[tuple[str, hcl.Block]]:
        """Yield the blocks of a type with the file of each."""
        for file, content in self.files.items():
            for block in content.of(kind):
                yield file, block

    def resources(self) -> Iterator[Resource]:
        """Yield the resources, one for each item where ``for_each`` can be told."""
        for file, block in self.blocks("resource"):
            if len(block.labels) < 2:
                continue
            if block.get("count") is not None and self.value(block.attributes["count"].value) == 0:
                continue
            given = block.get("for_each")
            items = self.value(given) if given is not None else None
            if isinstance(items, dict):
                for key, value in list(items.items())[:_MAX_EACH]:
                    yield Resource(file, block, replace(self, each=(key, value)))
            elif isinstance(items, list):
                for value in items[:_MAX_EACH]:
                    yield Resource(file, block, replace(self, each=(value, value)))
            else:
                yield Resource(file, block, self)

    def value(self, expression: hcl.Expression) -> Any:
        """Return the value of an expression, None where it is unknown."""
        if self.depth > _MAX_DEPTH:
            return None
        deeper = replace(self, depth=self.depth + 1)
        match expression:
            case hcl.Literal():
                return expression.value
            case hcl.Reference():
                return deeper.reference(expression.path)
            case hcl.Join():
                return _joined_text([deeper.value(part) for part in expression.parts])
            case hcl.Choice():
                condition = deeper.value(expression.condition)
                yes, no = deeper.value(expression.yes), deeper.value(expression.no)
                if isinstance(condition, bool):
                    return yes if condition else no
                return yes if yes == no else None
            case hcl.Items():
                return [deeper.value(item) for item in expression.items]
            case hcl.Pairs():
                named = ((deeper.value(key), value) for key, value, _ in expression.pairs)
                return {_shown(name): deeper.value(value) for name, value in named if name is not None}
            case hcl.Call():
                return _call(expression.name, [deeper.value(each) for each in expression.arguments])
            case _:
                return None

    def reference(self, path: tuple[str, ...]) -> Any:
        start, rest = path[0], path[1:]
        found: Any = _NOTHING
        if start == "var" and rest:
            found, rest = self.variable(rest[0]), rest[1:]
        elif start == "local" and rest:
            found, rest = self.local(rest[0]), rest[1:]
        elif start == "each" and rest:
            found, rest = self.each[0 if rest[0] == "key" else 1], rest[1:]
        elif start not in {"data", "module", "path", "self", "count", "terraform"} and len(rest) >= 2:
            return self.attribute(start, rest[0], rest[1:])
        for name in rest:
            if isinstance(found, dict):
                found = found.get(name)
            elif isinstance(found, list) and name.isdigit() and int(name) < len(found):
                found = found[int(name)]
            else:
                return None
        return None if found is _NOTHING else found

    def variable(self, name: str) -> Any:
        if name in self.inputs:
            return self.inputs[name]
        block = next((block for _, block in self.blocks("variable") if block.labels[:1] == (name,)), None)
        default = None if block is None else block.get("default")
        return None if default is None else self.value(default)

    def local(self, name: str) -> Any:
        for _, block in self.blocks("locals"):
            if (expression := block.get(name)) is not None:
                return self.value(expression)
        return None

    def attribute(self, kind: str, name: str, path: tuple[str, ...]) -> Any:
        path = tuple(part for part in path if not part.isdigit() and part != "*")
        for _, block in self.blocks("resource"):
            if block.labels[:2] == (kind, name):
                resource = Resource("", block, self)
                return resource.get(*path) if path else None
        return None


def _call(name: str, arguments: list[Any]) -> Any:
    first = arguments[0] if arguments else None
    match name:
        case "tonumber" | "tostring" | "jsonencode" | "tolist" | "toset" | "tomap" | "nonsensitive" | "sensitive":
            return first
        case "try" | "coalesce":
            return next((each for each in arguments if each is not None and each != ""), None)
        case "lookup":
            known = first.get(arguments[1]) if isinstance(first, dict) and len(arguments) > 1 else None
            return known if known is not None else arguments[2] if len(arguments) > 2 else None
        case "merge":
            return {key: value for each in arguments if isinstance(each, dict) for key, value in each.items()}
        case "concat":
            return [item for each in arguments if isinstance(each, list) for item in each]
        case "format":
            return _format(arguments)
        case "lower" | "upper":
            return getattr(first, name)() if isinstance(first, str) else None
        case "element":
            row = arguments[1] if len(arguments) > 1 else None
            return first[row % len(first)] if isinstance(first, list) and first and isinstance(row, int) else None
        case _:
            return None


def _joined_text(parts: list[Any]) -> str | None:
    """Return a text with a variable in the place of what is unknown; None if all of it is."""
    known = [None if isinstance(part, list | dict) else part for part in parts]
    if all(part is None for part in known):
        return None
    return "".join("${unknown}" if part is None else _shown(part) for part in known)


def _format(arguments: list[Any]) -> str | None:
    if not arguments or any(each is None or isinstance(each, list | dict) for each in arguments):
        return None
    rest = iter(arguments[1:])
    return re.sub(r"%[sdqv]", lambda _: _shown(next(rest, "")), str(arguments[0]))


def _shown(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def number(value: Any) -> int | None:
    """Return a port number, None for anything else."""
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 65536 else None


def plain(value: Any, default: str = "") -> str:
    """Return a value as text, a default for what is unknown."""
    return default if value is None or isinstance(value, list | dict) else _shown(value)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def modules_at(path: str, repository: Repository) -> list[Module]:
    """Return the module that a file belongs to, once for each call of it, or as it stands if nobody calls it."""
    here = _folder(path)
    kept: dict[str, list[Module]] = repository.memory.setdefault("platform modules", {})  # type: ignore[assignment]
    if here not in kept:
        files = _files(here, repository)
        found = []
        for call_file, block in _calls(here, repository):
            caller = Module(_files(_folder(call_file), repository), _settings(_folder(call_file), repository))
            inputs = {
                name: value
                for name, attribute in block.attributes.items()
                if name not in {"source", "version", "count", "for_each", "providers", "depends_on"}
                and (value := caller.value(attribute.value)) is not None
            }
            found.append(Module(files, inputs, (Call(call_file, block),)))
        kept[here] = found[:_MAX_CALLS] or [Module(files, _settings(here, repository))]
    return kept[here]


def _parsed(path: str, repository: Repository) -> hcl.Block:
    kept: dict[str, hcl.Block] = repository.memory.setdefault("platform hcl", {})  # type: ignore[assignment]
    if path not in kept:
        if len(kept) > 2000:
            kept.clear()
        kept[path] = hcl.parse(repository.text(path) or "")
    return kept[path]


def _in_folder(repository: Repository) -> dict[str, list[str]]:
    known = repository.memory.get("platform hcl folders")
    kept: dict[str, list[str]] = known if isinstance(known, dict) else {}
    if known is None:
        for path in repository.named("*.tf", "*.tfvars"):
            kept.setdefault(_folder(path), []).append(path)
        repository.memory["platform hcl folders"] = kept
    return kept


def _files(here: str, repository: Repository) -> dict[str, hcl.Block]:
    return {path: _parsed(path, repository) for path in _in_folder(repository).get(here, ()) if path.endswith(".tf")}


def _settings(here: str, repository: Repository) -> dict[str, Any]:
    """Return what the variable files say that Terraform reads by itself."""
    found: dict[str, Any] = {}
    empty = Module({})
    for path in sorted(_in_folder(repository).get(here, ())):
        name = path.rpartition("/")[2]
        if name == "terraform.tfvars" or name.endswith(".auto.tfvars"):
            content = _parsed(path, repository)
            found.update((key, empty.value(attribute.value)) for key, attribute in content.attributes.items())
    return found


def _calls(here: str, repository: Repository) -> Iterator[tuple[str, hcl.Block]]:
    """Yield the module blocks whose source is a folder."""
    for where, paths in _in_folder(repository).items():
        for path in paths:
            if not path.endswith(".tf") or "module" not in (repository.text(path) or ""):
                continue
            for block in _parsed(path, repository).of("module"):
                source = block.get("source")
                given = source.value if isinstance(source, hcl.Literal) else None
                if isinstance(given, str) and given.startswith(".") and _joined(where, given) == here:
                    yield path, block


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


def place_of(resource: Resource, block: hcl.Block, repository: Repository) -> Location:
    """Return the place of a block of a resource."""
    return repository.location(resource.file, block.line, block.column, block.end_line)
