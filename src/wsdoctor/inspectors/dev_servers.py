"""Proxies of development servers: Vite, webpack-dev-server, Vue CLI, Rsbuild, Nuxt, Angular CLI, Create React App."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript.modules import Module, load
from wsdoctor.inspectors._javascript.names import exported
from wsdoctor.inspectors._javascript.proxies import Entry, described, entries, hop, texts_of
from wsdoctor.inspectors._javascript.tree import pairs_named
from wsdoctor.inspectors._javascript.types import Code, Value
from wsdoctor.inspectors._javascript.values import Evaluator
from wsdoctor.model.traffic import Declared, Hop

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "development servers"
PATTERNS = (
    "vite.config.*", "vitest.config.*", "electron.vite.config.*", "astro.config.*", "nuxt.config.*",
    "svelte.config.*", "nitro.config.*", "vite.*.config.*", "webpack*.js",
    "webpack*.ts", "webpack*.cjs", "webpack*.mjs", "vue.config.*", "craco.config.*", "rsbuild.config.*",
    "rspack.config.*", "config-overrides.js", "proxy.conf*.json", "proxy.conf*.js", "proxy.conf*.mjs",
    "proxy.config.json", "proxy.config.js", "proxy.*.conf.json", "proxy*.json", "package.json", ".proxyrc",
    ".proxyrc.json", "app.config.ts",
    ".umirc.ts", "quasar.config.*", "dev-server*.js", "devServer*.js", "webpackDevServer*.js",
)  # fmt: skip
NEEDLES = ("proxy", "Proxy", "target")

_PORTS = {"vite": 5173, "webpack-dev-server": 8080, "angular": 4200, "create-react-app": 3000}
_WEBPACK = re.compile(r"^(?:webpack|vue\.|craco|rsbuild|rspack|config-overrides|quasar|\.umirc|dev-?[sS]erver)")
_CARRYING = ("vue.config",)
"""Vue CLI sets ``ws: true`` where nobody says otherwise."""


def inspect(path: str, repository: Repository) -> Declared:
    """Return the hops of a development server's proxy."""
    found = Declared()
    name = path.rpartition("/")[2]
    module = load(path, repository) if name != ".proxyrc" else None
    if module is None:
        return found
    if name == "package.json":
        found.hops += _react(module, repository)
    elif name.startswith("proxy") or name == ".proxyrc.json":
        found.hops += _angular(module, repository)
    else:
        product = "webpack-dev-server" if _WEBPACK.match(name) else "vite"
        found.hops += _configured(module, product, repository, carries=name.startswith(_CARRYING))
    return found


def _configured(module: Module, product: str, repository: Repository, *, carries: bool) -> Iterator[Hop]:
    evaluator = Evaluator(repository)
    seen: set[tuple[int, str | None]] = set()
    for key in ("proxy", "devProxy", "proxyTable"):
        for pair in pairs_named(module, key):
            for entry in _entries(pair, module, evaluator):
                mark = (entry.node.start_byte, entry.path)
                if mark in seen and entry.module is module:
                    continue
                seen.add(mark)
                listens = _port(pair, module, evaluator) or _PORTS[product]
                found = hop(entry, product, repository, listens=(listens,), carries=carries)
                if found is not None:
                    yield found


def _entries(pair: object, module: Module, evaluator: Evaluator) -> Iterator[Entry]:
    from tree_sitter import Node

    assert isinstance(pair, Node)
    inner = pair.child_by_field_name("value") if pair.type == "pair" else pair
    if inner is None:
        return
    values: list[Value] = evaluator.values(inner, module)
    for value in values:
        if isinstance(value, Code) and "function" not in value.node.type:
            yield from entries(value, evaluator)
        else:
            path = _outer(pair, module)
            for entry in described(value, path, pair, module, evaluator):
                yield replace(entry, rewrites=path is not None)


def _outer(pair: object, module: Module) -> str | None:
    """Return the path that a rule for a route has, as Nuxt writes it."""
    from tree_sitter import Node

    assert isinstance(pair, Node)
    up = pair.parent.parent if pair.parent is not None else None
    key = up.child_by_field_name("key") if up is not None and up.type == "pair" else None
    name = module.script.key(key) if key is not None else None
    return name if name and name.startswith("/") else None


def _port(pair: object, module: Module, evaluator: Evaluator) -> int | None:
    from tree_sitter import Node

    assert isinstance(pair, Node)
    node = module.script.property(pair.parent, "port") if pair.parent is not None else None
    ports = [text.text for text in evaluator.texts(node, module)]
    return next((int(text) for text in ports if text.isdecimal()), None)


def _angular(module: Module, repository: Repository) -> Iterator[Hop]:
    evaluator = Evaluator(repository)
    for value in exported(evaluator, module.path, "default", 0):
        for entry in entries(value, evaluator):
            found = hop(entry, "angular", repository, listens=(_PORTS["angular"],))
            if found is not None:
                yield found


def _react(module: Module, repository: Repository) -> Iterator[Hop]:
    """Yield the proxy that package.json of Create React App names; it forwards no WebSocket of the application.

    Whoever accepts HTML by GET gets the page of the application from the development server itself.
    """
    evaluator = Evaluator(repository)
    whole = exported(evaluator, module.path, "default", 0)
    for value in whole:
        node = module.script.property(value.node, "proxy") if isinstance(value, Code) else None
        if node is None or node.parent is None:
            continue
        for text in texts_of(evaluator.values(node, module)):
            entry = Entry(None, text, node.parent, module, sends=("rewrites-host", "leaves-pages"))
            found = hop(entry, "create-react-app", repository, listens=(3000,), always=False)
            if found is not None:
                yield found
