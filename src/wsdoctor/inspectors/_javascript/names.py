"""What names of scripts stand for: bindings, parameters, what other scripts of a page define, imports, the environment.

`values` drives this while it follows an expression; it asks back for the values of the expressions found.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript import builtins
from wsdoctor.inspectors._javascript.given import given
from wsdoctor.inspectors._javascript.modules import Module, load, pages_of, resolve, shared
from wsdoctor.inspectors._javascript.tree import FUNCTIONS, assignments, fixed, pairs_named
from wsdoctor.inspectors._javascript.types import MAX_DEPTH, MAX_VALUES, Code, External, Frame, Space, Value
from wsdoctor.inspectors._javascript.urls import HOLE, Place, Text
from wsdoctor.inspectors._units import unit_of
from wsdoctor.inspectors._values import environment
from wsdoctor.syntax.javascript import Binding

if TYPE_CHECKING:
    from tree_sitter import Node

    from wsdoctor.inspectors._javascript.values import Evaluator

__all__ = ["bound", "defined", "exported", "free", "handed", "missing", "variable", "window"]

_APP_CONFIGS = ("app.config.js", "app.config.ts", "app.config.mjs", "app.config.cjs", "app.json")
_ENVIRONMENTS = frozenset(
    (
        "@env", "react-native-dotenv", "react-native-config", "$env/static/public", "$env/static/private",
        "$env/dynamic/public", "$env/dynamic/private", "astro:env/client", "astro:env/server",
    )
)  # fmt: skip
_BUNDLERS = (
    "vite.config.*", "electron.vite.config.*", "vue.config.*", "next.config.*", "astro.config.*", "svelte.config.*",
    "rollup.config.*", "rsbuild.config.*", "rspack.config.*", "craco.config.*", "webpack*.js", "webpack*.ts",
    "webpack*.cjs", "esbuild*", "build.mjs", "build.js",
)  # fmt: skip
_MAX_BUNDLERS = 100
_CONSTANT = re.compile(r"[A-Z_$][A-Z0-9_$]*_[A-Z0-9_$]*")
_PUT_IN = frozenset(("define", "env", "values"))
_PLUGIN = re.compile(r"(?:Define|Environment)Plugin$|^(?:replace|definePlugin)$")
_EACH = frozenset(("forEach", "map", "filter", "some", "every", "find", "flatMap", "findIndex"))
_NAMES_PLACE = re.compile(r"URL|URI|HOST|API|BASE|ENDPOINT|SERVER|BACKEND|WS|SOCKET", re.IGNORECASE)


def bound(evaluator: Evaluator, binding: Binding, name: str, module: Module, frame: Frame, depth: int) -> list[Value]:
    """Return the values of a name by its binding."""
    if binding.kind == "import":
        return imported(evaluator, module.path, binding.source, binding.name, depth)
    if binding.kind in {"function", "class"}:
        return [Code(binding.node, module, frame)]
    if binding.kind == "parameter":
        found = _parameter(evaluator, binding, module, frame, depth)
    elif binding.kind == "element":
        found = evaluator.elements(evaluator.values(binding.node, module, frame, depth), depth)
    elif binding.node.type == "variable_declarator":
        found = _assigned(evaluator, binding.node, name, module, frame, depth)
    elif binding.node.type == "enum_declaration":
        found = [Code(binding.node, module, frame)]
    else:
        found = evaluator.values(binding.node, module, frame, depth)
        if not binding.path and not fixed(binding.node):
            later = _assigned(evaluator, binding.node, name, module, frame, depth)
            found = [*(value for value in found if not (later and missing(value))), *later]
    for step in binding.path:
        found = evaluator.member(found, step, module, depth)
    if not found and binding.default is not None:
        found = evaluator.values(binding.default, module, frame, depth)
    return found


def _parameter(evaluator: Evaluator, binding: Binding, module: Module, frame: Frame, depth: int) -> list[Value]:
    for function, arguments in reversed(frame):
        if function == binding.node.id:
            return list(arguments[binding.index]) if binding.index < len(arguments) else []
    if evaluator.asks_callers and (told := given(evaluator, binding.node, binding.index, module, depth)):
        return told
    call = binding.node.parent.parent if binding.node.parent is not None else None
    callee = module.script.callee(call) if call is not None and call.type == "call_expression" else None
    if callee is not None and callee.type == "member_expression" and binding.index == 0:
        of, method = callee.child_by_field_name("object"), callee.child_by_field_name("property")
        if of is not None and method is not None and module.script.text(method) in _EACH:
            return evaluator.elements(evaluator.values(of, module, frame, depth), depth)
    return []


def _assigned(evaluator: Evaluator, node: Node, name: str, module: Module, frame: Frame, depth: int) -> list[Value]:
    """Return what is assigned to a variable after its declaration."""
    found: list[Value] = []
    for right in assignments(module, name):
        if right.start_byte > node.end_byte or node.type != "variable_declarator":
            found += evaluator.values(right, module, frame, depth)
        if len(found) >= MAX_VALUES:
            break
    return found


def free(evaluator: Evaluator, name: str, module: Module, depth: int) -> list[Value]:
    """Return the values of a name that the file does not bind: of another script of the page, or external."""
    if name in builtins.GLOBALS:
        return [External(name)]
    found = _global(evaluator, name, module, depth)
    if not found and module.suffix == "vue":
        whole = exported(evaluator, module.path, "default", depth + 1)
        found = evaluator.member([one for one in whole if isinstance(one, Code)], name, module, depth + 1)
    if found:
        return found
    for other in pages_of(module.path, evaluator.repository)[:20]:
        sibling = load(other, evaluator.repository)
        if sibling is None:
            continue
        binding = sibling.script.bindings(sibling.script.root).get(name)
        if binding is not None:
            return bound(evaluator, binding, name, sibling, (), depth)
        if (there := _global(evaluator, name, sibling, depth)) != []:
            return there
    return (_CONSTANT.fullmatch(name) and defined(evaluator, name, depth)) or [External(name)]


def defined(evaluator: Evaluator, name: str, depth: int) -> list[Value]:
    """Return what a bundler is told to put in the place of a name, or to set a variable of the environment to."""
    repository = evaluator.repository
    known = repository.memory.get("bundlers")
    if not isinstance(known, list):
        known = [(path, repository.text(path) or "") for path in repository.named(*_BUNDLERS)[:_MAX_BUNDLERS]]
        repository.memory["bundlers"] = known
    for path, source in known:
        if name not in source:
            continue
        module = load(path, evaluator.repository)
        for pair in pairs_named(module, name) if module is not None else ():
            value = pair.child_by_field_name("value")
            if module is None or value is None or not _puts(pair, module):
                continue
            found = evaluator.values(value, module, (), depth + 1)
            if told := [_bare(one, evaluator.place(value, module)) for one in found if isinstance(one, Text)]:
                return list(told)
    return []


def _puts(pair: Node, module: Module) -> bool:
    """Say whether a property stands in what a bundler is told to put in the place of names."""
    up = pair.parent.parent if pair.parent is not None else None
    if up is None:
        return False
    if up.type == "pair":
        key = up.child_by_field_name("key")
        return key is not None and (module.script.key(key) or "") in _PUT_IN
    call = up.parent
    callee = call.child_by_field_name("constructor") or module.script.callee(call) if call is not None else None
    return callee is not None and _PLUGIN.search(module.script.text(callee)) is not None


def _bare(text: Text, place: Place) -> Text:
    """Return a text without the quotation marks that make it code."""
    quoted = len(text.text) > 1 and text.text[0] == text.text[-1] and text.text[0] in "\"'`"
    return replace(text, text=text.text[1:-1], places=(*text.places, place)).at(place) if quoted else text


def _global(evaluator: Evaluator, name: str, module: Module, depth: int) -> list[Value]:
    for right in assignments(module, name, "window.", "globalThis.", "self."):
        return evaluator.values(right, module, (), depth)
    return []


def window(evaluator: Evaluator, name: str, module: Module, depth: int) -> list[Value]:
    """Return the values of a property of the global object."""
    if name in builtins.GLOBALS:
        return [External(name)]
    found = free(evaluator, name, module, depth)
    if found and not (len(found) == 1 and isinstance(found[0], External)):
        return found
    for path in builtins.settings_files(evaluator.repository):
        other = load(path, evaluator.repository)
        if (
            other is not None
            and name.encode() in other.script.source
            and (there := _global(evaluator, name, other, depth))
        ):
            return there
    return [External(name)]


def imported(evaluator: Evaluator, importer: str, source: str, name: str, depth: int) -> list[Value]:
    """Return the values of what a file imports from a module."""
    path = resolve(importer, source, evaluator.repository)
    if path is None and source in _ENVIRONMENTS:
        return _environment(evaluator, importer, source, name)
    if path is None:
        base = source.removeprefix("node:") if source.startswith("node:") else source
        return [External(base if name in {"default", "*"} else f"{base}.{name}")]
    if name == "*":
        return [Space(path)]
    found = exported(evaluator, path, name, depth)
    for sibling in builtins.environments(path, evaluator.repository):
        found += exported(evaluator, sibling, name, depth)
    return found


def handed(evaluator: Evaluator, name: str, module: Module, depth: int) -> list[Value]:
    """Return what the configuration of an Expo application hands to its code under a name."""
    repository = evaluator.repository
    for path in sorted(repository.named(*_APP_CONFIGS), key=lambda path: (-shared(path, module.path), path)):
        whole: list[Value] = []
        for value in exported(evaluator, path, "default", depth + 1):
            made = isinstance(value, Code) and value.node.type in FUNCTIONS
            whole += evaluator.invoke(value, (), depth + 1) if made and isinstance(value, Code) else [value]
        for section in (evaluator.member(whole, "expo", module, depth), whole):
            given = evaluator.member(section, "extra", module, depth)
            if found := evaluator.member(given, name, module, depth):
                return found
    return []


def _environment(evaluator: Evaluator, importer: str, source: str, name: str) -> list[Value]:
    """Return what is imported from a module that stands for the environment: a variable of it, or the whole."""
    module = load(importer, evaluator.repository)
    if name in {"default", "*", "env"} or module is None:
        return [External("process.env")]
    return variable(evaluator, name, module, (importer, 1, 1, 1))


def exported(evaluator: Evaluator, path: str, name: str, depth: int) -> list[Value]:
    """Return the values of what a module exports under a name."""
    module = load(path, evaluator.repository)
    if module is None or depth > MAX_DEPTH:
        return []
    names, stars = module.script.exports()
    export = names.get(name)
    if export is None and name != "default" and "default" in names and not stars:
        whole = names["default"].node
        return evaluator.member(evaluator.values(whole, module, (), depth + 1), name, module, depth) if whole else []
    if export is None and name == "default" and names and "default" not in names:
        return [Space(path)]
    if export is not None and export.source:
        return imported(evaluator, path, export.source, export.name, depth + 1)
    if export is not None and export.node is not None:
        return evaluator.values(export.node, module, (), depth + 1)
    if export is not None:
        binding = module.script.bindings(module.script.root).get(export.name)
        return bound(evaluator, binding, export.name, module, (), depth + 1) if binding is not None else []
    for star in stars:
        target = resolve(path, star, evaluator.repository)
        if target is not None and (found := exported(evaluator, target, name, depth + 1)):
            return found
    return []


def variable(evaluator: Evaluator, name: str, module: Module, place: Place) -> list[Value]:
    """Return what the files of the repository set an environment variable to."""
    unit = unit_of(module.path, evaluator.repository)
    found: list[Value] = []
    for one in environment(evaluator.repository).candidates(name, unit, module.path)[:4]:
        at = one.location
        origin = (at.file, at.line, at.column, at.line)
        text = Text(one.text, (origin,), None, 0.65 if one.rank >= 80 else 1.0).at(origin)
        if not found or one.source == "dotenv":
            found.append(text)
    if not found:
        for of in ("process.env.", "import.meta.env.", ""):
            found += (one for one in defined(evaluator, of + name, 1) if isinstance(one, Text))
    if not found and _NAMES_PLACE.search(name):
        evaluator.unset.setdefault(name, place)
    return found


def missing(value: Value) -> bool:
    """Say whether a value is one that ``||`` passes over."""
    return (isinstance(value, Text) and value.text in {"", HOLE}) or isinstance(value, External)
