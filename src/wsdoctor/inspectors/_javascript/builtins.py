"""What is built into browsers, Node and frameworks: globals, `location`, URLs, texts, and calls that hand a value on.

`values` drives this while it follows an expression; nothing here knows what a connection is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript.modules import Module
from wsdoctor.inspectors._javascript.tree import assignments
from wsdoctor.inspectors._javascript.types import MAX_VALUES, Code, External, Frame, Instance, Value
from wsdoctor.inspectors._javascript.urls import HOLE, HOST, HOSTNAME, PAGE, PORT, Text, join

if TYPE_CHECKING:
    from tree_sitter import Node

    from wsdoctor.inspectors._javascript.values import Evaluator

__all__ = [
    "GLOBALS", "changed", "entry", "environments", "listed", "location", "new_url", "part", "part_of", "settings_files",
]  # fmt: skip

GLOBALS = frozenset(
    (
        "window", "document", "location", "fetch", "WebSocket", "XMLHttpRequest", "EventSource", "navigator",
        "globalThis", "self", "global", "process", "io", "SockJS", "$", "jQuery", "URL", "String", "Number", "parseInt",
        "Object", "Image", "Audio", "Worker", "SharedWorker", "Deno", "Bun", "require", "encodeURIComponent",
        "encodeURI", "JSON", "open", "importScripts", "caches", "localStorage", "sessionStorage", "$fetch", "useFetch",
        "useRuntimeConfig", "Request", "Promise", "Array", "Math", "Date", "console", "module", "exports",
    )
)  # fmt: skip
"""Names that a script need not define."""

_LOCATION = {
    "protocol": PAGE + ":", "host": HOST, "hostname": HOSTNAME, "port": PORT, "origin": f"{PAGE}://{HOST}",
    "href": f"{PAGE}://{HOST}/{HOLE}", "pathname": "/" + HOLE, "search": "", "hash": "",
}  # fmt: skip
_VALUES, _ENTRIES, _ENTRY = External("Object.values"), External("Object.entries"), External("Object.entries()[]")
_REQUESTED = re.compile(r"\brequest\.url$")
"""The URL of what a worker is asked for: of its own origin, as far as it is known."""
_PARTS = re.compile(r"(?P<scheme>[^/:]+)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)")
_AUTHORITY = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>.*))?")


def location(of: str, name: str) -> Text | None:
    """Return a property of ``location``, with characters for what is only known in the browser."""
    if of in {"location", "document.location"} and name in _LOCATION:
        return Text(_LOCATION[name])
    if of == "document" and name in {"URL", "baseURI", "referrer"}:
        return Text(_LOCATION["href"])
    return None


def listed(evaluator: Evaluator, listing: Instance, depth: int) -> Iterator[Value]:
    """Yield what ``Object.values`` or ``Object.entries`` lists of an object."""
    objects = listing.arguments[0] if listing.of in {_VALUES, _ENTRIES} and listing.arguments else ()
    for value in objects:
        if not isinstance(value, Code) or value.node.type != "object":
            continue
        if listing.of == _VALUES:
            yield from evaluator.every(value, depth)
            continue
        for child in value.node.named_children[:MAX_VALUES]:
            key, inner = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and inner is not None:
                name: tuple[Value, ...] = (Text(value.module.script.key(key) or HOLE),)
                held = tuple(evaluator.values(inner, value.module, value.frame, depth))
                yield Instance(_ENTRY, (name, held), child, value.module)


def entry(value: Instance, name: str) -> list[Value] | None:
    """Return key or value of what ``Object.entries`` lists, None for anything else."""
    return list(value.arguments[int(name)]) if value.of == _ENTRY and name in {"0", "1"} else None


def settings_files(repository: Repository) -> list[str]:
    """Return the files that may set properties of the global object: settings that are loaded when a page runs."""
    found = repository.memory.get("settings files")
    if not isinstance(found, list):
        found = repository.named(
            "*config*.js", "*env*.js", "*settings*.js", "*runtime*.js", "index.html", "base.html", "*.ejs"
        )[:200]
        repository.memory["settings files"] = found
    return found


def environments(path: str, repository: Repository) -> list[str]:
    """Return the files that take the place of Angular's ``environment.ts`` in other builds."""
    folder, _, name = path.rpartition("/")
    if name != "environment.ts":
        return []
    return [
        other
        for other in repository.named("environment.*.ts")
        if other.rpartition("/")[0] == folder and not re.search(r"test|spec|example|\.d\.ts$", other.rpartition("/")[2])
    ]


