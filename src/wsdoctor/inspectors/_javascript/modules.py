"""Script files of a repository as modules: loading, what an import means, which scripts share a page.

It knows how bundlers find a module (relative, index files, aliases, workspace packages); it knows no value and no
connection. Modules are parsed once for each process.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.syntax import html, javascript, jsonc
from wsdoctor.syntax._tree import Mapping, find, text

__all__ = ["MARKUP", "Module", "is_aside", "is_site", "is_test", "load", "package", "pages_of", "resolve", "shared"]

MARKUP = frozenset(("html", "htm", "vue", "svelte", "ejs", "hbs", "handlebars", "jinja", "jinja2", "j2", "tmpl",
    "njk", "astro", "twig", "gohtml", "erb", "mustache", "php", "phtml", "cshtml", "jsp", "heex", "eex",
    "liquid"))  # fmt: skip
"""Suffixes of files with elements and scripts in them."""

_FRONT = re.compile(r"\s*---[^\S\n]*\n(?P<code>.*?)^---", re.DOTALL | re.MULTILINE)
"""The script of a component of Astro that makes its page."""
_COMPONENTS = frozenset(("vue", "svelte", "astro"))
_MAX_MODULES = 400
_MAX_BYTES = 3_000_000
"""Of the scripts whose trees are kept; a tree takes ten times the memory of its text."""
_MAX_CHARACTERS = 300_000
"""A script of more is a bundle that some tool wrote."""
_TEST = re.compile(
    r"(?:^|/)(?:__tests__|__mocks__|__fixtures__|tests?|specs?|e2e|cypress|playwright|fixtures|mocks?|stories|"
    r"storybook|benchmarks?|testing|testdata)/|[.\-_](?:test|spec|stories|story|e2e|cy|mock)s?\.[cm]?[jt]sx?$|_test\.go$"
    r"|(?:^|/)(?:jest|vitest|karma|playwright|cypress)[\w.-]*\.(?:config|setup)\.[cm]?[jt]s$|(?:^|/)setupTests\.[jt]sx?$",
    re.IGNORECASE,
)


_IMPORT_SCRIPTS = re.compile(r"\bimportScripts\s*\(([^)]{0,2000})\)")
_QUOTED = re.compile(r"[\"'`]([^\"'`\s]+)[\"'`]")
_ASIDE = re.compile(r"(?:^|/)(?:docs?|documentation|examples?|samples?|demos?|wiki|manual)/", re.IGNORECASE)
_DOCUMENTATION = (
    "docs/conf.py",
    "docs/source/conf.py",
    "mkdocs.yml",
    "docs/_config.yml",
    "docs/.buildinfo",
)


@dataclass(slots=True)
class Module:
    """A file with script in it.

    Attributes:
        path: relative to the root.
        script: its tree.
        page: its elements, None for a file that is script alone.
        memory: of those who look at it.
        values: of its expressions, by the id of their node, as far as they were asked for.
        given: the same with parameters followed to their callers.

    """

    path: str
    script: javascript.Script
    page: html.Page | None = None
    memory: dict[object, object] = field(default_factory=dict)
    values: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    given: dict[int, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def suffix(self) -> str:
        """The suffix of the file, in lower case."""
        return self.path.rpartition(".")[2].lower()


def is_test(path: str) -> bool:
    """Say whether a file is a test, a story or a stand-in, by its name and folders."""
    return _TEST.search(path) is not None


def is_aside(path: str) -> bool:
    """Say whether a file is documentation or an example rather than part of what runs."""
    return _ASIDE.search(path) is not None


def is_site(path: str, repository: Repository) -> bool:
    """Say whether a script in ``docs`` is of a site that GitHub Pages serves from there, not of documentation."""
    within = path.startswith("docs/") and not is_aside(path.removeprefix("docs/"))
    return within and repository.exists("docs/index.html") and not any(map(repository.exists, _DOCUMENTATION))


class _Kept:
    """The modules that were asked for last, as many as there is room for."""

    def __init__(self) -> None:
        self.modules: OrderedDict[str, Module | None] = OrderedDict()
        self.size = 0

    def add(self, path: str, module: Module | None) -> None:
        self.modules[path] = module
        self.size += _size(module)
        while len(self.modules) > 1 and (len(self.modules) > _MAX_MODULES or self.size > _MAX_BYTES):
            self.size -= _size(self.modules.popitem(last=False)[1])


def _size(module: Module | None) -> int:
    return 0 if module is None else len(module.script.source)


def load(path: str, repository: Repository) -> Module | None:
    """Return a file as a module, None if it cannot be read."""
    kept = repository.memory.setdefault("scripts", _Kept())
    assert isinstance(kept, _Kept)
    if path in kept.modules:
        kept.modules.move_to_end(path)
    else:
        kept.add(path, _load(path, repository.text(path)))
    return kept.modules[path]


def _load(path: str, source: str | None) -> Module | None:
    if source is None or len(source) > _MAX_CHARACTERS:
        return None
    suffix = path.rpartition(".")[2].lower()
    try:
        if suffix in MARKUP:
            page = html.parse(source, templates=suffix not in _COMPONENTS)
            page.add_code(list(_code(page, suffix)))
            front = _FRONT.match(source) if suffix == "astro" else None
            if front is not None:
                start, end = front.span("code")
                page.script = page.script[:start] + front["code"] + page.script[end:]
            return Module(
                path, javascript.parse(page.script, typed=front is not None or (page.typed and suffix == "vue")), page
            )
        if suffix == "json":
            return Module(path, javascript.parse(f"export default {source}"))
        return Module(path, javascript.parse(source, typed=suffix in {"ts", "mts", "cts"}))
    except SyntaxProblem:
        return None


def _code(page: html.Page, suffix: str) -> Iterator[html.Attribute]:
    for element in page.elements:
        for name, attribute in element.attributes.items():
            handler = name.startswith(("on", "@", "v-on:", ":", "v-bind:", "on:"))
            if attribute.expression or (handler and (suffix == "vue" or name.startswith("on"))):
                yield attribute


def resolve(importer: str, name: str, repository: Repository) -> str | None:
    """Return the file that an import names, None if it is no file of the repository."""
    kept: dict[tuple[str, str], str | None] = repository.memory.setdefault("imports", {})  # type: ignore[assignment]
    folder = importer.rpartition("/")[0]
    if (folder, name) not in kept:
        if len(kept) > 50_000:
            kept.clear()
        kept[folder, name] = _resolve(importer, name.partition("?")[0], repository)
    return kept[folder, name]


def _resolve(importer: str, name: str, repository: Repository) -> str | None:
    if name.startswith("."):
        return repository.resolve(importer, name)
    folders = list(_folders(importer))
    for prefix, starts in (("@/", ("src", "", "app")), ("~/", ("src", "", "app")), ("~~/", ("",)), ("@@/", ("",)),
                           ("$lib/", ("src/lib",)), ("src/", ("src",)), ("/", ("", "public"))):  # fmt: skip
        if name.startswith(prefix):
            for folder in folders:
                for start in starts:
                    full = "/".join(part for part in (folder, start, name[len(prefix) :]) if part)
                    if (found := repository.resolve("", "/" + full)) is not None:
                        return found
    for folder in folders:
        if (found := _by_config(folder, name, repository)) is not None:
            return found
    return _workspace(name, repository)


def _folders(path: str) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


def _by_config(folder: str, name: str, repository: Repository) -> str | None:
    for given, targets in _aliases(folder, repository):
        stem, star, end = given.partition("*")
        if star and name.startswith(stem) and name.endswith(end):
            middle = name[len(stem) : len(name) - len(end)]
        elif not star and name == given:
            middle = ""
        else:
            continue
        for target in targets:
            full = "/".join(part for part in (folder, target.replace("*", middle)) if part)
            if (found := repository.resolve("", "/" + full)) is not None:
                return found
    return None


def _aliases(folder: str, repository: Repository) -> list[tuple[str, list[str]]]:
    kept: dict[str, list[tuple[str, list[str]]]] = repository.memory.setdefault("aliases", {})  # type: ignore[assignment]
    if folder not in kept:
        found: list[tuple[str, list[str]]] = []
        for name in ("tsconfig.json", "jsconfig.json", "tsconfig.base.json", "tsconfig.app.json"):
            path = f"{folder}/{name}" if folder else name
            source = repository.text(path) if repository.exists(path) else None
            if source is None:
                continue
            try:
                options = find(jsonc.parse(source), "compilerOptions")
            except (SyntaxProblem, RecursionError):
                continue
            base = text(find(options, "baseUrl")) or ""
            paths = find(options, "paths")
            for pair in paths.pairs if isinstance(paths, Mapping) else ():
                targets = [text(item) or "" for item in getattr(pair.value, "items", ())]
                found.append((pair.key.text, [f"{base}/{target}" for target in targets]))
            if base:
                found.append(("*", [f"{base}/*"]))
        kept[folder] = found
    return kept[folder]


def _workspace(name: str, repository: Repository) -> str | None:
    known: Any = repository.memory.get("packages")
    if not isinstance(known, dict):
        known = {}
        for path in repository.named("package.json"):
            match = re.search(r"\"name\"\s*:\s*\"([^\"]+)\"", repository.text(path) or "")
            if match:
                known.setdefault(match[1], path.rpartition("/")[0])
        repository.memory["packages"] = known
    parts = name.split("/")
    whole = "/".join(parts[:2]) if name.startswith("@") else parts[0]
    folder = known.get(whole)
    if folder is None:
        return None
    rest = name[len(whole) + 1 :]
    match = re.search(
        r"\"(?:source|main|module)\"\s*:\s*\"\.?/?([^\"]+)\"", repository.text(f"{folder}/package.json") or ""
    )
    for start in (rest, f"src/{rest}") if rest else (*([match[1]] if match else []), "src", "index", "src/index"):
        full = "/".join(part for part in (folder, start) if part)
        if (found := repository.resolve("", "/" + full)) is not None:
            return found
    return None


def package(path: str, repository: Repository) -> tuple[str, str]:
    """Return folder and text of the closest package.json, ``("", "")`` if there is none."""
    for folder in _folders(path):
        name = f"{folder}/package.json" if folder else "package.json"
        if repository.exists(name):
            return folder, repository.text(name) or ""
    return "", ""


def pages_of(path: str, repository: Repository) -> list[str]:
    """Return the files that share a page, or a worker, with a script: those that name it, and their other scripts."""
    scripts, pages = _pages(repository)
    found: dict[str, None] = {}
    for name in _worker_scripts(repository.text(path) or ""):
        near = sorted(repository.named(name), key=lambda other: -shared(other, path))
        found.update(dict.fromkeys(near[:1]))
    for page in sorted({*pages.get(path.rpartition("/")[2], ()), *((path,) if path in scripts else ())}):
        found[page] = None
        for name in scripts[page]:
            if name.endswith((".js", ".mjs")):
                near = sorted(repository.named(name), key=lambda other: -shared(other, page))
                found.update(dict.fromkeys(near[:1]))
    found.pop(path, None)
    return list(found)


def _pages(repository: Repository) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the names of the scripts of each page, and the pages of each of these names."""
    if "pages" not in repository.memory:
        scripts: dict[str, list[str]] = {}
        pages: dict[str, list[str]] = {}
        for page in repository.named("*.html", "*.htm", "*.ejs", "*.j2", "*.jinja2", "*.hbs")[:2000]:
            names = re.findall(r"<script\b[^>]*?\bsrc\s*=\s*[\"']?([^\"'>\s]+)", repository.text(page) or "")
            scripts[page] = [name.partition("?")[0].rpartition("/")[2].strip("{}% ") for name in names]
            for name in scripts[page]:
                pages.setdefault(name, []).append(page)
        repository.memory["pages"] = scripts, pages
    return repository.memory["pages"]  # type: ignore[return-value]


def _worker_scripts(source: str) -> list[str]:
    """Return the names of the scripts that a worker loads into itself."""
    calls = _IMPORT_SCRIPTS.findall(source) if "importScripts" in source else []
    return [name.partition("?")[0].rpartition("/")[2] for call in calls for name in _QUOTED.findall(call)]


def shared(one: str, other: str) -> int:
    """Return how many folders two paths have in common."""
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count
