"""Hosts of static pages that serve nothing but HTTPS: Netlify, Vercel and Firebase Hosting."""

from __future__ import annotations

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import folder, place
from wsdoctor.model.traffic import Declared, Page

__all__ = ["NAME", "PATTERNS", "inspect"]

NAME = "static hosts"
PATTERNS = ("netlify.toml", "vercel.json", "firebase.json", "now.json")

_PRODUCTS = {"netlify.toml": "netlify", "vercel.json": "vercel", "now.json": "vercel", "firebase.json": "firebase"}


def inspect(path: str, repository: Repository) -> Declared:
    """Return that the pages of the folder are HTTPS pages."""
    found = Declared()
    name = path.rpartition("/")[2]
    if name != "firebase.json" or '"hosting"' in (repository.text(path) or ""):
        found.pages.append(Page(_PRODUCTS[name], place(path, repository, 1), folder(path) or None))
    return found
