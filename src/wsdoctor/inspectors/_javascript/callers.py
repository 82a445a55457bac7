"""Connections of scripts as declared traffic: who runs the script, and which line is the one to change.

Where a URL was built with its port in a constant, a settings module or an environment file, that line is the one,
unless a WebSocket is opened with it too: then the call is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import MappingProxyType

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript.modules import Module, is_aside, is_site, load, package
from wsdoctor.inspectors._javascript.requests import Request, requests_in
from wsdoctor.inspectors._javascript.sinks import Sink
from wsdoctor.inspectors._javascript.urls import PAGE, PAGE_WS, Place, Text, Url, split
from wsdoctor.inspectors._javascript.values import Evaluator
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Caller, Location

__all__ = ["SCRIPTS", "callers", "location", "product_of", "runs_in_browser"]

SCRIPTS = ("js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx")
"""Suffixes of files that are script alone."""

_BROWSER = re.compile(
    rb"\b(?:window|document|localStorage|sessionStorage|navigator)\s*[.\[]|(?<![.\w])location\.(?:host|protocol|origin|href|port|search|reload|assign|replace)|import\.meta\.env|"
    rb"\b(?:REACT_APP|VITE|NEXT_PUBLIC|VUE_APP|NUXT_PUBLIC|GATSBY|PUBLIC)_\w+|from\s+[\"'](?:react|vue|svelte|@angular/|preact|solid-js|jquery|pinia|zustand|@reduxjs)"
)
_NODE = re.compile(
    rb"\brequire\(\s*[\"'](?:node:|https?[\"']|fs[\"']|net[\"']|path[\"']|os[\"']|express|ws[\"']|koa|fastify|dotenv|child_process|node-fetch)|"
    rb"from\s+[\"'](?:node:|https?[\"']|fs[\"']|path[\"']|express|ws[\"']|koa|fastify|dotenv|node-fetch|@nestjs|k6[/\"'])|process\.(?:argv|exit|on)\b|"
    rb"\bDeno\.|\bBun\.|\A#!"
)
_FRONT = re.compile(
    r"\"(?:react|react-dom|vue|svelte|@angular/core|preact|solid-js|vite|webpack|parcel|react-scripts|next|nuxt|jquery|lit)\"\s*:"
)
_NATIVE = re.compile(r"\"(?:react-native|expo)\"\s*:")
_BACK = re.compile(r"\"(?:express|koa|fastify|ws|@nestjs/core|hono|socket\.io|nodemon|pm2|dotenv|commander)\"\s*:")
_SERVER_FOLDER = re.compile(
    r"(?:^|/)(?:server|backend|scripts?|bin|cron|jobs?|workers?|cli|tools?|lambda|functions?|bots?)/"
)
_WAIT = re.compile(r"(?:^|[-_./])wait[-_]?(?:for|on|until)?[\w-]*\.[cm]?[jt]s$", re.IGNORECASE)
_WORKER = re.compile(
    rb"self\.addEventListener\(\s*[\"'](?:fetch|install|activate|push)[\"']|\bServiceWorkerGlobalScope\b"
)
_SOCKET = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss", PAGE: "ws", PAGE_WS: "ws"}
_PATHS = {"socket.io": "/socket.io/"}
_MAX_SEARCHED = 400


def product_of(module: Module, repository: Repository) -> str:
    """Return who runs a script: ``browser``, ``react-native``, ``service-worker`` or ``node``."""
    if "product" not in module.memory:
        module.memory["product"] = _product(module, repository)
    return str(module.memory["product"])


def _product(module: Module, repository: Repository) -> str:
    source = module.script.source
    if _WORKER.search(source):
        return "service-worker"
    _, settings = package(module.path, repository)
    if _NATIVE.search(settings):
        return "react-native"
    if module.page is not None or module.suffix in {"jsx", "tsx"}:
        return "browser"
    browser, node = _BROWSER.search(source), _NODE.search(source)
    if node and not (browser and _FRONT.search(settings)):
        return "node"
    if browser:
        return "browser"
    if _FRONT.search(settings):
        inner = module.path.removeprefix(package(module.path, repository)[0])
        return "node" if _SERVER_FOLDER.search(inner.lstrip("/")) else "browser"
    return "node" if _BACK.search(settings) or _SERVER_FOLDER.search(module.path) else "browser"


def runs_in_browser(product: str) -> bool:
    """Say whether ``localhost`` is the machine of a person rather than the unit of the file."""
    return product != "node"


def location(place: Place, repository: Repository) -> Location:
    """Return a place with the text of its line."""
    file, line, column, end = place
    return repository.location(file, line, column, end if end > line else None)


def callers(module: Module, repository: Repository, evaluator: Evaluator) -> Iterator[Caller]:
    """Yield the connections that a script opens and that could be followed to a port, each once."""
    seen: set[tuple[object, ...]] = set()
    for request in requests_in(module, evaluator):
        for text in request.urls:
            caller = _caller(request, text, request.module or module, repository, evaluator)
            if caller is not None:
                key = (caller.location, caller.protocol, caller.to, caller.path, caller.method)
                if key not in seen:
                    seen.add(key)
                    yield caller
                    if text.text.startswith((PAGE, PAGE_WS)) and caller.protocol == "ws" and caller.to.port:
                        yield replace(caller, protocol="wss")


def _caller(
    request: Request, text: Text, module: Module, repository: Repository, evaluator: Evaluator
) -> Caller | None:
    url = split(text.text)
    if url is None:
        return None
    protocol = _protocol(request.sink, url)
    if protocol is None or (url.port is None and (protocol not in {"ws", "wss"} or not url.absolute)):
        return None
    product = product_of(module, repository)
    unit = None if runs_in_browser(product) else unit_of(module.path, repository)
    kind = "websocket-client" if protocol in {"ws", "wss"} else request.sink.kind
    if product == "node":
        kind, product = _shaped(kind, module.path)
    at, others = _places(request, text, module, repository, evaluator, plain=protocol in {"http", "https"})
    sure = 0.9 if len(request.urls) == 1 and url.host is not None else 0.8
    aside = is_aside(module.path) and not is_site(module.path, repository)
    return Caller(
        product=product,
        kind=kind,
        protocol=protocol,
        to=Address(url.host, url.port, unit),
        location=location(at, repository),
        path=_PATHS.get(protocol) or (None if request.sink.method is None and url.path == "/" else url.path),
        method=request.sink.method if protocol in {"http", "https"} else "GET",
        headers=MappingProxyType(_told(request, module, evaluator) if protocol in {"ws", "wss"} else {}),
        also=tuple(location(place, repository) for place in others),
        unit=unit,
        sure=round(0.3 if aside else sure * text.sure, 2),
    )


def _told(request: Request, module: Module, evaluator: Evaluator) -> dict[str, str]:
    """Return the version of the protocol that `ws` is told to offer."""
    options = module.script.arguments(request.node)[1:] if request.node.type == "new_expression" else []
    given = next((node for one in options if (node := module.script.property(one, "protocolVersion"))), None)
    version = next((text.text for text in evaluator.texts(given, module)), None)
    return {} if version is None else {"Sec-WebSocket-Version": version}


def _shaped(kind: str, path: str) -> tuple[str, str]:
    """Return kind and product of what a script for Node does, by what its file is called."""
    if kind == "client-code" and _WAIT.search(path):
        return "wait", "node"
    return kind, "node"


def _protocol(sink: Sink, url: Url) -> str | None:
    speaks = sink.protocol
    if speaks == "ws":
        return _SOCKET.get(url.scheme, "ws")
    if speaks != "http":
        return speaks if url.scheme not in {"file", "data"} else None
    if url.scheme in {"http", "https"}:
        return url.scheme
    if url.scheme in {"", PAGE}:
        return "http"
    return url.scheme if url.scheme in {"ws", "wss"} and sink.key else None


def _places(
    request: Request, text: Text, module: Module, repository: Repository, evaluator: Evaluator, *, plain: bool
) -> tuple[Place, list[Place]]:
    """Return the line to change and the others that have a part in it."""
    line, column, _ = module.script.place(request.at)
    _, _, end = module.script.place(request.node)
    call: Place = (module.path, line, column, max(end, line))
    others: dict[tuple[str, int], Place] = {}
    for place in ((text.born,) if text.born else ()) + text.places:
        if not (place[0] == module.path and call[1] <= place[1] <= call[3]):
            others.setdefault(place[:2], place)
    born = text.born
    if born is None or born[:2] not in others or not plain or born[0].endswith(".py"):
        return call, list(others.values())
    if _opens_sockets(born, module, repository, evaluator):
        return call, list(others.values())
    del others[born[:2]]
    return born, [call, *others.values()]


def _opens_sockets(born: Place, module: Module, repository: Repository, evaluator: Evaluator) -> bool:
    """Say whether a WebSocket is opened with a URL that was built at a place."""
    folder, _ = package(module.path, repository)
    known = repository.memory.setdefault("places of sockets", {})
    assert isinstance(known, dict)
    if folder not in known:
        known[folder] = frozenset(_sockets(folder, repository))
    return born[:2] in known[folder]


def _sockets(folder: str, repository: Repository) -> Iterator[tuple[str, int]]:
    """Yield file and line of all that WebSockets in a folder are opened with."""
    searched = 0
    start = folder + "/" if folder else ""
    for path in repository.files:
        if not path.startswith(start) or path.rpartition(".")[2] not in {*SCRIPTS, "vue", "svelte", "html"}:
            continue
        source = repository.text(path) or ""
        if "ebSocket" not in source and "io(" not in source:
            continue
        searched += 1
        other = load(path, repository) if searched <= _MAX_SEARCHED else None
        if other is None:
            continue
        for request in requests_in(other, Evaluator(repository)):
            if request.sink.protocol in {"ws", "socket.io"}:
                yield from _lines(request.urls)


def _lines(texts: Iterable[Text]) -> Iterator[tuple[str, int]]:
    for text in texts:
        for place in text.places:
            yield place[:2]
