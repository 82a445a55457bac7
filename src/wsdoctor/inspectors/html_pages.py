"""Pages, templates and single-file components: their links, forms, frames, images, and their inline scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript.callers import callers, location
from wsdoctor.inspectors._javascript.modules import MARKUP, Module, is_aside, is_test, load
from wsdoctor.inspectors._javascript.sinks import RESOURCES
from wsdoctor.inspectors._javascript.urls import Place, Text, split
from wsdoctor.inspectors._javascript.values import Evaluator
from wsdoctor.inspectors._templates import filled
from wsdoctor.model.traffic import Caller, Declared, Page
from wsdoctor.syntax.html import Attribute, Element

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "html pages"
PATTERNS = tuple(f"*.{suffix}" for suffix in sorted(MARKUP))
NEEDLES = (
    "canonical",
    "://",
    "//{",
    '"//',
    "'//",
    "etch",
    "axios",
    "ebSocket",
    "EventSource",
    "XMLHttpRequest",
    "io(",
    "SockJS",
    "$.",
    "sendBeacon",
)

_REFRESH = re.compile(r"\s*\d+(?:\.\d+)?\s*[;,]\s*(?:url\s*=)?\s*[\"']?(?P<url>[^\"']+)", re.IGNORECASE)
_LINKED = re.compile(r"@\{(?P<url>[^{}(]+)(?:\(.*\))?\}")
"""A link of Thymeleaf."""
_HTMX = re.compile(r"(?:data-)?hx-(?P<method>get|post|put|delete|patch)")
_EVERY = re.compile(r"\bevery\s+(?P<number>\d+(?:\.\d+)?)(?P<unit>ms|s|m)\b")
_FETCHED = frozenset(
    (
        "stylesheet",
        "icon",
        "shortcut",
        "manifest",
        "preload",
        "modulepreload",
        "prefetch",
        "apple-touch-icon",
        "prerender",
    )
)
_CONNECTED = frozenset(("preconnect", "dns-prefetch"))


def inspect(path: str, repository: Repository) -> Declared:
    """Return the connections that a page makes a browser open."""
    found = Declared()
    if is_test(path) or is_aside(path):
        return found
    module = load(path, repository)
    if module is None or module.page is None:
        return found
    evaluator = Evaluator(repository)
    found.callers += callers(module, repository, evaluator)
    found.pages += _secure(module, repository)
    for element in module.page.elements:
        found.callers += _element(element, module, repository, evaluator)
    return found


def _secure(module: Module, repository: Repository) -> Iterator[Page]:
    """Yield that a page is an HTTPS page, where it names its own address so and does not have it turn ws:// to wss://."""
    assert module.page is not None
    elements = module.page.elements
    if any("upgrade-insecure-requests" in one.value("content").lower() for one in elements if one.name == "meta"):
        return
    for one in elements:
        address = one.attributes.get("href")
        if one.name != "link" or one.value("rel").lower() != "canonical" or address is None:
            continue
        if address.value.lower().startswith("https://"):
            place: Place = (module.path, address.line, address.column, address.line)
            yield Page("html", location(place, repository), module.path)


def _element(element: Element, module: Module, repository: Repository, evaluator: Evaluator) -> Iterator[Caller]:
    for attribute, kind, method in _attributes(element):
        for text in _texts(attribute, module, repository, evaluator):
            url = split(text.text)
            if url is None or url.port is None or url.scheme not in {"", "http", "https", "\ue004"}:
                continue
            place: Place = (module.path, attribute.line, attribute.column, attribute.line)
            others = [other for other in text.places if other[:2] != place[:2]]
            protocol = "https" if url.scheme == "https" else "http"
            yield Caller(
                product="browser",
                kind=kind,
                protocol="tcp" if method is None else "eventsource" if kind == "realtime-client" else protocol,
                to=url.address(None),
                location=location(place, repository),
                path=url.path,
                method=method,
                period=_period(element) if kind == "client-code" else None,
                also=tuple(location(other, repository) for other in others),
                sure=round(0.9 * text.sure, 2),
            )


def _attributes(element: Element) -> Iterator[tuple[Attribute, str, str | None]]:
    """Yield each attribute that makes a browser connect, with kind and method; None = it only connects."""
    if element.name == "meta" and element.value("http-equiv").lower() == "refresh":
        given = element.attributes.get("content")
        match = _REFRESH.match(given.value) if given is not None else None
        if given is not None and match is not None:
            at = given.offset + match.start("url")
            yield Attribute(given.name, match["url"], given.line, given.column, at), "navigation", "GET"
        return
    for name, given in element.attributes.items():
        if (asks := _HTMX.fullmatch(name)) is not None:
            yield given, "client-code", asks["method"].upper()
        elif name in {"sse-connect", "data-sse-connect"}:
            yield given, "realtime-client", "GET"
    wanted, kind = RESOURCES.get(element.name, ("", ""))
    for name in (wanted, f":{wanted}", f"v-bind:{wanted}", f"xlink:{wanted}", f"th:{wanted}") if wanted else ():
        attribute = element.attributes.get(name)
        if attribute is None:
            continue
        relations = set(element.value("rel").lower().split())
        if element.name == "link" and relations & _CONNECTED:
            yield attribute, "client-code", None
        elif element.name != "link" or relations & _FETCHED:
            post = element.name == "form" and element.value("method").lower() == "post"
            yield attribute, kind, "POST" if post else "GET"


def _period(element: Element) -> float | None:
    """Return the seconds between two requests that htmx makes by itself, None if it makes them on demand."""
    match = _EVERY.search(element.value("hx-trigger") or element.value("data-hx-trigger"))
    return float(match["number"]) * {"ms": 0.001, "s": 1, "m": 60}[match["unit"]] if match is not None else None


def _texts(attribute: Attribute, module: Module, repository: Repository, evaluator: Evaluator) -> list[Text]:
    place: Place = (module.path, attribute.line, attribute.column, attribute.line)
    if attribute.expression or attribute.name.startswith((":", "v-bind:")):
        return _evaluated(attribute, module, evaluator)
    linked = _LINKED.fullmatch(attribute.value) if attribute.name.startswith("th:") else None
    return [filled(linked["url"] if linked is not None else attribute.value, place, module.path, evaluator)]


def _evaluated(attribute: Attribute, module: Module, evaluator: Evaluator) -> list[Text]:
    assert module.page is not None
    script = module.script
    start = len(module.page.script[: attribute.offset].encode())
    start += len(attribute.value) - len(attribute.value.lstrip())
    node = script.at(start, start + 1)
    while node is not None and node.parent is not None and node.type != "expression_statement":
        node = node.parent
    return evaluator.texts(node, module) if node is not None and node.type == "expression_statement" else []
