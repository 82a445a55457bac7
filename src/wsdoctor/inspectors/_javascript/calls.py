"""What calls give: methods of texts and lists, what hands a value on, makers of clients and servers.

`values` drives this while it follows an expression; nothing here knows what a connection is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript import contexts, libraries, names
from wsdoctor.inspectors._javascript.files import configured, parsed
from wsdoctor.inspectors._javascript.modules import Module, resolve
from wsdoctor.inspectors._javascript.sinks import called
from wsdoctor.inspectors._javascript.tree import FUNCTIONS, returned
from wsdoctor.inspectors._javascript.types import Client, Code, External, Frame, Instance, Space, Value
from wsdoctor.inspectors._javascript.urls import HOLE, Place, Text, join, replaced

if TYPE_CHECKING:
    from tree_sitter import Node

    from wsdoctor.inspectors._javascript.values import Evaluator

__all__ = ["call"]

_HANDED_ON = frozenset(
    (
        "String", "Number", "parseInt", "parseFloat", "toRaw", "unref", "toValue", "ref", "shallowRef", "useRef",
        "reactive", "readonly", "freeze", "useState", "signal", "defineConfig", "computed", "useMemo", "createMemo",
        "defineNuxtConfig", "markRaw", "useCallback", "encodeURI", "provideHttpClient", "memo", "once", "resolve",
        "forwardRef", "createSignal", "structuredClone", "mergeConfig", "withDefaults", "stripTrailingSlash",
        "useContext", "defineComponent",
    )
)  # fmt: skip
_CALLED = frozenset(("computed", "useMemo", "createMemo", "defineConfig", "memo", "once"))
_FLUENT = frozenset(
    (
        "listen", "use", "ws", "on", "once", "any", "all", "get", "post", "put", "patch", "del", "options", "register",
        "set", "attach", "route", "publish", "close", "disable", "enable", "missingServerName", "head", "bind",
    )
)  # fmt: skip
"""Methods of servers that give back what they are called on."""
_PORT = re.compile(r"//[^/?#]*:(\d{2,5})(?=[/?#]|$)")
_LEADS = re.compile(r"https?://[^/?#]*:\d{2,5}(?=[/?#]|$)")
_SAME = frozenset(("trim", "toString", "valueOf", "normalize", "toLowerCase", "toUpperCase", "trimEnd", "trimStart"))


def call(evaluator: Evaluator, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
    """Return what a call gives: of a method of texts, of something built in, or of the repository's own functions."""
    callee = module.script.callee(node)
    if callee is None:
        return []
    arguments = module.script.arguments(node)
    if callee.type == "import":
        source = module.script.string(arguments[0]) if arguments else None
        path = resolve(module.path, source, evaluator.repository) if source else None
        return [Space(path)] if path else []
    if callee.type == "member_expression":
        told = _of_method(evaluator, node, callee, arguments, module, frame, depth)
        if told is not None:
            return told
    found: list[Value] = _state(evaluator, callee, module, frame, depth)
    for value in evaluator.values(callee, module, frame, depth):
        if isinstance(value, Code):
            given = tuple(tuple(evaluator.values(argument, module, frame, depth)) for argument in arguments[:8])
            place = evaluator.place(node, module)
            found += [_told(one, value, given, place) for one in evaluator.invoke(value, given, depth)]
        elif isinstance(value, Instance):
            found += _store(evaluator, value, arguments, module, frame, depth)
        elif isinstance(value, (External, Client)):
            found += _external(evaluator, value, node, arguments, module, frame, depth)
    return found


def _store(
    evaluator: Evaluator, value: Instance, arguments: list[Node], module: Module, frame: Frame, depth: int
) -> list[Value]:  # fmt: skip
    """Return what a function gives that makes a store of Pinia or Zustand, or takes something out of it."""
    name = value.of.name if isinstance(value.of, External) else ""
    given = [one for argument in value.arguments[-1:] for one in argument]
    if name.endswith("defineStore"):
        return _made(evaluator, given, depth)
    if not name.startswith("zustand") or not arguments:
        return []
    if not given:
        made = [one for one in evaluator.values(arguments[0], module, frame, depth) if isinstance(one, Code)]
        return [Instance(value.of, (tuple(made),), value.node, value.module)]
    state = (tuple(_made(evaluator, given, depth)),)
    selectors = evaluator.values(arguments[0], module, frame, depth)
    return [found for one in selectors if isinstance(one, Code) for found in evaluator.invoke(one, state, depth)]


