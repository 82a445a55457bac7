"""Settings and options that scripts get from libraries: schemas of the environment, command lines, files, containers.

A library gives an object whose members are what was described to it: each is a variable of the environment, an option
of the command line or a setting of a file, with the default that the description says. `values` and `calls` drive this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript import names
from wsdoctor.inspectors._javascript.modules import Module, load
from wsdoctor.inspectors._javascript.tree import FUNCTIONS
from wsdoctor.inspectors._javascript.types import Code, External, Frame, Instance, Value
from wsdoctor.inspectors._javascript.urls import Text
from wsdoctor.inspectors._options import option
from wsdoctor.inspectors._settings_files import setting

if TYPE_CHECKING:
    from tree_sitter import Node

    from wsdoctor.inspectors._javascript.values import Evaluator
    from wsdoctor.model.traffic import Location

__all__ = ["external", "member", "method", "packaged"]

_SCHEMAS = re.compile(
    r"(?:zod|zod/v4|valibot|joi|yup|myzod|superstruct|@sinclair/typebox|@hapi/joi)(?:\.\w+)*\.(?:object|"
    r"Object|strictObject|looseObject)"
)
_SCHEMA_SAME = frozenset(
    ("strict", "passthrough", "strip", "loose", "partial", "refine", "superRefine", "transform", "unknown", "required")
)
_PARSES = frozenset(("parse", "parseAsync", "validateSync", "cast", "create"))
_RESULTS = frozenset(("safeParse", "validate", "safeParseAsync"))
_CLEANED = re.compile(r"envalid(?:\.default)?\.(?:cleanEnv|customCleanEnv|makeValidator)")
_CREATED = re.compile(r"@t3-oss/env-\w+\.createEnv|env-schema(?:\.default|\.envSchema)?|znv(?:\.default)?\.parseEnv")
_CONVICT = re.compile(r"convict(?:\.default)?")
_ENV_VAR = re.compile(r"env-var(?:\.default)?(?:\.from)?\.get|env-var\.env\.get")
_LINES = re.compile(
    r"yargs(?:\.default|/yargs)?|commander(?:\.default)?(?:\.program)?(?:\.(?:Command|createCommand|opts|"
    r"parse|option|version|name))*|"
    r"minimist(?:\.default)?|mri(?:\.default)?|util(?:\.default)?\.parseArgs|meow(?:\.default)?|"
    r"cac(?:\.default)?|arg(?:\.default)?|"
    r"command-line-args(?:\.default)?|optimist"
)
_LINE_PARTS = frozenset(("argv", "values", "flags", "options", "opts", "parseSync", "parse", "args"))
_LOADS = re.compile(r"(?:js-yaml|yaml|toml|@iarna/toml|smol-toml|ini|hjson|json5)(?:\.\w+)*\.(?:load|parse|safeLoad)")
_FILE = re.compile(r"[\"'`]([\w./{}$ -]*?[\w-]+\.(?:ya?ml|toml|ini|json5?|hjson))[\"'`]")
_ENVIRONMENT = re.compile(r"\benv\b")
_VALIDATED = External("environment by a schema")
_RESULT = External("result of a schema")
_OPTIONS = External("options of the command line")
_SETTINGS = "settings of a file:"
_DEFAULT_FILES = ("default.yaml", "default.yml", "default.json5", "default.toml")
_MAX_FILES = 20


def external(
    evaluator: Evaluator, name: str, node: Node, given: list[Node], module: Module, frame: Frame, depth: int
) -> list[Value]:
    """Return what a call of a library's function gives, nothing where it is none of these libraries.

    Args:
        evaluator: that follows.
        name: of the function.
        node: the call.
        given: its arguments.
        module: that it stands in.
        frame: of it.
        depth: of following.

    """
    if _LOADS.fullmatch(name) and given:
        written = _FILE.search(module.script.text(given[0])) or _FILE.search(_made(given[0], module))
        return [Instance(External(_SETTINGS + written[1]), (), node, module)] if written is not None else []
    if name.endswith(".parse") and len(given) == 2 and name.startswith("valibot"):
        schema = tuple(evaluator.values(given[0], module, frame, depth))
        made = [one for one in schema if isinstance(one, Instance)]
        return [Instance(_VALIDATED, made[0].arguments[:1], node, module)] if made else []
    if name in {"nconf.get", "nconf.default.get"} and given and (key := module.script.string(given[0])):
        return _described(evaluator, re.split(r"[:.]", key)[-1], module, depth) or _read(
            evaluator, tuple(key.split(":")), module
        )
    if _LINES.fullmatch(name):
        return [Instance(_OPTIONS, (), node, module)]
    return []


def _made(node: Node, module: Module) -> str:
    """Return the text of what a name was made as."""
    binding = module.script.lookup(node, module.script.text(node)) if node.type == "identifier" else None
    return module.script.text(binding.node) if binding is not None else ""


def method(
    evaluator: Evaluator,
    value: Instance,
    name: str,
    node: Node,
    given: list[Node],
    module: Module,
    frame: Frame,
    depth: int,
) -> list[Value] | None:
    """Return what a method of a library's object gives, None where it is none of these."""
    of = value.of.name if isinstance(value.of, External) else ""
    if _SCHEMAS.fullmatch(of):
        if name in _SCHEMA_SAME:
            return [value]
        if name not in _PARSES | _RESULTS or not given:
            return None
        if not _ENVIRONMENT.search(module.script.text(given[0])):
            return evaluator.values(given[0], module, frame, depth)
        return [Instance(_VALIDATED if name in _PARSES else _RESULT, value.arguments[:1], node, module)]
    if _CONVICT.fullmatch(of) and name == "get" and given and (key := module.script.string(given[0])):
        return _convicted(evaluator, value, key.split("."), depth)
    if _ENV_VAR.fullmatch(of):
        return _read_variable(evaluator, value, name, given, module, frame, depth)
    if value.of == _OPTIONS or _LINES.fullmatch(of):
        return [Instance(_OPTIONS, (), node, module)]
    if name in {"get", "getOrThrow"} and given and b"ConfigService" in module.script.source:
        return _injected(evaluator, given, module, frame, depth)
    return None