def part(value: Text, name: str) -> list[Value]:
    """Return a property of a text or URL, or of what holds it (``ref.value``, ``state[0]``)."""
    if name in {"href", "current", "value", "0"}:
        return [value]
    match = _PARTS.match(value.text)
    if match is None or name not in {"host", "hostname", "port", "protocol", "origin", "pathname"}:
        return []
    authority = _AUTHORITY.fullmatch(match["authority"])
    host, port = (authority["host"], authority["port"]) if authority else (HOLE, None)
    if host == HOST:
        host, port = HOSTNAME, PORT
    found = {
        "host": match["authority"], "hostname": host, "port": port or "", "protocol": match["scheme"] + ":",
        "origin": f"{match['scheme']}://{match['authority']}", "pathname": match["path"] or "/",
    }[name]  # fmt: skip
    return [replace(value, text=found, born=value.born if name == "origin" else None)]


def changed(value: Text, name: str, node: Node, module: Module, evaluator: Evaluator, frame: Frame, depth: int) -> Text:
    """Return a URL after what a script assigns to its parts, as ``url.port = "8080"``."""
    key = (module.path, name)
    source = module.script.source
    if (
        "//" not in value.text
        or key in evaluator.changing
        or (f"{name}.p".encode() not in source and f"{name}.host".encode() not in source)
    ):
        return value
    evaluator.changing.add(key)
    try:
        for prop in ("protocol", "host", "hostname", "port", "pathname"):
            for right in assignments(module, prop, f"{name}."):
                if right.start_byte < node.start_byte and (new := evaluator.texts(right, module, frame, depth)):
                    born = value.born if prop == "pathname" else None
                    value = replace(_with(value, prop, new[0]), born=born).at(evaluator.place(right, module))
                    break
    finally:
        evaluator.changing.discard(key)
    return value


def _with(value: Text, prop: str, new: Text) -> Text:
    match = _PARTS.match(value.text)
    if match is None:
        return value
    scheme, authority, rest = match["scheme"], match["authority"], value.text[match.end("authority") :]
    found = _AUTHORITY.fullmatch(authority)
    host, port = (found["host"], found["port"]) if found else (HOLE, None)
    if prop == "protocol":
        scheme = new.text.rstrip(":")
    elif prop == "host":
        host, port = new.text, None
    elif prop == "hostname":
        host = new.text
    elif prop == "port":
        host, port = HOSTNAME if host == HOST else host, new.text
    else:
        rest = new.text
    text = f"{scheme}://{host}{':' + port if port else ''}{rest}"
    return Text(text, (*value.places, *new.places), None, min(value.sure, new.sure))


def new_url(
    evaluator: Evaluator, node: Node, arguments: list[Node], module: Module, frame: Frame, depth: int
) -> list[Value]:
    """Return the URL that ``new URL(reference, base)`` makes."""
    references = evaluator.texts(arguments[0], module, frame, depth) if arguments else []
    if len(arguments) < 2:
        asked = bool(arguments) and _REQUESTED.search(module.script.text(arguments[0])) is not None
        return list(references) or ([Text(_LOCATION["href"])] if asked else [])
    found: list[Value] = []
    place = evaluator.place(node, module)
    for base in evaluator.texts(arguments[1], module, frame, depth)[:3]:
        match = _PARTS.match(base.text)
        for reference in references or [Text("/" + HOLE)]:
            if "://" in reference.text or match is None:
                found.append(reference)
                continue
            root = replace(base, text=f"{match['scheme']}://{match['authority']}")
            folder = "" if reference.text.startswith("/") else match["path"].rpartition("/")[0] + "/"
            found.append(join([root, Text(folder), replace(reference, born=None)]).at(place))
    return found


def part_of(evaluator: Evaluator, split: Node, index: Node, module: Module, frame: Frame, depth: int) -> list[Value]:
    """Return what ``text.split(separator)[index]`` is."""
    callee = module.script.callee(split)
    method = callee.child_by_field_name("property") if callee is not None else None
    of = callee.child_by_field_name("object") if callee is not None else None
    arguments = module.script.arguments(split)
    number = module.script.text(index)
    if of is None or method is None or module.script.text(method) != "split" or not arguments or not number.isdecimal():
        return []
    separator = module.script.string(arguments[0])
    found: list[Value] = []
    for value in evaluator.texts(of, module, frame, depth) if separator else ():
        pieces = value.text.replace(HOST, f"{HOSTNAME}:{PORT}").split(separator or ":")
        if int(number) < len(pieces):
            found.append(replace(value, text=pieces[int(number)], born=None))
    return found
