"""What scripts read from the elements of their page: ``data-`` attributes, and the content of ``meta``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript.modules import Module, load, pages_of
from wsdoctor.inspectors._javascript.types import Instance
from wsdoctor.inspectors._javascript.urls import Place, Text
from wsdoctor.inspectors._templates import filled

if TYPE_CHECKING:
    from wsdoctor.inspectors._javascript.values import Evaluator

__all__ = ["content", "data"]

_META = re.compile(r"meta\[(?:name|property)=[\"']?(?P<name>[\w:.-]+)[\"']?\]")


def data(name: str, module: Module, evaluator: Evaluator) -> list[Text]:
    """Return what the pages of a script have in the ``data-`` attribute that ``dataset`` shows under a name."""
    written = "data-" + re.sub(r"[A-Z]", lambda match: "-" + match[0].lower(), name)
    return [text for page in _pages(module, evaluator) for text in _attributes(page, written, evaluator)][:3]


def content(instance: Instance, module: Module, evaluator: Evaluator) -> list[Text]:
    """Return the content of the ``meta`` element that a script looks for."""
    wanted = [text.text for argument in instance.arguments[:1] for text in argument if isinstance(text, Text)]
    match = _META.search(wanted[0]) if wanted else None
    found: list[Text] = []
    for page in _pages(module, evaluator) if match is not None else ():
        assert page.page is not None
        for element in page.page.elements:
            named = element.value("name") or element.value("property")
            attribute = element.attributes.get("content")
            if element.name == "meta" and attribute is not None and match is not None and named == match["name"]:
                place: Place = (page.path, attribute.line, attribute.column, attribute.line)
                found.append(filled(attribute.value, place, page.path, evaluator))
    return found[:3]


def _pages(module: Module, evaluator: Evaluator) -> Iterator[Module]:
    if module.page is not None:
        yield module
    for path in pages_of(module.path, evaluator.repository)[:20]:
        other = load(path, evaluator.repository)
        if other is not None and other.page is not None:
            yield other


def _attributes(page: Module, name: str, evaluator: Evaluator) -> Iterator[Text]:
    assert page.page is not None
    for element in page.page.elements:
        attribute = element.attributes.get(name)
        if attribute is not None:
            place: Place = (page.path, attribute.line, attribute.column, attribute.line)
            yield filled(attribute.value, place, page.path, evaluator)