def _made(evaluator: Evaluator, values: list[Value], depth: int) -> list[Value]:
    """Return objects as they are, and what functions make."""
    found: list[Value] = []
    for one in values:
        made = isinstance(one, Code) and one.node.type in FUNCTIONS
        found += evaluator.invoke(one, (), depth) if made and isinstance(one, Code) else [one]
    return found


def _state(evaluator: Evaluator, callee: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
    """Return the state that ``get()`` gives in a store of Zustand: what the function makes that takes ``get``."""
    if callee.type != "identifier" or b"zustand" not in module.script.source:
        return []
    binding = module.script.lookup(callee, module.script.text(callee))
    if binding is None or binding.kind != "parameter" or binding.index != 1 or binding.path:
        return []
    return evaluator.invoke(Code(binding.node, module, frame), (), depth)


def _of_method(
    evaluator: Evaluator, node: Node, callee: Node, arguments: list[Node], module: Module, frame: Frame, depth: int
) -> list[Value] | None:  # fmt: skip
    """Return what a method gives that is known by its name and what it is called on, None for any other."""
    of, method = callee.child_by_field_name("object"), callee.child_by_field_name("property")
    if of is None or method is None:
        return None
    values = evaluator.values(of, module, frame, depth)
    texts = [value for value in values if isinstance(value, Text)]
    name = module.script.text(method)
    if texts:
        place = evaluator.place(node, module)
        return [
            made_of
            for text in texts
            if (made_of := _method(evaluator, text, name, arguments, module, frame, depth, place)) is not None
        ]
    if name == "getState" and (kept_in := [one for one in values if isinstance(one, Instance)]):
        return [
            found
            for one in kept_in
            if isinstance(one.of, External) and one.of.name.startswith("zustand")
            for given in one.arguments[-1:]
            for found in _made(evaluator, list(given), depth)
        ]
    if name == "replace" and not values and len(arguments) == 2:
        return _led(evaluator, arguments[1], node, module, frame, depth)
    if name == "join" and any(isinstance(value, Code) for value in values):
        return _put_together(evaluator, values, arguments, module, frame, depth)
    if name == "bind" or (name == "concat" and values):
        return values
    for one in values:
        if isinstance(one, Instance) and isinstance(one.of, External):
            told = libraries.method(evaluator, one, name, node, arguments, module, frame, depth)
            if told is not None:
                return told
    if name == "get" and arguments and (kept := _setting(evaluator, arguments[0], module, frame, depth)):
        return kept
    if name in _FLUENT and (made := [one for one in values if isinstance(one, Instance)]):
        return list(made)
    return None


def _led(evaluator: Evaluator, new: Node, node: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
    """Return what an unknown text becomes in which the beginning of a URL takes the place of something."""
    place = evaluator.place(node, module)
    return [
        join([replace(text, text=text.text.rstrip("/")), Text(f"/{HOLE}")]).at(place)
        for text in evaluator.texts(new, module, frame, depth)
        if _LEADS.match(text.text)
    ]


def _told(value: Value, function: Code, given: tuple[tuple[Value, ...], ...], place: Place) -> Value:
    """Return what a function gives; a URL, or a client, whose port it was told was born where it is called."""
    if isinstance(value, Client):
        bases = (_told(one, function, given, place) for one in value.bases)
        return replace(value, bases=tuple(one for one in bases if isinstance(one, Text)))
    if not isinstance(value, Text) or value.born is None or value.born[0] != function.module.path:
        return value
    first, _, last = function.module.script.place(function.node)
    port = _PORT.search(value.text)
    if port is None or not first <= value.born[1] <= last:
        return value
    handed = any(isinstance(one, Text) and port[1] in one.text for values in given for one in values)
    return replace(value, born=place) if handed else value


def _setting(evaluator: Evaluator, name: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
    """Return what ``app.set(name, value)`` put there for ``app.get(name)``."""
    key = module.script.string(name)
    if key is None or not re.fullmatch(r"[\w.-]{1,60}", key):
        return []
    for match in re.finditer(rf"\.set\(\s*[\"']{re.escape(key)}[\"']".encode(), module.script.source):
        node = module.script.at(match.start() + 1, match.start() + 2)
        while node is not None and node.type != "call_expression":
            node = node.parent
        arguments = module.script.arguments(node) if node is not None else []
        if len(arguments) == 2:
            return evaluator.values(arguments[1], module, frame, depth)
    return []


def _method(
    evaluator: Evaluator,
    text: Text,
    name: str,
    arguments: list[Node],
    module: Module,
    frame: Frame,
    depth: int,
    place: Place,
) -> Text | None:
    if name in _SAME:
        return text
    if name in {"replace", "replaceAll"} and len(arguments) == 2:
        pattern = arguments[0]
        written = module.script.text(pattern) if pattern.type == "regex" else None
        if written is None:
            written = next((one.text for one in evaluator.texts(pattern, module, frame, depth)), None)
        new = evaluator.texts(arguments[1], module, frame, depth)
        if written is None or not new:
            return None
        found = replaced(text, written, new[0].text, place)
        return None if found is None else replace(found, places=(*found.places, *new[0].places))
    if name == "concat":
        parts = [(evaluator.texts(one, module, frame, depth) or [Text(HOLE)])[0] for one in arguments]
        return join([text, *parts]).at(place)
    if name in {"slice", "substring", "substr"}:
        numbers = [module.script.text(one) for one in arguments]
        if numbers == ["0", "-1"]:
            return replace(text, text=text.text[:-1])
        starts = _starts(evaluator, text, arguments[0], module, frame, depth) if len(numbers) == 1 else []
        if starts:
            start = next((one for one in starts if text.text[:one].endswith("//")), starts[0])
            return replace(text, text=text.text[start:], born=None)
    return None


def _starts(
    evaluator: Evaluator, text: Text, node: Node, module: Module, frame: Frame, depth: int
) -> list[int]:  # fmt: skip
    """Return where a text may be cut: at a number, or where something stands in it, as ``indexOf`` says."""
    found = [int(one.text) for one in evaluator.texts(node, module, frame, depth) if one.text.isdecimal()]
    if found:
        return found
    more = 0
    if node.type == "binary_expression" and (right := node.child_by_field_name("right")) is not None:
        more = int(module.script.text(right)) if module.script.text(right).isdecimal() else 0
        node = node.child_by_field_name("left") or node
    callee = module.script.callee(node) if node.type == "call_expression" else None
    wanted = module.script.arguments(node)[:1] if callee is not None else []
    sought = module.script.string(wanted[0]) if wanted else None
    if callee is None or sought is None or not module.script.text(callee).endswith(".indexOf"):
        return []
    return [text.text.find(sought) + more] if sought in text.text else []


def _put_together(
    evaluator: Evaluator, values: Iterable[Value], arguments: list[Node], module: Module, frame: Frame, depth: int
) -> list[Value]:
    separator = (evaluator.texts(arguments[0], module, frame, depth) if arguments else []) or [Text(",")]
    found: list[Value] = []
    for value in values:
        if isinstance(value, Code) and value.node.type == "array":
            parts: list[Text] = []
            for child in value.node.named_children[:20]:
                one = evaluator.texts(child, value.module, value.frame, depth) or [Text(HOLE)]
                parts += [one[0], separator[0]]
            found.append(join(parts[:-1]).at(evaluator.place(value.node, value.module)))
    return found


def _external(
    evaluator: Evaluator,
    value: External | Client,
    node: Node,
    arguments: list[Node],
    module: Module,
    frame: Frame,
    depth: int,
) -> list[Value]:
    name = value.name if isinstance(value, External) else f"{value.library}.create"
    last = name.rpartition(".")[2]
    if name == "require" and arguments:
        source = module.script.string(arguments[0])
        if source is None:
            return []
        path = resolve(module.path, source, evaluator.repository)
        if path is None:
            return [External(source.removeprefix("node:"))]
        return names.exported(evaluator, path, "default", depth) or [Space(path)]
    if arguments and (told := _settings(evaluator, name, node, arguments, module, frame, depth)) is not None:
        return told
    if last == "loadEnv":
        return [External("process.env")]
    if last == "useRuntimeConfig":
        return _nuxt(evaluator, module, depth)
    if last == "encodeURIComponent":
        return [Text(HOLE)]
    if last == "inject" and arguments:
        return contexts.injected(evaluator, arguments[0], module, frame, depth)
    if last == "createContext" and arguments:
        return contexts.provided(evaluator, node, arguments[0], module, frame, depth)
    if name.endswith("Platform.select") and arguments:
        return [
            found
            for one in evaluator.values(arguments[0], module, frame, depth)
            for found in evaluator.every(one, depth)
        ]
    if name == "JSON.stringify" and arguments:
        return list(evaluator.texts(arguments[0], module, frame, depth))
    if name == "Object.assign":
        return [found for one in reversed(arguments) for found in evaluator.values(one, module, frame, depth)]
    if last in _HANDED_ON and arguments:
        return _handed_on(evaluator, last, arguments[0], module, frame, depth)
    given = tuple(tuple(evaluator.values(argument, module, frame, depth)) for argument in arguments[:8])
    if last in {"create", "extend", "defaults"} and called(name.rpartition(".")[0]) is not None:
        bases: list[Text] = []
        for key in ("baseURL", "baseUrl", "prefixUrl", "prefix", "url") if given else ():
            bases += [one for one in evaluator.member(given[0], key, module, depth) if isinstance(one, Text)]
        return [Client(name.rpartition(".")[0], tuple(bases))]
    of = value if isinstance(value, External) else External(value.library)
    return [Instance(of, given, node, module)]


def _settings(
    evaluator: Evaluator, name: str, node: Node, arguments: list[Node], module: Module, frame: Frame, depth: int
) -> list[Value] | None:
    """Return what a call reads from the environment or from a file, None where it reads neither."""
    key = module.script.string(arguments[0])
    if name == "Deno.env.get":
        return names.variable(evaluator, key, module, evaluator.place(node, module)) if key else []
    if name == "JSON.parse":
        return parsed(evaluator, arguments[0], module, depth)
    if name == "config.get" and key:
        return configured(evaluator, key, module, depth) or libraries.packaged(evaluator, (key,), module)
    return libraries.external(evaluator, name, node, arguments, module, frame, depth) or None


def _handed_on(
    evaluator: Evaluator, name: str, argument: Node, module: Module, frame: Frame, depth: int
) -> list[Value]:
    found: list[Value] = []
    for one in evaluator.values(argument, module, frame, depth):
        if name in _CALLED and isinstance(one, Code) and one.node.type in FUNCTIONS:
            found += evaluator.invoke(one, (), depth)
        elif name == "computed" and isinstance(one, Code):
            getter = module.script.property(one.node, "get")
            found += [] if getter is None else [
                result for node in returned(getter) for result in evaluator.values(node, module, frame, depth)
            ]  # fmt: skip
        else:
            found.append(one)
    return found


def _nuxt(evaluator: Evaluator, module: Module, depth: int) -> list[Value]:
    for path in evaluator.repository.named("nuxt.config.ts", "nuxt.config.js", "nuxt.config.mjs"):
        folder = path.rpartition("/")[0]
        if not folder or module.path.startswith(folder + "/"):
            whole = names.exported(evaluator, path, "default", depth + 1)
            return evaluator.member(whole, "runtimeConfig", module, depth + 1)
    return []