def _read_variable(
    evaluator: Evaluator, value: Instance, name: str, given: list[Node], module: Module, frame: Frame, depth: int
) -> list[Value]:
    """Return what ``env.get("PORT").default("80").asPortNumber()`` comes to."""
    if name == "default" and given:
        found = tuple(evaluator.values(given[0], module, frame, depth))
        return [Instance(value.of, (value.arguments[0], found), value.node, value.module)] if value.arguments else []
    if not name.startswith("as"):
        return [value]
    keys = [one.text for one in value.arguments[0] if isinstance(one, Text)] if value.arguments else []
    known = names.variable(evaluator, keys[0], module, evaluator.place(value.node, value.module)) if keys else []
    return known or (list(value.arguments[1]) if len(value.arguments) > 1 else [])


def member(evaluator: Evaluator, value: Instance, name: str, module: Module, depth: int) -> list[Value]:
    """Return a member of a library's object, nothing where it is none of these."""
    of = value.of.name if isinstance(value.of, External) else ""
    if value.of == _RESULT:
        return [Instance(_VALIDATED, value.arguments, value.node, value.module)] if name in {"data", "value"} else []
    if value.of == _VALIDATED:
        return _variable(evaluator, name, [one for given in value.arguments for one in given], value, depth)
    if _CLEANED.fullmatch(of):
        return _variable(evaluator, name, list(value.arguments[1]) if len(value.arguments) > 1 else [], value, depth)
    if _CREATED.fullmatch(of):
        first = list(value.arguments[0]) if value.arguments else []
        schemas = [
            one
            for key in ("server", "client", "shared", "properties")
            for one in evaluator.member(first, key, module, depth)
        ]
        inner = evaluator.member(evaluator.member(first, "schema", module, depth), "properties", module, depth)
        return _variable(evaluator, name, [*schemas, *inner], value, depth)
    if of.startswith(_SETTINGS):
        file, _, keys = of[len(_SETTINGS) :].partition("#")
        path = (*(part for part in keys.split("#") if part), name)
        found = setting(path, value.module.path, evaluator.repository, (file,))
        inner_of = External(f"{of}#{name}")
        return [_placed(*found)] if found is not None else [Instance(inner_of, (), value.node, value.module)]
    if value.of == _OPTIONS or _LINES.fullmatch(of):
        if name in _LINE_PARTS:
            return [Instance(_OPTIONS, (), value.node, value.module)]
        return _described(evaluator, name, value.module, depth)
    return []


