"""Proxies that are written as objects in scripts and JSON: paths, targets, whether they carry WebSockets.

The development servers and middlewares write them alike; what differs is said by who asks. What a path is meant for
is told by the scripts that use it, or else by its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript.callers import SCRIPTS, location
from wsdoctor.inspectors._javascript.modules import MARKUP, Module, is_test, load, package
from wsdoctor.inspectors._javascript.requests import requests_in
from wsdoctor.inspectors._javascript.types import Code, Value
from wsdoctor.inspectors._javascript.urls import HOLE, HOST, HOSTNAME, Text, split
from wsdoctor.inspectors._javascript.values import Evaluator
from wsdoctor.inspectors._proxies.common import meant_for
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Hop
from wsdoctor.syntax.javascript import Script

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["Entry", "asked_path", "described", "entries", "hop", "meant", "texts_of"]

_SHORT_REWRITES = ("vite",)
"""Whose targets without options change the Host to their own."""
_MAX_FILES = 300
_MAX_SPREADS = 4
_ASKS = re.compile(
    r"(?:url|path|pathname|originalUrl)\b[\w.?!()]*?(?:\.startsWith\(\s*|\s*===?\s*)[\"'`](?P<path>/[^\"'`]*)[\"'`]"
)
_PATTERN = re.compile(r"[\^$]|\.\*|\(\.\*\)|/?\*\*?.*$|/:\w+.*$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of a proxy.

    Attributes:
        path: prefix, None = everything.
        target: where to.
        node: that says so.
        module: that it stands in.
        carries: whether it says that it carries WebSockets, None if it does not say.
        sends: as in `Hop`.
        rewrites: whether the path of the target takes the place of the path that came in.
        short: whether the target stands alone, with no options around it.

    """

    path: str | None
    target: Text
    node: Node
    module: Module
    carries: bool | None = None
    sends: tuple[str, ...] = ()
    rewrites: bool = False
    short: bool = False


def asked_path(call: Node, script: Script) -> str | None:
    """Return the path that is asked for by the condition around a call."""
    inner, up = call, call.parent
    while up is not None:
        if up.type == "if_statement" and inner == up.child_by_field_name("consequence"):
            condition = up.child_by_field_name("condition")
            match = _ASKS.search(script.text(condition)) if condition is not None else None
            if match is not None:
                return match["path"]
        inner, up = up, up.parent
    return None


def texts_of(values: list[Value]) -> list[Text]:
    """Return the texts among values."""
    return [value for value in values if isinstance(value, Text)]


def entries(value: Value, evaluator: Evaluator, depth: int = 0) -> Iterator[Entry]:
    """Yield the paths of a proxy that is written as an object of paths, or as a list of objects with a context."""
    if not isinstance(value, Code) or depth > 5:
        return
    module, node = value.module, value.node
    if node.type == "array":
        for child in node.named_children[:100]:
            for one in evaluator.values(child, module, value.frame):
                if isinstance(one, Code):
                    yield from _listed(one, evaluator)
    elif node.type == "object":
        for child in node.named_children[:200]:
            if child.type == "spread_element":
                for one in evaluator.values(child, module, value.frame):
                    yield from entries(one, evaluator, depth + 1)
            elif child.type == "pair":
                key, inner = child.child_by_field_name("key"), child.child_by_field_name("value")
                if key is not None and inner is not None:
                    path = module.script.key(key)
                    if path is None and key.named_children:
                        path = next(
                            (text.text for text in evaluator.texts(key.named_children[0], module, value.frame)), None
                        )
                    for one in evaluator.values(inner, module, value.frame):
                        yield from described(one, path, child, module, evaluator)


def _listed(value: Code, evaluator: Evaluator) -> Iterator[Entry]:
    for key in ("context", "path", "pathFilter", "prefix", "from", "match", "mount"):
        found = evaluator.member([value], key, value.module, 0)
        paths = [text.text for text in texts_of(found)]
        paths += [text.text for text in texts_of(evaluator.elements(found, 0))]
        if paths:
            for path in paths:
                yield from described(value, path, value.node, value.module, evaluator)
            return
    yield from described(value, None, value.node, value.module, evaluator)


def described(value: Value, path: str | None, node: Node, module: Module, evaluator: Evaluator) -> Iterator[Entry]:
    """Yield what an object with a target, or a target alone, says."""
    if isinstance(value, Text):
        yield Entry(path, value, node, module, short=True)
        return
    if not isinstance(value, Code) or value.node.type != "object":
        return
    sends: list[str] = []
    if any(_option(value, name, evaluator)[0] is not None for name in ("rewrite", "pathRewrite", "rewritePrefix")):
        sends.append("strips-prefix")
    if _option(value, "changeOrigin", evaluator)[0] == "true":
        sends.append("rewrites-host")
    carries = None
    for name in ("ws", "websocket"):
        given, known = _option(value, name, evaluator)
        if given is not None or not known:
            carries = given != "false"
    targets: list[Text] = []
    for name in ("target", "upstream", "router", "destination"):
        found = evaluator.member([value], name, value.module, 0)
        targets += texts_of(found)
        for one in found:
            if isinstance(one, Code) and one.node.type == "object":
                host = texts_of(evaluator.member([one], "host", one.module, 0))
                port = texts_of(evaluator.member([one], "port", one.module, 0))
                if host and port:
                    targets.append(Text(f"http://{host[0].text}:{port[0].text}", (*host[0].places, *port[0].places)))
                elif name == "router":
                    yield from _routed(one, path, carries, tuple(sends), evaluator)
            elif isinstance(one, Code) and name == "router":
                targets += texts_of(evaluator.invoke(one, (), 0))
    for target in targets[:12]:
        yield Entry(path, target, node, module, carries, tuple(sends))


