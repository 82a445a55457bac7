"""A page as a browser takes it apart, for tests of pages."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "input"}
UNSEEN = set("\x1b\x07\x00\r\u202e\u2066\u200b")
"""Characters of `HOSTILE` that must not get through."""


class Page(HTMLParser):
    """Elements, attributes, text and unclosed elements of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.source = text
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in {"script", "style"}:
            self.words.append(data)

    def tags(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element of that name."""
        return [attributes for each, attributes in self.elements if each == tag]

    @property
    def text(self) -> str:
        """What a reader sees, in one line."""
        return " ".join(" ".join(self.words).split())


def assert_self_contained(page: Page) -> None:
    """The page is well formed, loads and runs nothing, and its policy allows its own style alone."""
    assert not page.wrong
    assert not page.open
    style = page.source.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page.source)
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not re.search(r"url\(|@import", style)
    assert not page.tags("script")
    for tag, attributes in page.elements:
        refused = {"src", "srcset", "action", "data", "poster", "style", "xlink:href"} & attributes.keys()
        assert not refused, tag
        assert not any(name.startswith("on") for name in attributes), tag
    for link in page.tags("a"):
        assert (link["href"] or "").startswith(("#", "https://"))


def assert_accessible(page: Page) -> None:
    """The page has a language, headings in order, ids once, tables with captions, and names for what is drawn."""
    assert page.tags("html") == [{"lang": "en"}]
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {(link["href"] or "")[1:] for link in page.tags("a") if (link["href"] or "").startswith("#")} <= set(ids)
    assert len(page.tags("caption")) == len(page.tags("table"))
    assert all(head["scope"] in {"row", "col"} for head in page.tags("th"))
    for drawing in page.tags("svg"):
        assert drawing.get("aria-hidden") == "true" or (drawing.get("role") == "img" and drawing.get("aria-label"))


def assert_nothing_hostile(page: Page, plain: Page) -> None:
    """Nothing of a hostile repository or peer became markup: the page has the elements of a plain one."""
    assert not UNSEEN & set(page.source)
    assert "<img" not in page.source
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in plain.elements} | {"s", "b"}
    names = {name for _, attributes in plain.elements for name in attributes}
    assert {name for _, attributes in page.elements for name in attributes} <= names | {"tabindex"}