def _variable(evaluator: Evaluator, name: str, schemas: list[Value], value: Instance, depth: int) -> list[Value]:
    """Return a variable of the environment, else the default that a schema gives it."""
    found = names.variable(evaluator, name, value.module, evaluator.place(value.node, value.module))
    for one in schemas if not found else ():
        if isinstance(one, Code) and one.node.type == "object":
            inner = one.module.script.property(one.node, name)
            found = found if inner is None else _default(evaluator, inner, one.module, one.frame, depth)
    return found


def _default(evaluator: Evaluator, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
    """Return the default that a description has: ``.default(x)``, or the property ``default``."""
    pending = [node]
    looked = 0
    while pending and looked < 200:
        one = pending.pop(0)
        looked += 1
        if one.type == "call_expression":
            callee = module.script.callee(one)
            last = module.script.text(callee).rpartition(".")[2] if callee is not None else ""
            given = module.script.arguments(one)
            if last in {"default", "catch", "prefault"} and given:
                return evaluator.values(given[0], module, frame, depth)
            if last in {"optional", "withDefault", "fallback"} and len(given) == 2:
                return evaluator.values(given[1], module, frame, depth)
        if one.type == "object" and (inner := module.script.property(one, "default")) is not None:
            return evaluator.values(inner, module, frame, depth)
        pending += one.named_children
    return []


def _convicted(evaluator: Evaluator, value: Instance, keys: list[str], depth: int) -> list[Value]:
    at = list(value.arguments[0]) if value.arguments else []
    for key in keys:
        at = evaluator.member(at, key, value.module, depth)
    for one in evaluator.member(at, "env", value.module, depth):
        if isinstance(one, Text):
            place = evaluator.place(value.node, value.module)
            if found := names.variable(evaluator, one.text, value.module, place):
                return found
    return evaluator.member(at, "default", value.module, depth)


def _described(evaluator: Evaluator, name: str, module: Module, depth: int) -> list[Value]:
    """Return an option of the command line: as it is started, else the default that is described beside its name."""
    if (
        told := option(
            (name, re.sub(r"[A-Z]", lambda one: "-" + one[0].lower(), name)), module.path, evaluator.repository
        )
    ) is not None:
        return [_placed(*told)]
    script = module.script
    word = re.escape(re.sub(r"[A-Z]", lambda one: "-" + one[0].lower(), name))
    pattern = rf"[\"'`](?:-\w,? ?)?(?:--)?(?:{word}|{re.escape(name)})(?:[ =][^\"'`]*)?[\"'`]|\b{re.escape(name)}\s*:"
    for match in re.finditer(pattern.encode(), script.source):
        node = script.at(match.start(), match.start() + 1)
        while node is not None and node.type not in {"arguments", "pair", "statement_block", "program"}:
            node = node.parent
        if node is None or node.type not in {"arguments", "pair"}:
            continue
        if node.type == "pair":
            inner = _of_pair(node, module)
            if inner is not None and (found := evaluator.values(inner, module, (), depth)):
                return found
        elif found := _of_call(evaluator, node, module, depth):
            return found
    return []


def _of_pair(pair: Node, module: Module) -> Node | None:
    """Return the default of ``port: {default: 80}``, ``default: {port: 80}`` or ``defaults({port: 80})``."""
    script = module.script
    value, holder = pair.child_by_field_name("value"), pair.parent
    if value is not None and value.type == "object":
        return script.property(value, "default")
    owner = holder.parent if holder is not None else None
    if owner is not None and owner.type == "pair":
        key = owner.child_by_field_name("key")
        return value if key is not None and script.text(key) in {"default", "defaults"} else None
    call = owner.parent if owner is not None and owner.type == "arguments" else None
    callee = script.callee(call) if call is not None and call.type == "call_expression" else None
    handed = callee is not None and script.text(callee).endswith((".defaults", ".default"))
    return value if handed else None


def _of_call(evaluator: Evaluator, arguments: Node, module: Module, depth: int) -> list[Value]:
    """Return the default of ``option("port", {default: 80})`` or ``option("--port <n>", "text", 80)``."""
    given = [one for one in arguments.named_children if one.type != "comment"]
    for one in given[1:]:
        inner = module.script.property(one, "default") if one.type == "object" else None
        if inner is not None:
            return evaluator.values(inner, module, (), depth)
    if len(given) == 2 and arguments.parent is not None:
        callee = module.script.callee(arguments.parent)
        if callee is not None and module.script.text(callee).endswith(".default"):
            return evaluator.values(given[1], module, (), depth)
    for one in reversed(given[2:]):
        found = [
            text
            for text in evaluator.values(one, module, (), depth)
            if isinstance(text, Text) and text.text.isdecimal()
        ]
        if found:
            return list(found)
    return []


def _read(evaluator: Evaluator, keys: tuple[str, ...], module: Module) -> list[Value]:
    found = setting(keys, module.path, evaluator.repository)
    return [_placed(*found)] if found is not None else []


def packaged(evaluator: Evaluator, keys: tuple[str, ...], module: Module) -> list[Value]:
    """Return what the package ``config`` has under keys, where its defaults are in no script or JSON file."""
    found = setting(keys, module.path, evaluator.repository, _DEFAULT_FILES)
    return [_placed(*found)] if found is not None else []


def _injected(evaluator: Evaluator, given: list[Node], module: Module, frame: Frame, depth: int) -> list[Value] | None:
    """Return what the ConfigService of NestJS gives: a variable, a setting of a namespace, or the default."""
    key = next((one.text for one in evaluator.texts(given[0], module, frame, depth)), None)
    if key is None:
        return None
    if "." not in key and (found := names.variable(evaluator, key, module, evaluator.place(given[0], module))):
        return found
    for namespace, value in _factories(evaluator, key.partition(".")[0], depth):
        at: list[Value] = [value]
        for part in key.split(".")[namespace:]:
            at = evaluator.member(at, part, module, depth)
        if any(isinstance(one, Text) for one in at):
            return at
    last = given[-1] if len(given) > 1 and given[-1].type != "object" else None
    return evaluator.values(last, module, frame, depth) if last is not None else []


def _factories(evaluator: Evaluator, namespace: str, depth: int) -> Iterator[tuple[int, Value]]:
    """Yield what the functions give that are loaded as configuration, with how many keys their namespace takes."""
    paths = evaluator.repository.named("*config*.ts", "*configuration*.ts")
    paths += [path for path in evaluator.repository.named("*.ts") if "/config/" in f"/{path}" and path not in paths]
    for path in paths[:_MAX_FILES]:
        source = evaluator.repository.text(path) or ""
        registered = re.search(rf"\bregisterAs\(\s*[\"'`]{re.escape(namespace)}[\"'`]", source)
        if registered is None and "export default" not in source:
            continue
        module = load(path, evaluator.repository)
        for value in names.exported(evaluator, path, "default", depth + 1) if module is not None else ():
            if isinstance(value, Instance) and registered is not None and len(value.arguments) > 1:
                for one in value.arguments[1]:
                    yield from ((1, each) for each in _invoked(evaluator, one, depth))
            elif registered is None:
                yield from ((0, each) for each in _invoked(evaluator, value, depth))


def _invoked(evaluator: Evaluator, value: Value, depth: int) -> list[Value]:
    made = isinstance(value, Code) and value.node.type in FUNCTIONS
    return evaluator.invoke(value, (), depth + 1) if made and isinstance(value, Code) else []


def _placed(text: str, location: Location) -> Text:
    """Return a text that stands outside of the code."""
    place = (location.file, location.line, location.column, location.line)
    return Text(text, (place,)).at(place)