def _routed(
    table: Code, path: str | None, carries: bool | None, sends: tuple[str, ...], evaluator: Evaluator
) -> Iterator[Entry]:
    """Yield the rows of a router of http-proxy-middleware, whose keys are hosts, paths, or a host with a path."""
    script = table.module.script
    for child in table.node.named_children[:50]:
        key, inner = child.child_by_field_name("key"), child.child_by_field_name("value")
        name = script.key(key) if key is not None else None
        if name is None or inner is None:
            continue
        below = "/" + name.partition("/")[2] if "/" in name else path
        for target in evaluator.texts(inner, table.module, table.frame):
            yield Entry(below, target, child, table.module, carries, sends)


def _option(value: Code, name: str, evaluator: Evaluator, depth: int = 0) -> tuple[str | None, bool]:
    """Return what an object, or what is spread in it, says of an option, and whether all of it could be read."""
    script = value.module.script
    if (given := script.property(value.node, name)) is not None:
        return script.text(given), True
    known = True
    for child in value.node.named_children if depth < _MAX_SPREADS else ():
        if child.type != "spread_element":
            continue
        spread = [one for one in evaluator.values(child, value.module, value.frame) if isinstance(one, Code)]
        known = known and bool(spread)
        for one in spread:
            found, whole = _option(one, name, evaluator, depth + 1)
            if found is not None:
                return found, True
            known = known and whole
    return None, known


def hop(
    entry: Entry, product: str, repository: Repository, *, listens: tuple[int, ...] = (), carries: bool = False,
    always: bool | None = None, websocket: bool | None = None, sure: float = 0.9,
) -> Hop | None:  # fmt: skip
    """Return an entry as a hop, None if it leads nowhere that is known.

    Args:
        entry: of the proxy.
        product: that it is of.
        repository: that it stands in.
        listens: ports of the server that it belongs to.
        carries: whether it carries WebSockets where it does not say.
        always: whether it carries them whatever it says, None = as it says.
        websocket: what it is meant for, None = by its path and those who use it.
        sure: 0 to 1.

    """
    url = split(entry.target.text)
    if url is None or not url.absolute or url.port is None:
        return None
    unit = unit_of(entry.module.path, repository)
    forwards = carries if entry.carries is None else entry.carries
    forwards = (forwards or url.scheme in {"ws", "wss"}) if always is None else always
    line, column, end = entry.module.script.place(entry.node)
    path = None if entry.path is None else _PATTERN.sub("", entry.path) or "/"
    if websocket is None:
        websocket = (
            True
            if entry.carries or url.scheme in {"ws", "wss"}
            else meant(path, package(entry.module.path, repository)[0], repository)
        )
    rewrites = entry.rewrites or "redirect" in entry.sends
    details = {"becomes": url.path} if rewrites and url.path is not None else {}
    others = [place for place in entry.target.places if place[0] != entry.module.path or not line <= place[1] <= end]
    return Hop(
        product=product,
        to=url.address(unit),
        scheme=url.scheme if url.scheme in {"http", "https", "ws", "wss"} else "http",
        location=location((entry.module.path, line, column, end), repository),
        listens=listens,
        path=path,
        forwards_upgrade=forwards,
        lacks=() if forwards else ("websocket",),
        sends=(*entry.sends, "rewrites-host") if entry.short and product in _SHORT_REWRITES else entry.sends,
        websocket=websocket,
        unit=unit,
        details=MappingProxyType(details | ({"target set at": f"{others[0][0]}:{others[0][1]}"} if others else {})),
        sure=round(sure * entry.target.sure, 2),
    )


def meant(path: str | None, folder: str, repository: Repository) -> bool | None:
    """Say what a path of a proxy is meant for: WebSockets (True), pages and API calls (False), or unknown.

    Args:
        path: prefix, None = every path.
        folder: of the package whose scripts and pages use it.
        repository: that they are in.

    """
    pages, sockets = _used(folder, repository)
    prefix = path or "/"
    if any(_under(one, prefix) for one in sockets):
        return True
    if prefix != "/" and meant_for(path) is not None:
        return meant_for(path)
    return False if any(_under(one, prefix) for one in pages) else None


def _under(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix.rstrip("/") + "/") or prefix == "/"


def _used(folder: str, repository: Repository) -> tuple[frozenset[str], frozenset[str]]:
    """Return the paths of their own host that a package fetches, and those that it opens as WebSockets."""
    known = repository.memory.setdefault("used paths", {})
    assert isinstance(known, dict)
    if folder not in known:
        pages: set[str] = set()
        sockets: set[str] = set()
        looked = 0
        for path in repository.files:
            wanted = path.startswith(folder + "/" if folder else "") and path.rpartition(".")[2] in {*SCRIPTS, *MARKUP}
            if not wanted or is_test(path):
                continue
            source = repository.text(path) or ""
            if not any(word in source for word in ("fetch", "axios", "ebSocket", "XMLHttp", "$.", "io(", "ky")):
                continue
            looked += 1
            other = load(path, repository) if looked <= _MAX_FILES else None
            for request in requests_in(other, Evaluator(repository)) if other is not None else ():
                for text in request.urls:
                    _sort(text, request.sink.protocol, pages, sockets)
        known[folder] = frozenset(pages), frozenset(sockets)
    found: tuple[frozenset[str], frozenset[str]] = known[folder]
    return found


def _sort(text: Text, protocol: str, pages: set[str], sockets: set[str]) -> None:
    url = split(text.text)
    if url is None or url.path is None or protocol not in {"http", "ws"}:
        return
    own = not url.absolute or HOST in text.text or (HOSTNAME in text.text and url.port is None)
    if own and not text.text.startswith(HOLE):
        (sockets if protocol == "ws" else pages).add(url.path)
