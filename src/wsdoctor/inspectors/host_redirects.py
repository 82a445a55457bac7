"""Redirects that hosts of static pages are told: Netlify, Vercel, Firebase, Azure Static Web Apps, serve and others.

Whether these hosts carry WebSockets to where they hand a path on is not said here: nothing is accused of losing them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import documents, place, tables
from wsdoctor.inspectors._proxies.common import address, meant_for, target
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Declared, Hop, Location
from wsdoctor.syntax._tree import Mapping, Node, find, items, scalar, text

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "redirects of static hosts"
PATTERNS = (
    "netlify.toml", "_redirects", "vercel.json", "now.json", "serve.json", "firebase.json", "staticwebapp.config.json",
)  # fmt: skip
NEEDLES = ("http",)

_PRODUCTS = {
    "netlify.toml": "netlify", "_redirects": "netlify", "vercel.json": "vercel", "now.json": "vercel",
    "serve.json": "serve", "firebase.json": "firebase", "staticwebapp.config.json": "azure",
}  # fmt: skip
_SCHEMES = frozenset(("http", "https"))
_FOLLOWED = frozenset((301, 302, 303, 307, 308))
_MOVED = 301
_FOUND = 302


@dataclass(frozen=True, slots=True)
class _Rule:
    """One path that leads elsewhere.

    Attributes:
        path: pattern of it.
        to: URL or path.
        status: that is answered with, None where the host asks for the place itself.
        where: that says so.

    """

    path: str
    to: str
    status: int | None
    where: Location


def inspect(path: str, repository: Repository) -> Declared:
    """Return the redirects of a host's file, and what it hands on to other servers."""
    found = Declared()
    name = path.rpartition("/")[2]
    if name == "netlify.toml":
        rules = _netlify(path, repository, found)
    elif name == "_redirects":
        rules = _lines(path, repository)
    else:
        rules = _json(path, repository)
    for rule in rules:
        to = target(rule.to)
        if to.scheme not in _SCHEMES or to.host is None:
            continue
        unit = unit_of(path, repository)
        redirects = rule.status in _FOLLOWED
        prefix = rule.path.partition("*")[0].partition(":")[0].partition("(")[0]
        found.hops.append(
            Hop(
                product=_PRODUCTS[name],
                to=address(to, unit),
                scheme=to.scheme,
                location=rule.where,
                path=prefix.rstrip("/") or "/",
                forwards_upgrade=not redirects,
                sends=("redirect",) if redirects else (),
                websocket=False if redirects else meant_for(prefix),
                unit=unit,
                details=MappingProxyType({}),
                sure=0.9,
            )
        )
    return found


def _netlify(path: str, repository: Repository, found: Declared) -> Iterator[_Rule]:
    for table in tables(path, repository, found.notes):
        to = table.entry("to")
        if table.path == ("redirects",) and to is not None:
            line = place(path, repository, to.line)
            yield _Rule(str(table.get("from") or "/*"), str(to.value), _status(table.get("status"), _MOVED), line)


def _lines(path: str, repository: Repository) -> Iterator[_Rule]:
    """Yield the rules of a file of lines ``/from [query…] to [status]``."""
    for number, line in enumerate((repository.text(path) or "").splitlines(), 1):
        words = line.partition("#")[0].split()
        to = next((word for word in words[1:] if "://" in word or word.startswith("/")), None)
        if to is not None:
            status = next((word.rstrip("!") for word in words[words.index(to, 1) + 1 :]), None)
            yield _Rule(words[0], to, _status(status, _MOVED), place(path, repository, number))


def _json(path: str, repository: Repository) -> Iterator[_Rule]:
    for document in documents(path, repository):
        for whole in (document, *items(document, "hosting")):
            for one in items(whole, "redirects"):
                yield from _rule(one, path, repository, _FOUND)
            for one in items(whole, "rewrites"):
                yield from _rule(one, path, repository, None)
            for one in items(whole, "routes"):
                yield from _rule(one, path, repository, _FOUND if find(one, "redirect") is not None else None)


def _rule(one: Node, path: str, repository: Repository, usual: int | None) -> Iterator[_Rule]:
    if not isinstance(one, Mapping):
        return
    source = next((found for key in ("source", "src", "route", "regex") if (found := text(one, key))), "/*")
    said = next((found for key in ("statusCode", "type", "status") if (found := text(one, key))), None)
    place_of = [key for key in ("destination", "redirect", "dest") if scalar(one, key) is not None]
    location = find(one, "headers", "Location") or find(one, "headers", "location")
    if place_of:
        pair = one.pair(place_of[0])
        assert pair is not None
        to = text(one, place_of[0]) or ""
        yield _Rule(source, to, _status(said, usual), place(path, repository, pair))
    elif location is not None:
        yield _Rule(source, text(location) or "", _status(said, usual), place(path, repository, location))


def _status(said: object, usual: int | None) -> int | None:
    return int(str(said)) if str(said).isdecimal() else usual
