"""Kubernetes manifests as they are written: probes, hooks, Services, load balancers' checks, scrapes."""

from __future__ import annotations

import re

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import documents, place
from wsdoctor.inspectors._platforms.manifests import Manifests
from wsdoctor.model.traffic import Declared, Location
from wsdoctor.syntax._tree import Node, Pair

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "kubernetes"
PATTERNS = ("*.yml", "*.yaml", "*.json")
NEEDLES = ("apiVersion",)

_KIND = re.compile(r"kind[\"']?\s*:")
_STATEMENT = re.compile(r"^\s*\{%", re.MULTILINE)


def inspect(path: str, repository: Repository) -> Declared:
    """Return what a manifest declares; templates are for those who know how to fill them."""
    source = repository.text(path) or ""
    filled = "{{" in source or ("{%" in source and _STATEMENT.search(source) is not None)
    if not _KIND.search(source) or (filled and _is_template(path)):
        return Declared()
    found = Declared()
    nodes = documents(path, repository, None if filled else found.notes)

    def where(what: Pair | Node) -> tuple[Location, tuple[Location, ...]]:
        return place(path, repository, what), ()

    declared = Manifests(path, repository, nodes, where).declare()
    declared.notes += found.notes
    return declared


def _is_template(path: str) -> bool:
    return "/templates/" in f"/{path}" or path.endswith((".j2.yml", ".j2.yaml", ".tpl.yaml", ".tmpl.yaml"))
